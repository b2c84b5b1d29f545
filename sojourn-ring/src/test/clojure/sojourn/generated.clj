(ns sojourn.generated
  "Values that nobody thought of, nested and with metadata at every level, and what must hold for all of them."
  (:require [clojure.test.check :as check]
            [clojure.test.check.generators :as gen]
            [clojure.test.check.properties :as properties]
            [ring.middleware.session.store :as ring]
            [sojourn.bench :as bench]
            [sojourn.same :as same])
  (:import (clojure.lang IObj PersistentQueue)
           (java.time Instant LocalDate ZoneOffset)
           (java.util Date)))

(set! *warn-on-reflection* true)

(defrecord Thing [a b])

(def ^:private odd-text
  (gen/fmap #(apply str %) (gen/vector (gen/one-of [gen/char-alphanumeric (gen/elements [\space \" \\ \/ \: \# \^ \{ \( \; \, \@ \~ \` \u0000 (char 0xd83d) \newline \é])]) 0 6)))

(def ^:private a-float
  "Never one that equals a double of the others: a set that has both may be one that no reader can make again."
  (gen/fmap #(unchecked-float (if (< 1e-30 (Math/abs (double %)) 1e30) (* 1.1 (double %)) 0.1))
            (gen/double* {:NaN? false :infinite? false})))

(def ^:private scalar
  (gen/one-of
    [gen/large-integer gen/size-bounded-bigint gen/ratio gen/boolean gen/char gen/string gen/keyword-ns gen/symbol-ns gen/uuid
     (gen/double* {:NaN? false})
     (gen/return nil)
     odd-text
     (gen/fmap keyword odd-text)
     (gen/fmap symbol odd-text)
     (gen/fmap (fn [[a b]] (keyword a b)) (gen/tuple (gen/not-empty odd-text) odd-text))
     (gen/fmap (fn [[a b]] (symbol a b)) (gen/tuple (gen/not-empty odd-text) odd-text))
     (gen/fmap unchecked-int gen/large-integer)
     (gen/fmap unchecked-short gen/large-integer)
     (gen/fmap unchecked-byte gen/large-integer)
     a-float
     (gen/fmap biginteger gen/size-bounded-bigint)
     (gen/fmap (fn [[n scale]] (BigDecimal. (biginteger n) (int scale))) (gen/tuple gen/size-bounded-bigint (gen/choose -20 20)))
     (gen/fmap #(Date. (long %)) gen/large-integer)
     (gen/fmap (fn [[s n]] (Instant/ofEpochSecond s n)) (gen/tuple (gen/choose -100000000000 100000000000) (gen/choose 0 999999999)))
     (gen/fmap #(LocalDate/ofEpochDay %) (gen/choose -100000000 100000000))
     (gen/fmap #(.atOffset (Instant/ofEpochSecond %) (ZoneOffset/ofTotalSeconds (mod % 64800))) (gen/choose 0 10000000000))]))

(defn- sortable [inner]
  (gen/one-of [(gen/fmap #(into (sorted-map) %) (gen/map gen/keyword inner))
               (gen/fmap #(into (sorted-set) %) (gen/vector gen/string))]))

(def ^:private member
  "What maps and sets are looked up by. No sorted collections: Clojure itself fails to compare some of them."
  (gen/one-of [scalar (gen/vector scalar) (gen/set scalar) (gen/map scalar scalar)]))

(defn- container [inner]
  (gen/one-of
    [(gen/vector inner) (gen/list inner) (gen/set member) (gen/map member inner) (sortable inner)
     (gen/fmap #(into PersistentQueue/EMPTY %) (gen/vector inner))
     (gen/fmap (fn [[a b]] (->Thing a b)) (gen/tuple inner inner))]))

(defn- with-metadata [values]
  (gen/one-of
    [values
     (gen/fmap (fn [[value metadata]] (if (instance? IObj value) (with-meta value metadata) value))
               (gen/tuple values (gen/map gen/keyword scalar {:max-elements 3})))]))

(def value
  (with-metadata (gen/recursive-gen #(with-metadata (container %)) scalar)))

(def session
  (with-metadata (gen/map (gen/one-of [gen/keyword gen/string scalar]) value {:max-elements 8})))

(def ^:private seed
  "The same in every build, so that a build fails for what changed in it; another each time with ./check --full."
  (when (= "full" (System/getProperty "sojourn.excludedTags")) 20261123))

(defn holds? [trials property]
  (let [result (check/quick-check trials property :max-size 40 :seed seed)]
    (or (:pass? result)
        (throw (ex-info (pr-str (select-keys result [:seed :fail])
                                (binding [*print-meta* true] (pr-str (get-in result [:shrunk :smallest])))
                                (:result-data (:shrunk result)))
                        {})))))

(defn comes-back-as-it-went
  [store sessions]
  (properties/for-all* [sessions]
                       (fn [session]
                         (let [found (same/difference session (bench/round-trip store session))]
                           (or (nil? found) (throw (ex-info (pr-str found) {})))))))

(defn changes-to-what-was-written [store]
  (properties/for-all* [session session]
                       (fn [before after]
                         (let [key      (ring/write-session store nil before)
                               read     (ring/read-session store key)
                               metadata (merge (meta before) (meta after))]
                           (ring/write-session store key (with-meta after (merge (meta read) (meta after))))
                           (let [found (same/difference (with-meta after metadata) (ring/read-session store key))]
                             (or (nil? found) (throw (ex-info (pr-str found) {}))))))))
