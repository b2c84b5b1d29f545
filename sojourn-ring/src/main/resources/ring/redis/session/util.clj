(ns ring.redis.session.util
  "Small functions that applications of ring-redis-session may use."
  (:require [clojure.pprint :as pprint])
  (:import (java.util UUID)))

(defn new-session-key
  "A random session key of the old layout: the prefix, a colon and a UUID.

  redis-store gives out keys of another form, with a secret in them; this is
  for applications that choose keys themselves, and for tests."
  [prefix]
  (str prefix ":" (UUID/randomUUID)))

(defn log-pprint
  "The arguments pretty-printed, after a line break, as a string to log.

  Whatever is given here ends up in the log: do not give it sessions."
  [& args]
  (str "\n" (with-out-str (apply pprint/pprint args))))
