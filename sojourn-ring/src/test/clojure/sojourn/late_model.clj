(ns sojourn.late-model
  "A namespace that takes as long to load as a test says. Nothing but a record in Redis has it loaded.")

((requiring-resolve 'ring.redis.session.records-test/while-it-loads))

(defrecord Late [x])
