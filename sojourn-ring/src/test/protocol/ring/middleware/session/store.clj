(ns ring.middleware.session.store
  "Ring's protocol of session stores and nothing else of Ring, for builds that have no Ring.")

(defprotocol SessionStore
  (read-session [store key])
  (write-session [store key data])
  (delete-session [store key]))
