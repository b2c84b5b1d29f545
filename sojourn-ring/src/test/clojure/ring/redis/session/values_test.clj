(ns ^:lowest ring.redis.session.values-test
  "What goes into a session comes back equal, of the same type, with the same metadata."
  (:require [clojure.test :refer [deftest is testing]]
            [ring.middleware.session.store :as ring]
            [sojourn.bench :as bench]
            [sojourn.same :as same])
  (:import (clojure.lang PersistentQueue)
           (io.sojourn SojournException)
           (java.net URI URL)
           (java.sql Timestamp)
           (java.time DayOfWeek Duration Instant LocalDate LocalDateTime LocalTime Month MonthDay OffsetDateTime OffsetTime
                      Period Year YearMonth ZoneId ZoneOffset ZonedDateTime)
           (java.util Currency Date Locale UUID)))

(set! *warn-on-reflection* true)

(defrecord Point [x y])

(defrecord Line [from to])

(def ^:private default-store (delay (bench/store)))

(defn- lost
  "How a value differs after a round trip: as an attribute, inside of one, as a key and as metadata."
  [value]
  (let [session (cond-> {:value   value
                         :nested  [{:in #{[value]}} (list value) {value :key}]
                         "list"   (list value value)
                         :meta    (with-meta [] {:of value})})]
    (same/difference session (bench/round-trip @default-store session))))

(defn- lost-without-being-key [value]
  (let [session {:value value :nested [{:in [value]} (list value)]}]
    (same/difference session (bench/round-trip @default-store session))))

(defmacro ^:private stay [& values]
  `(do ~@(for [value values]
           `(testing ~(pr-str value) (is (nil? (lost ~value)))))))

(defn- refused-or-kept?
  "The law for what is out of the ordinary: a value comes back as it was, or is not taken."
  [value]
  (try
    (nil? (same/difference {:value value} (bench/round-trip @default-store {:value value})))
    (catch SojournException _ true)))

(deftest integers-of-every-size-and-type-stay
  (stay 0 -1 42 Long/MAX_VALUE Long/MIN_VALUE
        (int 42) Integer/MIN_VALUE (short 42) Short/MAX_VALUE (byte 42) Byte/MIN_VALUE))

(deftest big-integers-stay-big
  (stay 0N 42N -1N 123456789012345678901234567890N (biginteger 42) (biginteger 123456789012345678901234567890N)))

(deftest decimals-keep-their-scale
  (stay 0M 1.0M 1.00M -0.10M 1E+10M 1E-10M 123456789.123456789012345678901234567890M)
  (is (= 2 (.scale ^BigDecimal (:value (bench/round-trip @default-store {:value 1.00M}))))))

(deftest the-largest-and-smallest-decimals-stay
  (doseq [scale [Integer/MIN_VALUE Integer/MAX_VALUE -1000000000 1000000000 1000000001]]
    (is (nil? (lost-without-being-key (BigDecimal. (biginteger 12345) (int scale)))))))

