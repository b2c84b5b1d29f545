(ns ^:no-doc ring.redis.session.mark
  "The mark of a session that was read. Ring hands over the whole map at the end of a request and nothing else; metadata
  survives assoc, dissoc and merge, so the mark in it tells then what the map was made from. It is no entry: a session prints,
  compares, and goes through Nippy or Java's serialization as if it had none."
  (:import (clojure.lang APersistentMap IObj IPersistentMap)
           (java.io Serializable)))

(set! *warn-on-reflection* true)

(definterface Marked
  (plain [])
  (mark [])
  (writeReplace []))

(defn- marked
  "Metadata with a mark. A type of its own would not do: Nippy takes the fields of a deftype for what it is to freeze."
  [^IPersistentMap plain mark]
  (proxy [APersistentMap Marked Serializable] []
    (plain [] plain)
    (mark [] mark)
    (writeReplace [] plain)
    (assoc [k v] (marked (.assoc plain k v) mark))
    (assocEx [k v] (marked (.assocEx plain k v) mark))
    (without [k] (marked (.without plain k) mark))
    (containsKey [k] (.containsKey plain k))
    (entryAt [k] (.entryAt plain k))
    (valAt ([k] (.valAt plain k)) ([k default] (.valAt plain k default)))
    (count [] (.count plain))
    (empty [] {})
    (seq [] (.seq plain))
    (iterator [] (.iterator plain))))

(defn plain
  "The metadata of a value as the application made it; nil for none."
  [value]
  (when (instance? IObj value)
    (let [metadata (meta value)]
      (if (instance? Marked metadata) (.plain ^Marked metadata) metadata))))

(defn of
  "The mark of a value; nil for none."
  [value]
  (when (instance? IObj value)
    (let [metadata (meta value)]
      (when (instance? Marked metadata) (.mark ^Marked metadata)))))

(defn with-mark [value mark]
  (if (instance? IObj value)
    (with-meta value (marked (or (plain value) {}) mark))
    value))

(defn without-mark [value]
  (if (of value) (with-meta value (not-empty (plain value))) value))
