(ns ^{:needs [:nippy :site]} ring.redis.session.values-table-test
  "Which kinds of values come back, beside what the original's Nippy makes of them: the table in docs/ring.md.

  -Dring.values.update=true writes the table anew."
  (:require [clojure.string :as string]
            [clojure.test :refer [deftest is]]
            [ring.middleware.session.store :as ring]
            [ring.redis.session :refer [redis-store]]
            [sojourn.same :as same]
            [taoensso.nippy :as nippy])
  (:import (clojure.lang MultiFn PersistentQueue)
           (io.sojourn.memory MemoryStore)
           (java.io File StringReader Writer)
           (java.math BigInteger)
           (java.net URI URL)
           (java.sql Time Timestamp)
           (java.time DayOfWeek Duration Instant LocalDate LocalDateTime LocalTime MonthDay OffsetDateTime OffsetTime Period
                      Year YearMonth ZoneId ZoneOffset ZonedDateTime)
           (java.util ArrayDeque ArrayList BitSet Currency Date HashMap HashSet LinkedHashMap Locale Optional Properties
                      TimeZone UUID)
           (java.util.concurrent TimeUnit)
           (org.joda.time DateTime DateTimeZone)))

(set! *warn-on-reflection* true)

(defrecord Point [x y])
(defstruct pair :a :b)
(deftype Money [amount])

(defmacro ^:private kinds [& forms]
  (vec (for [form forms] [(string/replace (pr-str form) #"[\ud800-\udfff]" #(format "\\u%04x" (int (first %)))) form])))

(def ^:private all
  (delay
    (kinds
     nil true false 42 (int 42) (short 42) (byte 42) 42N (BigInteger. "42") 1.5 (float 1.5) -0.0 ##NaN ##Inf 1.50M 1/3
     \a (char 0xd83d) "text" "\ud83d" "" :key :ns/key (keyword "a b") 'symbol 'ns/symbol (symbol "nil")
     [1 2] (list 1 2) () #{1 2} {:a 1} {} (into {} (map vector (range 20) (range 20))) (sorted-map :a 1) (sorted-set 1 2)
     (sorted-map-by > 1 2) (sorted-set-by > 1 2) (into PersistentQueue/EMPTY [1 2]) (map inc [1 2]) (range 3) (seq [1 2]) (first {:a 1})
     (subvec [1 2 3] 1) (vector-of :int 1 2) (with-meta [1] {:m 1}) (->Point 1 2) (struct pair 1 2) (tagged-literal 'a/b 1)
     #"regex" #inst "2026-11-01" (Date. -62135596800000) (Timestamp. 1) (java.sql.Date. 1) (Time. 1) #uuid "6a2f41a3-c54c-4d1e-8c0f-0d4a1b2c3d4e"
     (Instant/ofEpochSecond 1 2) (LocalDate/of 2026 1 2) (LocalTime/of 1 2) (LocalDateTime/of 2026 1 2 3 4)
     (ZonedDateTime/parse "2026-01-02T03:04+01:00[Europe/Paris]") (OffsetDateTime/parse "2026-01-02T03:04+01:00")
     (OffsetTime/parse "03:04+01:00") (Duration/ofSeconds 1) (Period/ofDays 1) (Year/of 2026) (YearMonth/of 2026 1) (MonthDay/of 1 2)
     (ZoneId/of "Europe/Paris") ZoneOffset/UTC DayOfWeek/MONDAY TimeUnit/SECONDS (DateTime. 1)
     (URI. "https://example.org/a?b=c") (URL. "https://example.org") (File. "a/b") Locale/GERMANY (Currency/getInstance "EUR") (TimeZone/getTimeZone "UTC")
     (byte-array [1 2]) (int-array [1 2]) (long-array [1 2]) (double-array [1.5]) (boolean-array [true]) (char-array "ab") (object-array [1 "a"])
     (into-array String ["a"]) (ArrayList. [1 2]) (java.util.List/of 1 2) (ArrayDeque. [1 2]) (HashMap. {1 2}) (LinkedHashMap. {1 2}) (HashSet. [1 2])
     (Optional/of 1) (BitSet.) (Properties.) (StringBuilder. "a") String (ex-info "oh" {:a 1}) (IllegalStateException. "oh") (->Money 1)
     (fn [] 1) (atom 1) (delay 1) (StringReader. "a") (Object.))))

(defn- outcome
  "What becomes of a value: it comes back, as something else, or it is refused."
  [value round-trip]
  (try
    (let [back (round-trip value)]
      (cond
        (nil? (same/difference [value] [back]))                         "yes"
        (:nippy/unthawable back)                                        "lost"
        :else                                                           "changed"))
    (catch Throwable _ "refused")))

(defn- kept-by [options]
  (let [store (redis-store (MemoryStore.) options)]
    (fn [value] (:v (ring/read-session store (ring/write-session store nil {:v value}))))))

(defn- rows []
  (let [edn   (kept-by {})
        ours  (kept-by {:format :nippy})]
    (for [[label value] @all]
      [label (outcome value edn) (outcome value ours) (outcome value #(nippy/thaw (nippy/freeze %)))])))

(defn- table [rows]
  (string/join "\n" (concat ["| value | EDN | `{:format :nippy}` | the original |" "|---|---|---|---|"]
                            (for [[label & outcomes] rows]
                              (str "| `" (string/replace label "|" "\\|") "` | " (string/join " | " outcomes) " |")))))

(deftest a-type-of-a-library-comes-back-if-it-prints-with-a-tag-in-readers
  (let [store (redis-store (MemoryStore.) {:readers {'joda/date-time #(DateTime/parse %)}})
        value (DateTime. 1793491200000 DateTimeZone/UTC)]
    (.addMethod ^MultiFn print-method DateTime (fn [time ^Writer writer] (.write writer (str "#joda/date-time \"" time \"))))
    (try
      (is (= {:v [value]} (ring/read-session store (ring/write-session store nil {:v [value]}))))
      (finally (remove-method print-method DateTime)))))

(def ^:private ^String page
  (first (filter #(.exists (File. ^String %)) ["../docs/ring.md" "docs/ring.md" "/tmp/none"])))

(deftest the-table-in-the-page-is-what-is-so
  (let [rows     (rows)
        section  (str "<!-- values -->\n" (table rows) "\n<!-- /values -->")
        text     (slurp page)]
    (is (< 94 (count rows)))
    (is (not-any? #(= "changed" (second %)) rows) "EDN keeps a value or refuses it")
    (is (every? (fn [[_ _ ours theirs]] (= ours theirs)) rows) "{:format :nippy} takes what the original's Nippy takes")
    (when (System/getProperty "ring.values.update")
      (spit page (string/replace text #"(?s)<!-- values -->.*<!-- /values -->" (fn [_] section))))
    (is (string/includes? (slurp page) section) "docs/ring.md: run with -Dring.values.update=true")))
