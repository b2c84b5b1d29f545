(ns ^{:full true} ring.redis.session.layouts-test
  "Sessions on a cluster and behind sentinels, found by a URI."
  (:require [clojure.test :refer [deftest is testing]]
            [ring.middleware.session.store :as ring]
            [ring.redis.session :as session]
            [sojourn.bench :as bench])
  (:import (io.sojourn.testkit RedisLayout RedisLayout$Kind RedisServer RedisServers)))

(set! *warn-on-reflection* true)

(defn- holders
  "How many of the servers that take writes hold something."
  [^RedisLayout layout]
  (count (filter (fn [^RedisServer server]
                   (with-open [probe (.probe server)]
                     (seq (.keys probe))))
                 (.masters layout))))

(deftest sessions-live-on-a-cluster-and-behind-sentinels
  (doseq [[kind servers] {RedisLayout$Kind/CLUSTER 3, RedisLayout$Kind/SENTINELS 1}]
    (testing (str kind)
      (with-open [layout (RedisLayout/start kind (RedisServers/preferred))]
        (let [store (session/redis-store (.uri layout) {:expire-secs 600})
              keys  (doall (for [n (range 40)] (ring/write-session store nil {:n n})))]
          (try
            (is (= (map #(hash-map :n %) (range 40)) (map #(ring/read-session store %) keys)))
            (is (= servers (holders layout)))
            (let [first-key (first keys)
                  read      (ring/read-session store first-key)]
              (is (= first-key (ring/write-session store first-key (assoc read :more true))))
              (is (= {:n 0 :more true} (ring/read-session store first-key)))
              (ring/delete-session store first-key)
              (is (empty? (ring/read-session store first-key))))
            (finally
              (bench/close store))))))))
