(ns ring.redis.session.records-test
  "Records whose namespace is not loaded yet, and names that Java writes in another way than Clojure."
  (:require [clojure.test :refer [deftest is]]
            [ring.middleware.session.store :as ring]
            [sojourn.bench :as bench]))

(set! *warn-on-reflection* true)

(defrecord Shopping-Cart! [items])

(deftest a-record-whose-name-is-no-name-in-java-stays
  (let [session {:cart (->Shopping-Cart! [:tea])}]
    (doseq [allow [[] '[ring.redis.session.records-test.Shopping-Cart!]]]
      (is (= session (bench/round-trip (bench/store {:allow allow}) session))))))

(def ^:private loading (promise))
(def ^:private go-on (promise))

(defn while-it-loads []
  (deliver loading true)
  (deref go-on 20000 nil))

(deftest a-record-of-an-allowed-namespace-is-read-while-another-request-loads-that
  (let [store   (bench/store {:allow '[sojourn.late-model]})
        key     (ring/write-session store nil {:v (apply str (repeat 3000 \x)) :a 1})
        read    #(ring/read-session store (String. ^String key))
        _       (bench/call "HSET" (bench/only-key store) "a::v" "#sojourn.late_model.Late{:x 1}")
        refused (ring/read-session (bench/store {:prefix (:prefix store)}) key)
        _       (is (= {:a 1} refused))
        _       (is (nil? (find-ns 'sojourn.late-model)) "it is not allowed there")
        one     (future (read))
        _       (is (deref loading 20000 nil))
        reader  (promise)
        other   (future (deliver reader (Thread/currentThread)) (read))
        until   (+ (System/currentTimeMillis) 20000)]
    (while (and (not (realized? other)) (not= Thread$State/BLOCKED (.getState ^Thread @reader)) (< (System/currentTimeMillis) until))
      (Thread/sleep 5))
    (is (not (realized? other)) "it waits for the namespace")
    (deliver go-on true)
    (is (= [{:x 1} {:x 1}] (map #(some->> (deref % 20000 nil) :v (into {})) [one other])))))
