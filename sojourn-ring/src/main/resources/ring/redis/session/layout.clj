(ns ^:no-doc ring.redis.session.layout
  "How a Ring session lies in the attributes of a session of ours, and how two requests' changes are merged.

  A plain map: one attribute for each of its keys, whose name is the key in EDN. So parallel requests merge by key, and
  only what changed is written. Its metadata is the attribute \"^\".
  Everything else, such as an empty map, a sorted one or a record: the whole value in the attribute \"#\".
  With handlers: what :write-handler gave, byte for byte, in \"#text\" or \"#bytes\"; or in \"#\" if it gave neither.

  No key in EDN is one of these names, nor \"@\"."
  (:require [clojure.string :as string]
            [ring.redis.session.carmine :as carmine]
            [ring.redis.session.edn :as edn]
            [ring.redis.session.log :as log]
            [ring.redis.session.mark :as mark])
  (:import (clojure.lang PersistentArrayMap PersistentHashMap)
           (io.sojourn Session UnreadableSessionException UnreadableValueException ValueNotAcceptedException)
           (io.sojourn.observe SessionObserver)
           (io.sojourn.ring KeyCost)
           (io.sojourn.spi AttributeCodec)
           (java.nio.charset StandardCharsets)
           (java.util Arrays HashSet LinkedHashMap Map Map$Entry Set)))

(set! *warn-on-reflection* true)

(def ^:private metadata-name "^")

(def ^:private whole-names ["#" "#text" "#bytes"])

(def name-attribute
  "Says that the application has named the session, so that no cookie opens it."
  "@")

(def formats
  "The ids that mark stored values; they never change. 5 was another format once."
  {:edn 4, :nippy 6, :handlers AttributeCodec/CUSTOM_ID})

(deftype Encoded [^long format ^bytes bytes]
  ;; What the engine sees of a value: its bytes, and in which format they are.
  Object
  (equals [_ other]
    (and (instance? Encoded other)
         (= format (.-format ^Encoded other))
         (Arrays/equals bytes ^bytes (.-bytes ^Encoded other))))
  (hashCode [_] (Arrays/hashCode bytes)))

(defn codec
  "Hands bytes through to the engine and back, marked with the id of their format."
  ^AttributeCodec [id]
  (reify AttributeCodec
    (id [_] (int id))
    (encode [_ _ value] (.-bytes ^Encoded value))
    (decode [_ _ bytes] (Encoded. id (aclone ^bytes bytes)))))

(defrecord Layout [options id encode read-edn read-key key-options handlers nippy write-handler read-handler observer])

(defrecord Contents
  ;; What a session holds: the application's value; all attributes as they lie there; the names of those that cannot be read.
  [data ^LinkedHashMap attributes ^Set unreadable])

(defn- utf-8 ^bytes [^String text] (.getBytes text StandardCharsets/UTF_8))

(defn- quicker-in-edn?
  "Whether a value, which Nippy would take, is stored in EDN with {:format :nippy}, too: for these Nippy takes longer."
  [value]
  (or (keyword? value) (instance? Long value) (boolean? value) (nil? value)
      (and (string? value) (< (count value) 200) (edn/utf-8? value))))

