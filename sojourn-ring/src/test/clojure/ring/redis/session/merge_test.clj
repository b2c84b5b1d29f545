(ns ^:lowest ring.redis.session.merge-test
  "Two requests that change one session at once, whatever shape it has before and after."
  (:require [clojure.test :refer [deftest is testing]]
            [ring.middleware.session.store :as ring]
            [ring.redis.session :as session :refer [redis-store]]
            [sojourn.bench :as bench]
            [sojourn.same :as same])
  (:import (io.sojourn.memory MemoryStore)))

(set! *warn-on-reflection* true)

(def ^:private default-store (delay (redis-store (MemoryStore.))))

(def ^:private store-with-handlers
  (delay (redis-store (MemoryStore.) {:write-handler #(binding [*print-meta* true] (pr-str %)) :read-handler read-string})))

(defn- after-both
  "What a session holds after two requests that have both read `before`; `second` writes last."
  ([before first second] (after-both @default-store before first second))
  ([store before first second]
   (let [key (ring/write-session store nil before)
         one (ring/read-session store key)
         two (ring/read-session store key)]
     (ring/write-session store key (first one))
     (ring/write-session store key (second two))
     (ring/read-session store key))))

(defn- marked-as [read data]
  (with-meta data (merge (meta read) (meta data))))

(defn- becomes [data]
  #(marked-as % data))

(defmacro ^:private same? [expected found]
  `(is (nil? (same/difference ~expected ~found))))

(deftest an-equal-value-written-again-does-not-undo-what-another-wrote
  (same? {:name "new" :n 1}
         (after-both {:name "old"} #(assoc % :name "new") #(assoc % :name (String. "old") :n 1))))

(deftest a-session-that-swap-returned-does-not-undo-what-another-wrote
  (let [store @default-store
        key   (ring/write-session store nil {:name "old" :n 1})
        next  (session/swap-session! store key update :n inc)]
    (ring/write-session store key (assoc (ring/read-session store key) :name "new"))
    (ring/write-session store key (assoc next :more true))
    (same? {:name "new" :n 2 :more true} (ring/read-session store key))))

(deftest a-session-that-was-emptied-while-another-wrote-can-be-emptied-again
  (doseq [empty [{} (sorted-map)]]
    (let [store @default-store
          key   (ring/write-session store nil {:a 1})
          read  (ring/read-session store key)]
      (ring/write-session store key empty)
      (ring/write-session store key (assoc read :b 2))
      (is (= {:b 2} (ring/read-session store key)))
      (ring/write-session store key (dissoc (ring/read-session store key) :b))
      (is (= {} (ring/read-session store key))))))

(deftest metadata-alone-is-merged-whatever-the-shape
  (doseq [before [{:a 1} (sorted-map :a 1) {}]]
    (testing (pr-str before)
      (same? (with-meta (assoc before :b 2) {:m 1})
             (after-both before #(assoc % :b 2) #(vary-meta % assoc :m 1)))
      (same? (with-meta (assoc before :b 2) {:m 1})
             (after-both before #(vary-meta % assoc :m 1) #(assoc % :b 2))))))

(deftest metadata-outlives-an-emptied-session
  (same? (with-meta {} {:m 1}) (after-both {:a 1} #(dissoc % :a) #(vary-meta % assoc :m 1))))

(deftest the-last-write-wins-over-a-session-that-is-no-map-any-more
  (same? {:a 2} (after-both {:a 1} (becomes [1 2]) #(assoc % :a 2)))
  (same? [1 2] (after-both {:a 1} #(assoc % :a 2) (becomes [1 2])))
  (same? [3] (after-both {:a 1} (becomes [1 2]) (becomes [3]))))

(deftest what-is-taken-out-stays-out-of-a-session-of-another-shape
  (same? (sorted-map :b 1 :c 1)
         (after-both {:a 1 :b 1} #(marked-as % (sorted-map :a 1 :b 1 :c 1)) #(dissoc % :a))))

(deftest a-change-of-shape-is-kept-whoever-wrote-in-between
  (same? (sorted-map :a 1 :b 2) (after-both {:a 1} #(assoc % :b 2) (becomes (sorted-map :a 1))))
  (same? {:a 1 :b 2} (after-both (sorted-map :a 1) #(assoc % :b 2) (becomes {:a 1}))))

(deftest a-change-of-shape-does-not-undo-a-change-of-type
  (same? (sorted-map :a (list 1)) (after-both {:a [1]} #(assoc % :a (list 1)) (becomes (sorted-map :a [1])))))

(deftest keys-that-cannot-be-sorted-among-each-other-are-merged-all-the-same
  (is (= {:a 1 "b" 2} (after-both {} (becomes (sorted-map :a 1)) #(assoc % "b" 2))))
  (is (= {:a 1 "b" 2 :c 1} (after-both (sorted-map :a 1) #(assoc % :c 1) (becomes {"b" 2 :a 1})))))

(deftest with-handlers-a-change-of-type-alone-outlives-a-write-in-between
  (same? {:v (list 1) :w 2}
         (after-both @store-with-handlers {:v [1] :w 1} #(assoc % :w 2) #(assoc % :v (list 1)))))

(deftest what-lies-there-unchanged-is-not-written-again
  (let [store (bench/store)
        key   (ring/write-session store nil {:v [1] :s #{1 2 3} :bytes (byte-array [1])})
        read  (ring/read-session store key)]
    (is (= [] (bench/commands (is (= key (ring/write-session store key read))))))))

(deftest a-map-without-a-mark-replaces-what-is-there-by-now
  (let [store @default-store
        key   (ring/write-session store nil {:a 1})]
    (ring/read-session store key)
    (ring/write-session store (String. ^String key) {:a 2})
    (is (= key (ring/write-session store key {:a 1})))
    (is (= {:a 1} (ring/read-session store key)))
    (ring/delete-session store (String. ^String key))
    (is (nil? (ring/write-session store key {:a 1})))))

(deftest what-two-requests-have-both-written-one-of-them-may-take-back
  (let [store @default-store
        key   (ring/write-session store nil {:a 1})
        one   (ring/read-session store key)
        two   (ring/read-session store key)]
    (ring/write-session store key (assoc one :lock true))
    (ring/write-session store key (assoc two :lock true))
    (ring/write-session store key two)
    (is (= {:a 1} (ring/read-session store key)))))

(deftest keys-that-clojure-finds-equal-keep-what-was-read-of-them
  (let [store @default-store
        key   (ring/write-session store nil {:a 1})
        one   (ring/read-session store key)
        two   (ring/read-session store key)]
    (ring/write-session store key (assoc one 1 "long"))
    (ring/write-session store key (assoc two (int 1) "int"))
    (let [read (ring/read-session store key)]
      (is (= #{:a 1} (set (keys read))))
      (ring/write-session store key (assoc read :b 2))
      (is (= (assoc read :b 2) (ring/read-session store key))))))
