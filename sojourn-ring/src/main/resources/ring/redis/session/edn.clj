(ns ^:no-doc ring.redis.session.edn
  "Values as EDN text that reads back equal and of the same type, or a refusal with the path to the value.

  Clojure's own printer is not used for Clojure's own types: it obeys *print-length* and the application's print methods,
  and (int 1), (keyword \"a b\") or a queue read back as something else. What EDN has no form for gets a tag #sojourn/…"
  (:require [clojure.string :as string]
            [ring.redis.session.carmine :as carmine]
            [ring.redis.session.mark :as mark])
  (:import (clojure.lang BigInt IObj IRecord ISeq Keyword MapEntry PersistentArrayMap PersistentHashMap
                         PersistentHashSet PersistentQueue PersistentStructMap PersistentTreeMap PersistentTreeSet RT Ratio
                         Symbol TaggedLiteral)
           (io.sojourn ValueNotAcceptedException)
           (io.sojourn.codec.value Surrogates)
           (io.sojourn.ring EdnParser TooCostlyException)
           (java.io File)
           (java.math BigInteger)
           (java.net URI)
           (java.sql Timestamp)
           (java.time Duration Instant LocalDate LocalDateTime LocalTime MonthDay OffsetDateTime OffsetTime Period Year
                      YearMonth ZoneId ZoneOffset ZonedDateTime)
           (java.util ArrayDeque Base64 Collection Currency Date Iterator Locale Map Map$Entry UUID)
           (java.util.regex Pattern PatternSyntaxException)))

(set! *warn-on-reflection* true)

(defn quietly
  "What f gives; what `otherwise` makes of whatever it throws. Clojure throws checked exceptions undeclared, and an
  AssertionError for a :pre of an application's reader."
  [f otherwise]
  (try
    (f)
    (catch Exception e (otherwise e))
    (catch AssertionError e (otherwise e))
    (catch StackOverflowError e (otherwise e))
    (catch LinkageError e (otherwise e))))

(def ^:private max-depth
  "How many collections may lie in one another: the reader needs half a megabyte of stack for that many."
  300)

;; doubt: a volatile: whether comparing the keys so far could take long. Most sessions are not in doubt. What is in doubt is read
;; once, which counts exactly.
(deftype ^:private Out [^StringBuilder text ^ArrayDeque path attribute ^long limit options doubt])

(defn- shown [step]
  (cond
    (or (keyword? step) (symbol? step) (number? step))   (str step)
    (and (string? step) (<= (count step) 40))            (str \" step \")
    :else                                                (str "<" (.getSimpleName (class step)) ">")))

(defn- refusal [^Out out value reason & [cause]]
  (let [path (string/join " " (concat (map shown (take 20 (.path out))) (when (< 20 (count (.path out))) ["…"])))]
    (ValueNotAcceptedException. (.attribute out) (if (nil? value) "nil" (.getName (class value)))
                                (str "at [" path "] " reason) cause)))

(defn- down [^Out out step value]
  (.addLast ^ArrayDeque (.path out) (if (nil? step) "nil" step))
  (when (< (long max-depth) (.size ^ArrayDeque (.path out)))
    (throw (refusal out value (str "lies deeper than " max-depth " collections in one another.")))))

(defn- up [^Out out]
  (.removeLast ^ArrayDeque (.path out)))

(defn- allowed?
  "Whether :allow names a class, its package or its namespace: the classes of my-shop.model are in my_shop.model."
  [options class-name]
  (let [text (namespace-munge class-name)]
    (some #(or (= text %) (string/starts-with? text (str % "."))) (map namespace-munge (:allow options)))))

(defn- class-named
  "A class, not initialised; nil if there is none."
  ^Class [^String class-name]
  (try (RT/classForNameNonLoading class-name) (catch Exception _ nil) (catch LinkageError _ nil)))

(defn- record-factory
  "The function from a map to a record of that class; nil if it is no record's. Of a class in a namespace that is not loaded
  and not allowed nothing is looked up, so that no code of it runs. If another thread loads the namespace, this one waits."
  [options class-name]
  (when-let [[_ space type] (re-matches #"(.+)\.([^.]+)" class-name)]
    (let [factory (symbol (string/replace space \_ \-) (str "map->" type))
          made    (if (allowed? options class-name)
                    (locking RT/REQUIRE_LOCK ; A namespace that is being loaded has its records before they can be made.
                      (try (requiring-resolve factory) (catch java.io.FileNotFoundException _ nil)))
                    (when (find-ns (symbol (namespace factory))) (find-var factory)))
          found   (when made (class-named class-name))]
      (when (and found (.isAssignableFrom IRecord found))
        @made))))

(defn- enum-class ^Class [options ^String class-name]
  (when (or (string/starts-with? class-name "java.time.") (allowed? options class-name))
    (let [found (class-named class-name)]
      (when (and found (.isEnum found)) found))))

(def ^:private times
  "Classes of java.time, whose text is what they are."
  {Duration #(Duration/parse %), Instant #(Instant/parse %), LocalDate #(LocalDate/parse %)
   LocalDateTime #(LocalDateTime/parse %), LocalTime #(LocalTime/parse %), MonthDay #(MonthDay/parse %)
   OffsetDateTime #(OffsetDateTime/parse %), OffsetTime #(OffsetTime/parse %), Period #(Period/parse %)
   Year #(Year/of (Integer/parseInt %)), YearMonth #(YearMonth/parse %), ZoneOffset #(ZoneOffset/of ^String %)
   (class (ZoneId/of "Europe/Berlin")) #(ZoneId/of %), ZonedDateTime #(ZonedDateTime/parse %)})

(defn- digits ^BigInteger [^String text]
  (when (< EdnParser/MAX_DIGITS (count text))
    (throw (IllegalArgumentException. (str "a number has more than " EdnParser/MAX_DIGITS " digits"))))
  (BigInteger. text))

;; What takes Java more than linear time to make of a text is refused when it is written, too: see write-exactly.

(def ^:private max-text
  "So long may the text of a regular expression, a date or a locale be. Java takes the square of its length for some."
  1000)

(defn- bounded-text ^String [^String text]
  (when (< (long max-text) (.length text))
    (throw (IllegalArgumentException. (str "a text has more than " max-text " characters"))))
  text)

(defn- require-no-canonical-equivalence
  "Java compiles each order of the combining marks then: seven of them take seconds, and eight take minutes."
  [flags]
  (when (bit-test flags 7)
    (throw (IllegalArgumentException. (str "a regular expression has the flag CANON_EQ, or (?c), with which Java can take"
                                           " minutes to compile it; compile it where it is used")))))

(defn- regex ^Pattern [[text flags]]
  (require-no-canonical-equivalence flags)
  (doto (Pattern/compile (bounded-text text) (int flags))
    (-> .flags require-no-canonical-equivalence))) ; A (?c) in the text is one of them.

(def ^:private tagged
  "By class: the tag, the form that stands behind it, and how the form becomes the value again."
  (merge
   (into {} (for [[^Class type parse] times]
              [type ['time (fn [value] [(.getSimpleName type) (str value)]) (fn [[_ text]] (parse (bounded-text text)))]]))
  {Integer        ['int long int]
   Short          ['short long short]
   Byte           ['byte long byte]
   Float          ['float str #(Float/valueOf ^String %)]
   BigInteger     ['biginteger str digits]
   Ratio          ['ratio (fn [^Ratio r] [(str (.numerator r)) (str (.denominator r))])
                   (fn [[n d]] (Ratio. (digits n) (digits d)))]
   PersistentQueue ['queue vec #(into PersistentQueue/EMPTY %)]
   TaggedLiteral  ['tagged (juxt :tag :form) (fn [[tag form]] (tagged-literal tag form))]
   Timestamp      ['timestamp (fn [^Timestamp t] [(.getTime t) (long (.getNanos t))])
                   (fn [[millis nanos]] (doto (Timestamp. millis) (.setNanos nanos)))]
   java.sql.Date  ['sql-date #(.getTime ^Date %) #(java.sql.Date. (long %))]
   java.sql.Time  ['sql-time #(.getTime ^Date %) #(java.sql.Time. (long %))]
   URI            ['uri str #(URI. %)]
   File           ['file str #(File. ^String %)]
   Locale         ['locale #(.toLanguageTag ^Locale %) #(Locale/forLanguageTag (bounded-text %))]
   Currency       ['currency str #(Currency/getInstance (bounded-text %))]
   Pattern        ['regex (fn [^Pattern p] [(.pattern p) (long (.flags p))]) regex]
   (class (byte-array 0)) ['bytes #(.encodeToString (Base64/getEncoder) %) #(.decode (Base64/getDecoder) ^String %)]}))

(def kept
  "What stands before a value that the application's Nippy keeps."
  "#sojourn/nippy \"")

(declare write-value write-foreign)

(defn- append [^Out out ^String text]
  (.append ^StringBuilder (.text out) text))

(defn- write-all [^Out out ^String open ^Iterable elements ^String close f]
  (append out open)
  (let [^Iterator all (.iterator elements)]
    (loop [i 0]
      (when (.hasNext all)
        (when (pos? i) (append out " "))
        (f i (.next all))
        (up out)
        (recur (inc i)))))
  (append out close))

(defn- write-elements [out open elements close]
  (write-all out open elements close (fn [i element]
                                       (down out i element)
                                       (write-value out element))))

(defn- plain-key? [x]
  (or (keyword? x) (string? x) (int? x) (symbol? x)))

(defn- write-keyed
  "Writes a map or set. So few plain keys cost less than is allowed for the characters that they take; others are in doubt.

  Clojure finds a float equal to the double of its value, though their hashes differ: the reader may find one twice."
  [^Out out coll members write]
  (let [text  ^StringBuilder (.text out)
        start (.length text)]
    (when-not (and (<= (count coll) 16) (every? plain-key? members))
      (vreset! (.doubt out) true))
    (write)
    (when (and (<= 0 (.indexOf text "#sojourn/float" start))
               (not= (count coll) (count (into PersistentHashSet/EMPTY members))))
      (throw (refusal out coll (str "holds values that Clojure finds equal though their types differ, such as a float and a"
                                    " double. Make them one type."))))))

(defn- write-entries [out open entries close]
  (write-keyed out entries (keys entries)
               #(write-all out open entries close (fn [_ ^Map$Entry entry]
                                                    (down out (.getKey entry) (.getValue entry))
                                                    (write-value out (.getKey entry))
                                                    (append out " ")
                                                    (write-value out (.getValue entry))))))

(defn- write-tagged [^Out out tag form]
  (append out (str "#sojourn/" tag " "))
  (write-value out form))

(defn utf-8? [text]
  (not (Surrogates/hasUnpaired text)))

(defn- write-string [^Out out ^String text]
  (when (< (.limit out) (.length text))
    (throw (refusal out text (str "is larger than " (.limit out) " characters."))))
  (if (utf-8? text)
    (-> ^StringBuilder (.text out) (.append \") (.append (-> text (.replace "\\" "\\\\") (.replace "\"" "\\\""))) (.append \"))
    (write-tagged out 'utf-16 (mapv long text))))

(def ^:private bare
  "Parts of names that read back as they are. Stricter than EDN: what is not bare only gets a tag."
  #"[a-zA-Z_*!?<>=$%&][a-zA-Z0-9_*!?<>=$%&.+'-]{0,199}")

(defn- write-named [^Out out ^String sigil space ^String text tag]
  (if (and (or (nil? space) (re-matches bare space)) (re-matches bare text) (not (and (= 'symbol tag) (#{"nil" "true" "false"} text))))
    (let [to ^StringBuilder (.text out)]
      (.append to sigil)
      (when space (.append (.append to ^String space) "/"))
      (.append to text))
    (write-tagged out tag [space text])))

(defn- write-number [^Out out number]
  (cond
    (instance? Long number)   (.append ^StringBuilder (.text out) (long number))
    (instance? Double number) (append out (cond (Double/isNaN number) "##NaN"
                                                (= ##Inf number)      "##Inf"
                                                (= ##-Inf number)     "##-Inf"
                                                :else                 (Double/toString number)))
    :else
    (let [^BigDecimal decimal (when (instance? BigDecimal number) number)
          digits              (str (if decimal (.unscaledValue decimal) number))]
      (when (< EdnParser/MAX_DIGITS (count digits))
        (throw (refusal out number (str "has more than " EdnParser/MAX_DIGITS " digits."))))
      (cond
        (instance? BigInt number)                          (append out (str digits "N"))
        (nil? decimal)                                     (write-foreign out number)
        (< 1000000000 (Math/abs (long (.scale decimal)))) (write-tagged out 'decimal [digits (long (.scale decimal))])
        :else                                              (append out (str number "M"))))))

(defn- write-character [^Out out c]
  (cond
    (re-matches #"[a-zA-Z0-9]" (str c)) (append out (str \\ c))
    (Character/isSurrogate c)           (write-tagged out 'char (long c))
    :else                               (append out (format "\\u%04x" (long c)))))

(defn- require-natural-order [^Out out coll comparator]
  (when-not (or (identical? comparator RT/DEFAULT_COMPARATOR) (identical? comparator compare))
    (throw (refusal out coll "is sorted by a function of its own, which cannot be stored. Sort it when it is used."))))

(def ^:private whole
  "What the application may have bound to cut its own output short."
  {#'*print-length* nil, #'*print-level* nil, #'*print-dup* false, #'*print-meta* false, #'*print-readably* true
   #'*print-namespace-maps* false})

(defn- printed-tags
  "What gives the values of tags in what an application's print method has made, as for `clojure.edn/read-string` with :readers."
  [options]
  (let [known (merge default-data-readers (:readers options))]
    (fn [tag form]
      ((or (known tag) (throw (IllegalArgumentException. (str "there is no reader of " tag)))) form))))

(defn- too-costly [out value]
  (refusal out value (str "takes too long to read: hundreds of the keys of a map or set have the same hash, an array map has"
                          " thousands, or maps and sets that are keys lie in one another. If a visitor chose the keys, such as"
                          " names of a form, keep only those that you know; else store a vector.")))

(defn- write-printed
  "Values of other types, for which the application has a print method and in :readers a reader. Whether they fit is tried."
  [^Out out value]
  (let [options (.options out)
        advice  (if (or (instance? Collection value) (instance? Map value) (.isArray (class value)))
                  "is no collection of Clojure's. Make it one (vec, set, into {}), or store with {:format :nippy}."
                  (str "is no data that has a form in EDN. Leave it out of the session, turn it into maps, vectors and the"
                       " like, give it a print-method and its tag a function in :readers, store with {:format :nippy}, or use"
                       " :write-handler and :read-handler."))
        text    (quietly #(let [printed (when (seq (:readers options)) (with-bindings whole (pr-str value)))
                                back    (when printed (.parse (EdnParser. printed (printed-tags options) true)))]
                            (when (and (some? back) (= (class back) (class value)) (= back value)) printed))
                         #(throw (if (instance? TooCostlyException %) (too-costly out value) (refusal out value advice %))))]
    (cond
      text              (do (vreset! (.doubt out) true)
                            (write-tagged out 'printed text))
      (:freeze options) (write-tagged out 'nippy (.encodeToString (Base64/getEncoder)
                                                                  (carmine/freeze (.attribute out) value)))
      :else             (throw (refusal out value advice)))))

(defn- write-exactly [^Out out value [tag to-form from-form]]
  (let [form   (to-form value)
        unlike #(refusal out value "does not read back equal from its text.")]
    ;; Of these equals does not say whether they read back equal; of bytes and literals it is certain.
    (cond
      (or (bytes? value) (instance? TaggedLiteral value)) nil
      (instance? Pattern value)
      (try
        (from-form form)
        (catch PatternSyntaxException _ (throw (unlike))) ; Its message shows the value.
        (catch IllegalArgumentException e (throw (refusal out value (str "is not stored: " (ex-message e) ".")))))
      (not (.equals ^Object value (try (from-form form) (catch Exception _ nil)))) (throw (unlike)))
    (write-tagged out tag form)))

(defn- write-foreign [^Out out value]
  (let [type (class value)]
    (cond
      (= Date type)                        (append out (str "#inst \"" (.toInstant ^Date value) \"))
      (instance? MapEntry value)           (write-tagged out 'entry [(key value) (val value)])
      (instance? PersistentTreeMap value)  (do (require-natural-order out value (.comparator ^PersistentTreeMap value))
                                               (write-entries out "#sojourn/sorted-map [" value "]"))
      (instance? PersistentTreeSet value)  (do (require-natural-order out value (.comparator ^PersistentTreeSet value))
                                               (write-elements out "#sojourn/sorted-set [" value "]"))
      (= PersistentQueue type)             (write-elements out "#sojourn/queue [" value "]")
      (tagged type)                        (write-exactly out value (tagged type))
      (instance? Enum value)
      (let [type (.getDeclaringClass ^Enum value)]
        (when-not (enum-class (.options out) (.getName type))
          (throw (refusal out value (str "is an enum whose class is not allowed. Name its package or class in :allow, or"
                                         " store its name."))))
        (write-tagged out 'enum [(.getName type) (.name ^Enum value)]))

      :else (write-printed out value))))

(defn- write-record [^Out out value]
  (let [type (.getName (class value))]
    (when-not (and (record-factory (.options out) type) (= (class value) (class-named type)))
      (throw (refusal out value "is a record whose class cannot be found by its name any more, or whose namespace is not loaded.")))
    (write-entries out (str "#" type "{") value "}")))

(defn- write-map [^Out out value]
  (let [array? (instance? PersistentArrayMap value)
        plain? (= array? (<= (count value) 8))] ; The reader makes array maps of up to eight entries, and hash maps of more.
    (cond
      (instance? IRecord value)             (write-record out value)
      (instance? PersistentStructMap value) (write-map out (into {} value))
      (or array? (instance? PersistentHashMap value))
      (write-entries out (cond plain? "{" array? "#sojourn/array-map [" :else "#sojourn/hash-map [") value (if plain? "}" "]"))
      :else                                 (write-foreign out value))))

(declare write)

(defn- protocol-entry?
  "Whether an entry of metadata says how a value extends a protocol, rather than anything about it."
  [k v]
  (or (fn? v)
      (and (qualified-symbol? k)
           (try (nil? (write "metadata" v {:limit 10000})) (catch ValueNotAcceptedException _ true)))))

(defn own-meta
  "The metadata that an application gave a value: without our mark, and without protocols that the value extends by metadata,
  whose keys are qualified symbols or whose values are functions; nil for none."
  [value]
  (when-let [plain (mark/plain value)]
    (not-empty (reduce-kv (fn [m k v] (if (protocol-entry? k v) (dissoc m k) m)) plain plain))))

(defn- write-value [^Out out value]
  (when (< (.limit out) (.length ^StringBuilder (.text out)))
    (throw (refusal out value (str "is larger than " (.limit out) " characters, or has no end."))))
  (when (and (instance? IObj value) (some? (.meta ^IObj value)) (not (fn? value)))
    (when-let [metadata (own-meta value)]
      (append out "^")
      (down out 'meta metadata)
      (write-map out metadata)
      (up out)
      (append out " ")))
  (cond
    (nil? value)                 (append out "nil")
    (string? value)              (write-string out value)
    (keyword? value)             (write-named out ":" (.getNamespace ^Keyword value) (.getName ^Keyword value) 'keyword)
    (number? value)              (write-number out value)
    (map? value)                 (write-map out value)
    (boolean? value)             (append out (str value))
    (and (vector? value) (not (instance? Map$Entry value))) (write-elements out "[" value "]")
    (instance? PersistentHashSet value) (write-keyed out value value #(write-elements out "#{" value "}"))
    (symbol? value)              (write-named out "" (.getNamespace ^Symbol value) (.getName ^Symbol value) 'symbol)
    (char? value)                (write-character out value)
    (instance? UUID value)       (append out (str "#uuid \"" value \"))
    (instance? ISeq value)       (write-elements out "(" value ")")
    :else                        (write-foreign out value))
  nil)

(defn- date
  "The date of an Instant's text: of one with four digits for the year without the formatter, which takes ten times as long."
  [^String text]
  (let [n #(Integer/parseInt text (int %1) (int %2) 10)]
    (if (#{20 24} (.length text))
      (Date. (+ (* 1000 (.toEpochSecond (LocalDateTime/of (int (n 0 4)) (int (n 5 7)) (int (n 8 10))
                                                          (int (n 11 13)) (int (n 14 16)) (int (n 17 19))) ZoneOffset/UTC))
                (long (if (= 24 (.length text)) (n 20 23) 0))))
      (Date/from (Instant/parse (bounded-text text))))))

(def ^:private readers
  (merge
   (into {} (for [[_ [tag _ from-form]] tagged] [tag from-form]))
   {'utf-16     #(apply str (map char %))
    'char       char
    'decimal    (fn [[unscaled scale]] (BigDecimal. (digits unscaled) (int scale)))
    'keyword    (fn [[space text]] (Keyword/intern ^String space ^String text))
    'symbol     (fn [[space text]] (Symbol/intern ^String space ^String text))
    'array-map  #(PersistentArrayMap/createAsIfByAssoc (to-array %))
    'hash-map   #(PersistentHashMap/create ^objects (to-array %))
    'sorted-map #(apply sorted-map %)
    'sorted-set #(apply sorted-set %)
    'entry      (fn [[k v]] (MapEntry. k v))
    'time       (let [by-name (into {} (map (fn [[^Class type parse]] [(.getSimpleName type) parse])) times)]
                  (fn [[type text]] ((by-name type) (bounded-text text))))}))

(defn reader
  "A function from a text that `write` made to its value. It throws what it likes for any other text. It evaluates nothing,
  and no code runs but that of :readers, and of records and enums that are loaded or in :allow."
  [options]
  (let [known (assoc (into {} (map (fn [[tag from-form]] [(symbol "sojourn" (name tag)) from-form])) readers)
                     'inst             date
                     'uuid             #(UUID/fromString %)
                     'sojourn/printed  (fn [_] (if (seq (:readers options))
                                                 (printed-tags options)
                                                 (throw (IllegalArgumentException. "there are no :readers"))))
                     'sojourn/nippy    #(cond
                                          (:opaque options) (Object.)
                                          (:thaw options)   (carmine/thaw (.decode (Base64/getDecoder) ^String %))
                                          :else             (throw (IllegalArgumentException. "values of Nippy are not read here")))
                     'sojourn/enum     (fn [[type constant]]
                                         (Enum/valueOf (or (enum-class options type)
                                                           (throw (IllegalArgumentException. "the enum is not in :allow")))
                                                       constant)))
        tagged (fn [tag form]
                 (let [from-form (or (known tag)
                                     (when (map? form) (record-factory options (name tag)))
                                     (throw (IllegalArgumentException. "there is no record of that name in a namespace that is loaded or in :allow")))]
                   (from-form form)))]
    (fn [^String text]
      (.parse (EdnParser. text tagged false)))))

(defn- require-quick
  "Refuses a value whose text the reader would find to take too long: it is read as the reader does, without what Nippy keeps."
  [^Out out value text]
  (let [read (reader (assoc (.options out) :thaw nil :opaque true))]
    (try
      (read text)
      (catch TooCostlyException _
        (throw (too-costly out value)))
      (catch Exception _ nil))))

(defn write
  "The text of a value. `attribute` names it in messages. Options: :readers, :allow, :limit (characters); :freeze has the
  application's Nippy keep what EDN does not.

  Throws ValueNotAcceptedException, with the path, for what would not come back equal and of the same type."
  ^String [attribute value options]
  (let [out (Out. (StringBuilder. 64) (ArrayDeque.) attribute (:limit options) options (volatile! false))]
    (write-value out value)
    (let [text (str (.text out))]
      (when @(.doubt out)
        (require-quick out value text))
      text)))