(deftest doubles-keep-every-bit
  (stay 0.0 -0.0 0.1 1.0 1e300 -1e-300 Double/MAX_VALUE Double/MIN_VALUE ##Inf ##-Inf)
  (is (nil? (lost-without-being-key ##NaN))))

(deftest a-key-that-is-not-equal-to-itself-keeps-its-value
  (let [back (bench/round-trip @default-store {##NaN 1 :a 2})]
    (is (= [1 2] (sort (vals back))))
    (is (= ["##NaN" ":a"] (sort (map pr-str (keys back)))))))

(deftest floats-stay-floats
  (stay (float 0.1) (float 0.0) (float -0.0) Float/MAX_VALUE Float/MIN_VALUE Float/POSITIVE_INFINITY Float/NEGATIVE_INFINITY)
  (is (nil? (lost-without-being-key Float/NaN))))

(deftest ratios-stay-ratios
  (stay 1/3 -22/7 123456789012345678901/2))

(deftest booleans-stay
  (stay true false)
  (is (true? (:v (bench/round-trip @default-store {:v true}))))
  (is (false? (:v (bench/round-trip @default-store {:v false}))))
  (is (if (:v (bench/round-trip @default-store {:v (Boolean. false)})) false true)
      "a Boolean made by its constructor does not become true"))

(deftest nil-stays
  (is (nil? (lost-without-being-key nil))))

(deftest characters-of-every-kind-stay
  (stay \a \space \newline \tab \return \backspace \formfeed \\ \" \' \; \( \, \u0000 \u007f \u00e9 \u2028 (char 0xd83d) (char 0xdc4b) \uffff \o))

(deftest every-single-character-stays
  (let [all (mapv char (range 0x10000))]
    (is (= all (:all (bench/round-trip @default-store {:all all}))))))

(deftest strings-of-every-kind-stay
  (stay "" "a" "\"quoted\" \\ \n \r \t \f \b" "\u0000" "Grüße, 世界 👋" "\ud83d" "\udc4b alone" "#=(+ 1 2)" "~#tag" "^a" "`b" "~:c" "\u2028"))

(deftest one-megabyte-stays
  (let [ascii (apply str (repeat (* 1024 1024) "x"))
        wide  (apply str (repeat (* 256 1024) "世\n\"\\"))
        back  (bench/round-trip @default-store {:ascii ascii :wide wide})]
    (is (= ascii (:ascii back)))
    (is (= wide (:wide back)))))

(deftest keywords-of-every-kind-stay
  (stay :a :a/b :a.b/c :a/b/c :1 (keyword "") (keyword "a b") (keyword "a" "b c") (keyword "a b" "c") (keyword "a:b") (keyword ":a")
        (keyword "a/b/c") (keyword "a" "b/c") (keyword "a/b" "c") (keyword "\"") (keyword "{}") (keyword "a\nb") (keyword "世界") (keyword "@")
        (keyword "a;b") (keyword "1a") (keyword "/") (keyword "a" "/")
        (keyword "a,b") (keyword "#") (keyword "a#") (keyword "'")))

(deftest symbols-of-every-kind-stay
  (stay 'a 'a/b '+ '/ 'clojure.core// (symbol "") (symbol "a b") (symbol "a" "b c") (symbol "nil") (symbol "true") (symbol "false") (symbol "1")
        (symbol ":a") (symbol "\"") (symbol "a\nb") (symbol "#a") (symbol "-1") (symbol "a/b" "c") (symbol "##Inf") (symbol "\\a") (symbol "^")
        (symbol "@a") (symbol "a;b") (symbol "'a") (with-meta 'a {:m 1})))

(deftest dates-stay
  (stay (Date. 0) (Date. 1700000000123) (Date. -1) (Date. -62135769600001) (Date. 253402300800000)))

(deftest timestamps-keep-their-nanoseconds
  (let [timestamp (doto (Timestamp. 1700000000000) (.setNanos 123456789))
        back      (:value (bench/round-trip @default-store {:value timestamp}))]
    (is (= timestamp back))
    (is (instance? Timestamp back))))

(deftest sql-dates-and-times-stay-or-are-refused
  (is (refused-or-kept? (java.sql.Date. 1700000000000)))
  (is (refused-or-kept? (java.sql.Time. 1700000000000))))

(deftest instants-stay
  (stay Instant/EPOCH (Instant/ofEpochSecond 1700000000 123456789) Instant/MIN Instant/MAX (Instant/ofEpochSecond -1 1)))

(deftest dates-and-times-of-java-time-stay
  (stay (LocalDate/of 2024 2 29) LocalDate/MIN LocalDate/MAX
        (LocalTime/of 23 59 59 999999999) LocalTime/MIDNIGHT
        (LocalDateTime/of 2024 2 29 0 0) LocalDateTime/MAX
        (OffsetDateTime/parse "2024-02-29T12:00:00.000000001+05:30")
        (OffsetTime/parse "12:00+01:00")
        (ZonedDateTime/parse "2024-10-27T02:30+01:00[Europe/Berlin]")
        (ZonedDateTime/parse "2024-10-27T02:30+02:00[Europe/Berlin]")
        (ZonedDateTime/parse "2024-02-29T12:00Z[UTC]")
        (ZonedDateTime/parse "2024-02-29T12:00Z")))

(deftest amounts-and-parts-of-java-time-stay
  (stay (Duration/ofNanos -1) (Duration/ofDays 10000) Duration/ZERO (Period/of 1 2 3) Period/ZERO
        (Year/of 2024) (YearMonth/of 2024 2) (MonthDay/of 2 29) (ZoneId/of "Europe/Berlin") ZoneOffset/UTC (ZoneOffset/ofHours -3)
        DayOfWeek/MONDAY Month/FEBRUARY))

(deftest uuids-and-uris-stay
  (stay (UUID. 0 0) (UUID. -1 1) (UUID/randomUUID) (URI. "https://user@example.org:8443/a%20b?c=d#e") (URI. "") (URI. "mailto:a@b")))

(deftest a-uri-that-is-not-what-its-text-says-is-refused
  (let [uri (.relativize (URI. "http://a/") (URI. "http://a/b:c"))]
    (is (nil? (.getScheme uri)) "a path, and yet its text has a scheme")
    (is (instance? SojournException (bench/thrown (bench/round-trip @default-store {:value uri}))))))

(deftest other-values-of-the-jdk-stay-or-are-refused
  (doseq [value [(URL. "https://example.org") Locale/GERMANY (Currency/getInstance "EUR") (java.util.ArrayList. [1 2])
                 (java.util.HashMap. {1 2}) (java.util.HashSet. #{1}) (java.util.Optional/of 1) (java.util.BitSet.)
                 (java.util.LinkedHashMap. {1 2}) (StringBuilder. "a") Thread$State/NEW String Long/TYPE #"regex"
                 (java.util.concurrent.atomic.AtomicLong. 1) (java.io.File. "a") (to-array [1 2])
                 (into-array String ["a"]) (int-array [1 2]) (double-array [1.5]) (boolean-array [true]) (char-array "ab")
                 (object-array 0) (long-array 0)]]
    (testing (str (class value))
      (is (refused-or-kept? value)))))

(deftest byte-arrays-stay
  (doseq [bytes [(byte-array 0) (byte-array [0 1 -1 127 -128]) (byte-array 100000)]]
    (let [back (:bytes (bench/round-trip @default-store {:bytes bytes}))]
      (is (bytes? back))
      (is (= (seq bytes) (seq back))))))

(deftype Money [amount]
  Object
  (equals [_ other] (and (instance? Money other) (= amount (.-amount ^Money other))))
  (hashCode [_] (hash amount)))

(deftest a-type-that-the-application-prints-and-reads-as-data-stays
  (let [print-method-of-money (fn [^Money money ^java.io.Writer w] (.write w (str "#shop/money " (.-amount money))))]
    (is (instance? SojournException (bench/thrown (bench/round-trip @default-store {:price (->Money 5)}))))
    (.addMethod ^clojure.lang.MultiFn print-method Money print-method-of-money)
    (try
      (let [store (bench/store {:readers {'shop/money ->Money}})]
        (binding [*print-length* 0]
          (is (= {:price [(->Money 5)]} (bench/round-trip store {:price [(->Money 5)]}))))
        (is (instance? SojournException (bench/thrown (binding [*data-readers* {'shop/money ->Money}]
                                                        (bench/round-trip @default-store {:price (->Money 5)}))))
            "the data readers of the class path do not count"))
      (finally (remove-method print-method Money)))))

(deftest printed-symbols-that-look-like-numbers-at-either-end-stay
  (.addMethod ^clojure.lang.MultiFn print-method Money
              (fn [^Money money ^java.io.Writer w] (.write w (str "#shop/money " (pr-str (.-amount money))))))
  (try
    (let [session {:price (->Money '[-> - -M ->M ->JVM -1M -1 +2 {:op ->M}])}]
      (is (= session (bench/round-trip (bench/store {:readers {'shop/money ->Money}}) session))))
    (finally (remove-method print-method Money))))

(deftest vectors-lists-and-sets-stay
  (stay [] [1 [2 [3]]] (list) (list 1 2) '(1 (2 (3))) #{} #{1 #{2}} (vec (range 100)) (set (range 100)) (apply list (range 100))
        (subvec [1 2 3] 1) (first {:a 1}) (vector-of :int 1 2)))

(deftest maps-stay
  (stay {} {:a {:b {:c {}}}} {nil nil} {[1 2] #{3}} {{:a 1} {:b 2}} (zipmap (range 100) (range 100)) (array-map :z 1 :a 2) (hash-map :a 1)))

(deftest keys-of-equal-look-and-different-type-stay-apart
  (is (nil? (lost {1 :long "1" :string :1 :keyword 1.0 :double 1M :decimal (symbol "1a") :symbol "1a" :string})))
  (let [session {:a 1 "a" 2 'a 3 ":a" 4 \a 5 nil 6 1 7 1.0 8}]
    (is (= session (bench/round-trip @default-store session)))))

(deftest sorted-collections-stay-sorted
  (stay (sorted-map) (sorted-map 3 :c 1 :a 2 :b) (sorted-set) (sorted-set 3 1 2) (sorted-map :a (sorted-map :b (sorted-set "z" "a")))
        (sorted-map [2] 1 [1] 2))
  (let [back (:value (bench/round-trip @default-store {:value (sorted-map 3 :c 1 :a)}))]
    (is (= [1 2 3] (keys (assoc back 2 :b))) "and keeps what is added in order")))

(deftest a-session-that-is-a-sorted-map-stays-sorted
  (let [back (bench/round-trip @default-store (sorted-map :b 1 :a 2))]
    (is (sorted? back))
    (is (= [:a :b] (keys back)))))

(deftest collections-sorted-by-a-function-of-ones-own-keep-their-order-or-are-refused
  (doseq [value [(sorted-map-by > 1 :a 2 :b) (sorted-set-by > 1 2 3) (sorted-set-by (fn [a b] (compare b a)) 1 2 3)]]
    (is (refused-or-kept? value))))

(deftest queues-stay-queues
  (stay PersistentQueue/EMPTY (into PersistentQueue/EMPTY [1 [2] (into PersistentQueue/EMPTY [3])]))
  (is (= [2 3] (pop (:q (bench/round-trip @default-store {:q (into PersistentQueue/EMPTY [1 2 3])}))))))

(deftest sequences-stay-sequences
  (doseq [value [(map inc [1 2 3]) (range 10) (lazy-seq nil) (lazy-seq [1]) (cons 1 [2]) (seq [1 2]) (rest [1 2]) (seq {:a 1})
                 (keys {:a 1}) (concat [1] (map inc [1])) (iterate inc 1) (repeat 3 :x) (seq "abc") (rseq [1 2])]
          :let  [value (if (instance? clojure.lang.Iterate value) (take 5 value) value)
                 back  (:value (bench/round-trip @default-store {:value value}))]]
    (is (seq? back))
    (is (= value back))))

(deftest a-lazy-sequence-is-not-stored-as-its-class-name
  (is (= '(2 3) (:v (bench/round-trip @default-store {:v (map inc [1 2])})))))

(deftest records-stay-records
  (stay (->Point 1 2) (->Line (->Point 1 nil) (->Point [1] {:a 2})) (assoc (->Point 1 2) :more 3) (with-meta (->Point 1 2) {:m 1}))
  (is (instance? Point (:p (bench/round-trip @default-store {:p (->Point 1 2)})))))

(deftest a-session-that-is-a-record-stays-one
  (let [back (bench/round-trip @default-store (->Point 1 2))]
    (is (instance? Point back))
    (is (= (->Point 1 2) back))))

(deftest metadata-stays-at-every-level
  (let [session (with-meta {:v (with-meta [(with-meta {:k (with-meta '(1) {:d 4})} {:c 3})] {:b 2})
                            :s (with-meta #{(with-meta 'sym {:f 6})} {:e 5})
                            :m (with-meta {} {:meta-of (with-meta [] {:meta-of-meta (with-meta [] {:deeper 1})})})
                            (with-meta [:key] {:of-key 1}) 1}
                           {:a 1 :session? true})]
    (is (nil? (same/difference session (bench/round-trip @default-store session))))))

(deftest metadata-of-the-session-stays-when-it-is-changed
  (let [store @default-store
        key   (ring/write-session store nil (with-meta {:a 1} {:kept true}))
        read  (ring/read-session store key)]
    (ring/write-session store key (assoc read :b 2))
    (is (:kept (meta (ring/read-session store key))))
    (ring/write-session store key (vary-meta (ring/read-session store key) assoc :more 1))
    (is (= {:kept true :more 1} (select-keys (meta (ring/read-session store key)) [:kept :more])))))

(defn- nested [levels wrap]
  (nth (iterate wrap :core) levels))

(deftest two-hundred-levels-deep-stays
  (doseq [[wrap levels] {vector 1, list 1, hash-set 1, #(hash-map :down %) 1, #(list [{:a %}]) 3, #(with-meta [] {:a %}) 2
                         #(sorted-map :down %) 1, #(->Point % nil) 1, #(into PersistentQueue/EMPTY [%]) 1}]
    (let [value (nested (quot 200 levels) wrap)]
      (is (= value (:deep (bench/round-trip @default-store {:deep value})))))))

(deftest a-change-deep-inside-is-a-change
  (let [store @default-store
        key   (ring/write-session store nil {:a {:b [{:c 1}]}})]
    (ring/write-session store key (update-in (ring/read-session store key) [:a :b 0 :c] inc))
    (is (= {:a {:b [{:c 2}]}} (ring/read-session store key)))))

(deftest a-change-of-type-or-metadata-alone-is-a-change
  (let [store @default-store]
    (doseq [[before after] [[1 1N] [(int 1) 1] [[1] '(1)] [{:a 1} (sorted-map :a 1)] [0.0 -0.0] [1.0M 1.00M]
                            [[1] (with-meta [1] {:m 1})] [(->Point 1 2) {:x 1 :y 2}] [(with-meta [1] {:m 1}) (with-meta [1] {:m 2})]
                            [[[1]] [(with-meta [1] {:m 1})]] [[1] [(int 1)]]]]
      (testing (pr-str before after)
        (let [key (ring/write-session store nil {:v before})]
          (ring/write-session store key (assoc (ring/read-session store key) :v after))
          (is (nil? (same/difference {:v after} (ring/read-session store key)))))))))

(deftest one-entry-is-not-taken-for-its-value
  (doseq [value [{} [] #{1} (sorted-map :a 1) 1 "text" nil]]
    (testing (pr-str value)
      (let [store @default-store
            key   (ring/write-session store nil value)]
        (ring/write-session store key (with-meta {:cart value} (meta (ring/read-session store key))))
        (is (= {:cart value} (ring/read-session store key)))))))

(deftest a-change-of-type-alone-outlives-a-write-in-between
  (let [store @default-store]
    (doseq [[before after] [[1.5 (float 1.5)] [[1] '(1)] [{:a 1} (sorted-map :a 1)] [[1] (with-meta [1] {:m 1})]]]
      (testing (pr-str before after)
        (let [key   (ring/write-session store nil (sorted-map :v before :w 1))
              first (ring/read-session store key)]
          (ring/write-session store key (assoc (ring/read-session store key) :w 2))
          (ring/write-session store key (assoc first :v after))
          (is (nil? (same/difference (sorted-map :v after :w 2) (ring/read-session store key)))))))))