(defn layout
  "The functions between data and attributes, from a store's options and the observer that is told of what cannot be read."
  [{:keys [format read-handler write-handler readers allow thaw max-session-bytes]} observer]
  (let [options  {:readers readers :allow allow :thaw thaw :limit max-session-bytes}
        read-key (edn/reader options)
        handlers (boolean (or read-handler write-handler))
        format   (cond handlers :handlers format format :else :edn)]
    (when (= :nippy format)
      (carmine/freeze "nothing" nil)) ; So that it fails now if Nippy is not there.
    (map->Layout {:options       options
                  :id            (formats format)
                  :encode        (let [write #(utf-8 (edn/write %1 %2 options))]
                                   (if (= :nippy format)
                                     #(if (quicker-in-edn? %2) (write %1 %2) (carmine/freeze %1 %2))
                                     write))
                  :read-edn      #(read-key (String. ^bytes % StandardCharsets/UTF_8))
                  :read-key      read-key
                  :key-options   (assoc options :limit 10000)
                  :handlers      handlers
                  :nippy         (= :nippy format)
                  :write-handler (or write-handler identity)
                  :read-handler  (or read-handler identity)
                  :observer      observer})))

(defn encode ^Encoded [layout attribute value]
  (Encoded. (:id layout) ((:encode layout) attribute value)))

(defn- decode [layout ^Encoded encoded]
  (if (and (= (.format encoded) (long (:nippy formats))) (carmine/nippy? (.bytes encoded)))
    (carmine/thaw (.bytes encoded))
    ((:read-edn layout) (.bytes encoded))))

(defn- name-of
  "The name of a key's attribute. That of a keyword, if `known` has it, is its text, which need not be looked at again."
  [layout ^Map known key]
  (let [text (when (and known (keyword? key)) (str key))]
    (if (and text (.containsKey known text))
      text
      (edn/write "key" key (:key-options layout)))))

(defn- attributes-of ^LinkedHashMap [^Session session]
  (let [attributes (LinkedHashMap.)]
    (doseq [^String name (.names session) :when (not= name-attribute name)]
      (some->> (.get session name) (.put attributes name)))
    attributes))

(defn- whole-name [^Map attributes]
  (some #(when (.containsKey attributes %) %) whole-names))

(defn- plain-map?
  "Whether it is one of the two classes of which Clojure makes maps as it likes."
  [x]
  (or (instance? PersistentArrayMap x) (instance? PersistentHashMap x)))

(defn- hashed
  "A map in which every key can be looked up: a sorted one fails at those that cannot be sorted among its own."
  [m]
  (into PersistentHashMap/EMPTY m))

(defn- like
  "A map with these entries of the type and order of another; the entries alone if its keys cannot be sorted among each other."
  [model entries]
  (try
    (let [known (hashed model)
          kept  (reduce #(if (contains? entries %2) %1 (dissoc %1 %2)) model (keys known))]
      (reduce (fn [m [k v]] (if (identical? v (get known k ::none)) m (assoc m k v))) kept entries))
    (catch ClassCastException _ entries)))

(defn- whole-data [layout name ^Encoded whole more]
  (if (= (.format whole) (formats :handlers))
    ((:read-handler layout)
     (cond
       (= name "#")            (decode layout whole)
       (not (:handlers layout)) (throw (IllegalStateException. "it was written by a :write-handler, and there is no :read-handler"))
       (= name "#text")        (String. ^bytes (.-bytes whole) StandardCharsets/UTF_8)
       :else                   (aclone ^bytes (.-bytes whole))))
    (let [data (decode layout whole)]
      (if (and (map? data) (or (seq more) (meta more)))
        (with-meta (like data (into (hashed data) more)) (or (meta more) (meta data)))
        data))))

(defn- entries
  "The map of what can be read of a session's attributes, one for each of its keys; the names of others go into `unreadable`."
  [layout ^Session session ^Map attributes ^Set unreadable]
  (let [keys    (LinkedHashMap.)
        attempt (fn [name f otherwise]
                  (edn/quietly f (fn [^Throwable e]
                                   (.add unreadable name)
                                   (.unreadableAttribute ^SessionObserver (:observer layout) (.id session) name
                                                         (UnreadableValueException.
                                                          name (str "its text could not be read (" (.getName (class e)) ").") nil))
                                   otherwise)))]
    (doseq [name (remove (into #{metadata-name} whole-names) (.keySet attributes))]
      (attempt name #(.put keys name ((:read-key layout) name)) nil))
    (when-not (KeyCost/areQuick keys)
      (throw (IllegalStateException. "thousands of the session's keys have the same hash")))
    (with-meta (persistent! (reduce (fn [m ^Map$Entry entry]
                                      (let [name (.getKey entry)]
                                        (attempt name #(assoc! m (.getValue entry) (decode layout (.get attributes name))) m)))
                                    (transient {}) (.entrySet keys)))
               (when-let [metadata (.get attributes metadata-name)]
                 (attempt metadata-name #(decode layout metadata) nil)))))

(defn contents
  "What a session holds; nil if that cannot be read."
  [layout ^Session session]
  (let [attributes (attributes-of session)
        unreadable (HashSet.)]
    (edn/quietly #(let [whole  (whole-name attributes)
                        by-key (entries layout session attributes unreadable)]
                    (->Contents (if whole (whole-data layout whole (.get attributes whole) by-key) by-key) attributes unreadable))
                 (fn [^Throwable e]
                   (.unreadableSession ^SessionObserver (:observer layout) (.id session)
                                       (UnreadableSessionException.
                                        (str "The session's data cannot be read (" (.getName (class e)) ").") nil))
                   nil))))

(defn- keys-of
  "The keys of a plain map by the names of their attributes; nil if it is none, if one of them finds no value, such as NaN, or
  if Nippy takes keys that EDN does not. `known` are the attributes from before."
  ^LinkedHashMap [layout known data]
  (when (and (not (:handlers layout)) (plain-map? data) (pos? (count data)))
    (try
      (let [keys (LinkedHashMap.)]
        (reduce-kv (fn [_ k _] (.put keys (name-of layout known k) k)) nil data)
        (when-not (KeyCost/areQuick keys)
          (throw (ValueNotAcceptedException. "session" (.getName (class data))
                                             "has thousands of keys of the same hash, and would take too long to read." nil)))
        (when (= (count data) (count (filter #(contains? data %) (.values keys))))
          keys))
      (catch ValueNotAcceptedException e
        (when-not (:nippy layout) (throw e))))))

(defn- encode-whole
  "The one attribute of what is no plain map, or is the write handler's: its name and value."
  [layout data]
  (if-not (:handlers layout)
    ["#" (encode layout "#" (mark/without-mark data))]
    (let [given ((:write-handler layout) (mark/without-mark data))]
      (cond
        ;; What UTF-8 cannot carry goes in EDN, as other values do.
        (and (string? given) (edn/utf-8? given)) ["#text" (Encoded. (:id layout) (utf-8 given))]
        (bytes? given)                           ["#bytes" (Encoded. (:id layout) (aclone ^bytes given))]
        :else                                    ["#" (encode layout "#" given)]))))

(defn- one-for-each-key?
  "Whether the attributes of `base` tell the value of each key. They do not if two are of keys that Clojure finds equal, such as
  two numbers of different types, which two requests may have added."
  [{:keys [data ^Map attributes unreadable]}]
  (and (plain-map? data)
       (not (whole-name attributes))
       (= (count data) (count (remove #(or (= % metadata-name) (contains? unreadable %)) (.keySet attributes))))))

(defn- encode-all
  "The attributes that a session is to hold. Values that are what they were in `base`, the contents from before, are not
  encoded again."
  ^LinkedHashMap [layout base data]
  (let [^Map old (:attributes base)
        before   (when (one-for-each-key? base) (:data base))
        all      (LinkedHashMap.)
        put      (fn [name value] (.put all name (encode layout name value)))]
    (if-let [keys (keys-of layout old data)]
      (do (doseq [[name k] keys
                  :let [value (get data k)
                        known (when (identical? value (get before k all)) (.get old name))]]
            (if known (.put all name known) (put name value)))
          (some->> (edn/own-meta data) (put metadata-name)))
      (let [[name encoded] (encode-whole layout data)]
        (.put all name encoded)))
    all))

(defn- keeping
  "The layout that has the application's Nippy keep what our own format refuses of values that an old session held."
  [layout]
  (if (or (:handlers layout) (:nippy layout))
    layout
    (assoc layout :encode #(utf-8 (edn/write %1 %2 (assoc (:options layout) :freeze true))))))

(defn- kept?
  "Whether something of it was kept by Nippy."
  [^Encoded encoded]
  (string/includes? (String. ^bytes (.bytes encoded) StandardCharsets/UTF_8) edn/kept))

(defn- over
  "What f makes of a layout; of the one that keeps what our own format refuses where a session holds such values already."
  [layout ^Map there f]
  (try
    (f layout)
    (catch ValueNotAcceptedException e
      (if (and there (some kept? (.values there))) (f (keeping layout)) (throw e)))))

(defn attributes
  "All attributes of data, by name. They may take the place of those that are there; nil for none."
  ^LinkedHashMap [layout there data]
  (over layout there #(encode-all % nil data)))

(defn- movable?
  "Whether Nippy, or our format, takes a value of an old session; if not, that is logged."
  [layout k v]
  (try
    (encode layout (name-of layout nil k) v)
    true
    (catch Exception e
      (log/warn (str "A value of a session of ring-redis-session cannot be moved, and is left out: "
                          (if (carmine/nippy-missing? e) (str (name-of layout nil k) ", which needs com.taoensso/nippy") (ex-message e)))))))

(defn attributes-of-old
  "The attributes of data that were made from an old session's. Of what that held, our format may refuse some: this the
  application's Nippy keeps; what that refuses, too, is left out with a warning."
  ^LinkedHashMap [layout from to]
  (let [keeping (keeping layout)
        before  (when (and (map? from) (plain-map? to) (not (identical? layout keeping))) (hashed from))]
    (encode-all keeping nil
                (reduce-kv (fn [m k v]
                             (cond
                               (not (contains? before k))                                       (do (encode layout (name-of layout nil k) v) m)
                               (and (identical? v (get before k)) (not (movable? keeping k v))) (dissoc m k)
                               :else                                                            m))
                           to (when before to)))))

(defn set-all
  "Sets attributes; nil removes one."
  [^Session session attributes]
  (doseq [[^String name encoded] attributes]
    (.set session name encoded)))

(defn put
  "Has a session hold these attributes and no others. What this node cannot read of `now` stays; nil for none of that."
  [^Session session now ^Map all]
  (doseq [^String name (vec (.names session))
          :when (and (not (.containsKey all name)) (not= name name-attribute) (not (contains? (:unreadable now) name)))]
    (.remove session name))
  (set-all session all))

(defn there?
  "Whether a session holds exactly these attributes."
  [session all]
  (.equals (attributes-of session) all))

(defn- same?
  "Whether nothing tells two values apart: Clojure finds a list equal to a vector, and a value to one with other metadata."
  [layout a b]
  (or (identical? a b)
      (try
        (.equals (encode layout "#" a) (encode layout "#" b))
        (catch ValueNotAcceptedException _ ; Handlers, and what the older store held, know other values, too.
          (and (:handlers layout) (try (= a b) (catch ClassCastException _ false)))))))

(defn- alike? [a b]
  (or (= (class a) (class b)) (and (plain-map? a) (plain-map? b))))

(defn changes
  "The difference between two values laid over a third: key by key, and the metadata, and the type of the map. If one of them
  is no map, there is no telling, and what this request made wins, as the last write does."
  [layout from to over]
  (if-not (and (map? from) (map? to) (map? over))
    to
    (let [before  (hashed from)
          after   (hashed to)
          entries (as-> (hashed over) now
                    (reduce-kv (fn [m k v] (if (and (contains? before k) (same? layout (get before k) v)) m (assoc m k v))) now after)
                    (reduce (fn [m k] (if (contains? after k) m (dissoc m k))) now (keys before)))
          own     (edn/own-meta to)]
      (with-meta (like (if (alike? from to) over to) entries)
                 (if (same? layout (edn/own-meta from) own) (edn/own-meta over) own)))))

(defn merge-into
  "Does again to what a session holds by now what was done between two values."
  [layout session now from to over]
  (put session now (attributes layout nil (changes layout from to over))))

(defn- identical-entries?
  "Whether they are maps with the very same keys and values in the same order."
  [a b]
  (and (map? a) (map? b) (= (class a) (class b)) (= (count a) (count b))
       (every? true? (map (fn [x y] (and (identical? (key x) (key y)) (identical? (val x) (val y)))) a b))
       (= (edn/own-meta a) (edn/own-meta b))))

(defn- difference
  "What is to be set, or removed (nil), to make the second of two tables of attributes out of the first."
  [^Map before ^Map all]
  (let [delta (LinkedHashMap.)]
    (doseq [[name encoded] all :when (not= encoded (.get before name))] (.put delta name encoded))
    (doseq [name (.keySet before) :when (not (.containsKey all name))] (.put delta name nil))
    delta))

(defn step
  "How to make of a session that held `base` one that holds data: {:change f, :delta attributes, :after contents}. f changes
  a session, perhaps more than once, on states that others have saved in between; nil if there is nothing to do. The delta
  alone will do where the session is one attribute for each key before and after; else it is nil."
  [layout base data]
  (let [^Map before (:attributes base)
        ^Map all   (over layout before #(encode-all % base data))
        unreadable (into #{} (remove #(.containsKey all %)) (:unreadable base))
        whole      (whole-name before)
        same?      (and whole (identical-entries? (:data base) data))
        by-key?    (not (or whole (whole-name all)))
        _          (run! #(.put all % (.get before %)) unreadable) ; What this node cannot read stays.
        delta      (if same? {} (difference before all))]
    {:after  (->Contents data (if same? before all) unreadable)
     :delta  (when by-key? delta)
     :change (when (seq delta)
               (fn [^Session session]
                 (if (or (and by-key? (not-any? #(.get session ^String %) whole-names))
                        (there? session before))
                   (set-all session delta) ; Setting what is there already is no change to the engine.
                   (if-let [now (contents layout session)]
                     (merge-into layout session now (:data base) data (:data now))
                     (put session nil all)))))}))
