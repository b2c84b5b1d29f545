(ns ^{:needs [:transit] :lowest true} ring.redis.session.transit-test
  "Sessions as Transit: by handlers, and as a format of the store's own."
  (:require [clojure.string :as string]
            [clojure.test :refer [deftest is testing]]
            [cognitect.transit :as transit]
            [ring.middleware.session.store :as ring]
            [ring.redis.session :refer [redis-store]]
            [sojourn.bench :as bench]
            [sojourn.generated :as generated]
            [sojourn.same :as same])
  (:import (io.sojourn.memory MemoryStore)
           (java.io ByteArrayInputStream ByteArrayOutputStream)
           (java.time Instant)
           (java.util Date UUID)))

(set! *warn-on-reflection* true)

;; As docs/ring.md shows it.

(defn- to-transit [value]
  (let [out (ByteArrayOutputStream.)]
    (transit/write (transit/writer out :json) value)
    (.toString out "UTF-8")))

(defn- from-transit [^String text]
  (transit/read (transit/reader (ByteArrayInputStream. (.getBytes text "UTF-8")) :json)))

(deftest transit-by-handlers-works
  (let [store (redis-store (bench/connection) {:prefix (bench/fresh-prefix) :read-handler from-transit :write-handler to-transit})
        data  {:a 1 :b [#{:c} "d"] :when (Date. 0) :id (UUID. 1 2)}]
    (is (= data (bench/round-trip store data)))
    (is (= (to-transit data) (bench/text (get (bench/fields store) "a:#text")))
        "and another language finds Transit in Redis")))

(deftest the-format-transit-stores-transit
  (let [store (bench/store {:format :transit})
        data  {:a 1 :b [#{:c} "d" nil] :when (Date. 0) :id (UUID. 1 2) :n [1.5 2N 3M] :c \c :s 'sym "string" true}]
    (is (= data (bench/round-trip store data))))
  (let [store (bench/store {:format :transit})]
    (ring/write-session store nil {:map {:key "value"}})
    (is (bench/lies-in-redis? store "[\"^ \",\"~:key\",\"value\"]"))))

(deftest the-format-transit-keeps-or-refuses
  (let [store (bench/store {:format :transit})]
    (doseq [value [Instant/EPOCH (sorted-map :a 1) (with-meta [1] {:m 1}) 1/3 (int 1) (float 1.5) '(1 2) #{1} ##NaN \a (byte-array [1])]]
      (testing (pr-str value)
        (let [back (try (:v (bench/round-trip store {:v value})) (catch io.sojourn.SojournException _ ::refused))]
          (is (or (= ::refused back)
                  (= (class back) (class value))
                  (and (coll? value) (= back value) (= (sorted? back) (sorted? value)) (= (meta back) (meta value))))))))))

(deftest the-format-transit-keeps-any-session-as-it-went
  (with-open [memory (MemoryStore.)]
    (let [store (redis-store memory {:format :transit})]
      (is (generated/holds? 150 (generated/comes-back-as-it-went store generated/session)))
      (is (generated/holds? 100 (generated/changes-to-what-was-written store)))
      (doseq [law generated/laws-of-changes]
        (is (generated/holds? 60 (law store)))))))

(deftest the-format-transit-keeps-entries-of-maps
  (let [store   (bench/store {:format :transit})
        session {:entry (first {:a 1}) :sorted (first (sorted-map :a [1])) :in [(first {:b 2})]}]
    (is (nil? (same/difference session (bench/round-trip store session))))))

(deftest the-format-transit-keeps-keys-apart-that-only-look-alike
  (let [store (bench/store {:format :transit})]
    (is (= [1 2] (sort (vals (:v (bench/round-trip store {:v {#"a" 1 #"a" 2}}))))))
    (is (= 2 (count (:v (bench/round-trip store {:v #{#"a" #"a"}})))))))

(deftest the-format-transit-merges-by-key
  (let [store (bench/store {:format :transit})
        key   (ring/write-session store nil {:a 1})
        one   (ring/read-session store key)
        two   (ring/read-session store key)]
    (ring/write-session store key (assoc one :b 2))
    (ring/write-session store key (assoc two :c 3))
    (is (= {:a 1 :b 2 :c 3} (ring/read-session store key)))))

(deftest the-format-transit-refuses-functions
  (let [store   (bench/store {:format :transit})
        failure (bench/thrown (ring/write-session store nil {:cart {:hook inc}}))]
    (is (instance? io.sojourn.SojournException failure))
    (is (string/includes? (str (ex-message failure)) ":cart"))))

(deftest an-unchanged-session-in-the-other-format-undoes-nothing
  (with-open [memory (MemoryStore.)]
    (let [edn     (redis-store memory)
          transit (redis-store memory {:format :transit})
          key     (ring/write-session edn nil (sorted-map :a 1))
          read    (ring/read-session transit key)]
      (ring/write-session edn key (with-meta [1 2] (meta (ring/read-session edn key))))
      (ring/write-session transit key read)
      (is (= [1 2] (ring/read-session transit key))))))

(deftest a-fleet-may-change-its-format-while-it-runs
  (let [prefix  (bench/fresh-prefix)
        edn     (bench/store {:prefix prefix})
        transit (bench/store {:prefix prefix :format :transit})
        key     (ring/write-session edn nil {:a [1]})]
    (is (= {:a [1]} (ring/read-session transit key)))
    (ring/write-session transit key (assoc (ring/read-session transit key) :b #{2}))
    (is (= {:a [1] :b #{2}} (ring/read-session edn key)))
    (ring/write-session edn key (assoc (ring/read-session edn key) :c 3))
    (is (= {:a [1] :b #{2} :c 3} (ring/read-session transit key)))))
