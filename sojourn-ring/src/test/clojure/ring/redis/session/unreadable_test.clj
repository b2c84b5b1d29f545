(ns ^:lowest ring.redis.session.unreadable-test
  "What a node cannot read stays as it is, for those that can: the other half of a rolling deploy."
  (:require [clojure.test :refer [deftest is testing]]
            [ring.middleware.session.store :as ring]
            [ring.redis.session :as session :refer [redis-store]])
  (:import (io.sojourn.memory MemoryStore)
           (java.io Writer)))

(set! *warn-on-reflection* true)

(deftype Money [amount]
  Object
  (equals [_ other] (and (instance? Money other) (= amount (.-amount ^Money other))))
  (hashCode [_] (hash amount)))

(defmethod print-method Money [money ^Writer writer]
  (.write writer (str "#shop/money " (.-amount ^Money money))))

(def ^:private memory (MemoryStore.))

(def ^:private default-store (delay (redis-store memory)))

(def ^:private newer
  "A node that knows the class."
  (delay (redis-store memory {:readers {'shop/money ->Money}})))

(defn- with-money
  "The key of a session that has money in it."
  [session]
  (ring/write-session @newer nil (assoc session :money (->Money 5))))

(defn- found-by-newer [key]
  (ring/read-session @newer key))

(deftest what-cannot-be-read-outlives-a-change
  (doseq [[change wanted] [[#(assoc % :a 2) {:a 2}]
                           [#(dissoc % :a) {}]
                           [#(into (with-meta (sorted-map) (meta %)) %) (sorted-map :a 1)]
                           [#(vary-meta % assoc :m 1) {:a 1}]]]
    (testing (pr-str wanted)
      (let [key   (with-money {:a 1})
            read  (ring/read-session @default-store key)]
        (is (= {:a 1} read))
        (ring/write-session @default-store key (change read))
        (is (= wanted (ring/read-session @default-store key)))
        (is (= (assoc wanted :money (->Money 5)) (found-by-newer key)))))))

(deftest a-reader-whose-precondition-fails-costs-one-value-and-no-request
  (let [key   (with-money {:a 1})
        store (redis-store memory {:readers {'shop/money (fn [amount] {:pre [(string? amount)]} amount)}})]
    (is (= {:a 1} (ring/read-session store key)))
    (ring/write-session store key (assoc (ring/read-session store key) :a 2))
    (is (= {:a 2 :money (->Money 5)} (found-by-newer key)))))

(deftest what-cannot-be-read-outlives-two-changes-at-once
  (doseq [[one two] [[#(dissoc % :a) #(assoc % :b 1)]
                     [#(assoc % :b 1) #(dissoc % :a)]]]
    (let [key     (with-money {:a 1})
          [r1 r2] (repeatedly 2 #(ring/read-session @default-store key))]
      (ring/write-session @default-store key (one r1))
      (ring/write-session @default-store key (two r2))
      (is (= {:b 1 :money (->Money 5)} (found-by-newer key))))))

(deftest what-cannot-be-read-outlives-a-swap
  (let [key (with-money {:a 1})]
    (is (= {:a 2} (session/swap-session! @default-store key update :a inc)))
    (is (= {:a 2 :money (->Money 5)} (found-by-newer key)))))

(deftest a-user-who-cannot-be-read-stays-signed-in
  (let [options {:principal-key #(some-> ^Money (:money %) .-amount)}
        newer   (redis-store memory (assoc options :readers {'shop/money ->Money}))
        older   (redis-store memory options)
        key     (ring/write-session newer nil {:money (->Money 7) :a 1})]
    (is (= key (ring/write-session older key (assoc (ring/read-session older key) :a 2))) "and the key is not replaced")
    (is (= 1 (count (session/sessions-of newer 7))))
    (is (= {:money (->Money 7) :a 2} (ring/read-session newer key)))
    (is (= 1 (session/sign-out-everywhere newer 7)))
    (is (nil? (ring/read-session newer key)))))

(deftest a-user-is-signed-out-though-something-else-cannot-be-read
  (let [options {:principal-key :user-id}
        newer   (redis-store memory (assoc options :readers {'shop/money ->Money}))
        older   (redis-store memory options)
        key     (ring/write-session newer nil {:money (->Money 7) :user-id "bea"})
        fresh   (ring/write-session older key (dissoc (ring/read-session older key) :user-id))]
    (is (not= key fresh))
    (is (= [] (session/sessions-of newer "bea")))
    (is (= {:money (->Money 7)} (ring/read-session newer fresh)))))

(deftest a-session-that-cannot-be-read-is-none-to-swap-and-stays
  (let [key   (ring/write-session @newer nil [(->Money 5)])
        calls (atom 0)]
    (is (nil? (ring/read-session @default-store key)))
    (is (nil? (session/swap-session! @default-store key (fn [s] (swap! calls inc) {:was s}))))
    (is (zero? @calls))
    (is (= [(->Money 5)] (found-by-newer key)))))

(deftest a-map-without-a-mark-replaces-what-cannot-be-read-too
  (let [key (with-money {:a 1})]
    (ring/write-session @default-store key {:b 1})
    (is (= {:b 1} (found-by-newer key)))))
