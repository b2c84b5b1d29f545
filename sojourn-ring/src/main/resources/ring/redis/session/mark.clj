(ns ^:no-doc ring.redis.session.mark
  "The mark of a session that was read. Ring hands over the whole map at the end of a request and nothing else. Metadata
  survives assoc, dissoc and merge, and so does metadata of metadata: a mark there tells what the map was made from. It is no
  entry of the session's metadata, so a session compares, and goes through Nippy or Java's serialization, as if it had none.
  It lies one level deeper still, below an empty map, since Clojure prints no empty metadata, and so none below that."
  (:import (clojure.lang IObj)
           (java.io Serializable)))

(set! *warn-on-reflection* true)

(definterface Replaced
  (writeReplace [])) ; as Java's serialization looks for it

(deftype ^:private Holder [mark]
  Serializable
  Replaced
  (writeReplace [_] nil))

(defn of
  "The mark of a value; nil for none."
  [value]
  (when-let [^Holder holder (::mark (meta (meta (meta value))))]
    (.mark holder)))

(defn plain
  "The metadata of a value as the application made it; nil for none."
  [value]
  (if (of value) (not-empty (with-meta (meta value) nil)) (meta value)))

(defn with-mark [value mark]
  (if (instance? IObj value)
    (with-meta value (with-meta (or (meta value) {}) (with-meta {} {::mark (Holder. mark)})))
    value))

(defn without-mark [value]
  (if (of value) (with-meta value (plain value)) value))
