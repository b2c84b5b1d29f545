(ns ^:no-doc ring.redis.session.mark
  "The mark of a session that was read. Ring hands over the whole map at the end of a request and nothing else; metadata
  survives assoc, dissoc and merge, so the mark in it tells then what the map was made from. It is no entry: a session prints,
  compares, and goes through Nippy or Java's serialization as if it had none."
  (:import (clojure.lang IObj)
           (io.sojourn.ring MarkedMetadata)))

(set! *warn-on-reflection* true)

(defn plain
  "The metadata of a value as the application made it; nil for none."
  [value]
  (when (instance? IObj value)
    (let [metadata (meta value)]
      (if (instance? MarkedMetadata metadata) (.plain ^MarkedMetadata metadata) metadata))))

(defn of
  "The mark of a value; nil for none."
  [value]
  (when (instance? IObj value)
    (let [metadata (meta value)]
      (when (instance? MarkedMetadata metadata) (.mark ^MarkedMetadata metadata)))))

(defn with-mark [value mark]
  (if (instance? IObj value)
    (with-meta value (MarkedMetadata. (plain value) mark))
    value))

(defn without-mark [value]
  (if (of value) (with-meta value (not-empty (plain value))) value))
