(ns ^:no-doc ring.redis.session.mark
  "The mark of a session that was read. Ring hands over the whole map at the end of a request and nothing else; metadata
  survives assoc, dissoc and merge, so the mark in it tells then what the map was made from. It is no entry: a session prints,
  compares, and goes through Nippy or Java's serialization as if it had none."
  (:import (clojure.lang APersistentMap IObj IPersistentMap)))

(set! *warn-on-reflection* true)

(definterface Marked
  (plain [])
  (mark [])
  (writeReplace [])) ; as Java's serialization looks for it

(defn- marked
  "The entries of a map, and a mark."
  [^IPersistentMap entries mark]
  (let [with #(if (identical? entries %) %2 (marked % mark))]
    (proxy [APersistentMap Marked] []
      (plain [] entries)
      (mark [] mark)
      (writeReplace [] entries)
      (valAt ([k] (.valAt entries k)) ([k default] (.valAt entries k default)))
      (assoc [k v] (with (.assoc entries k v) this))
      (assocEx [k v] (with (.assocEx entries k v) this))
      (without [k] (with (.without entries k) this))
      (containsKey [k] (.containsKey entries k))
      (entryAt [k] (.entryAt entries k))
      (count [] (.count entries))
      (empty [] {})
      (seq [] (.seq entries))
      (iterator [] (.iterator entries)))))

(defn plain
  "The metadata of a value as the application made it; nil for none."
  [value]
  (let [metadata (meta value)]
    (if (instance? Marked metadata) (.plain ^Marked metadata) metadata)))

(defn of
  "The mark of a value; nil for none."
  [value]
  (let [metadata (meta value)]
    (when (instance? Marked metadata) (.mark ^Marked metadata))))

(defn with-mark [value mark]
  (if (instance? IObj value)
    (with-meta value (marked (or (plain value) {}) mark))
    value))

(defn without-mark [value]
  (if (of value) (with-meta value (not-empty (plain value))) value))
