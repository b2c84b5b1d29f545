(ns ^{:needs [:ring]} ring.redis.session.move-under-load-test
  "The move of many users at once, on two nodes whose network loses answers: forward, with nodes that keep the old form beside
  it, and back. A thousand users with ./check --full, some of them otherwise."
  (:require [clojure.test :refer [deftest is]]
            [ring.redis.session :as session]
            [ring.redis.session.carmine :as carmine]
            [sojourn.bench :as bench]
            [sojourn.visit :as visit])
  (:import (io.sojourn StoreUnavailableException)
           (io.sojourn.testkit RedisProbe TcpProxy)
           (java.util Random UUID)
           (java.util.concurrent.locks LockSupport)))

(set! *warn-on-reflection* true)

(def ^:private users
  (if (= "full" (System/getProperty "sojourn.excludedTags")) 80 1000))

(def ^:private pages-between-faults 150)

(defn- old-session
  "Stores a session as ring-redis-session does; its cookie."
  [prefix data]
  (let [^String key (str prefix ":" (UUID/randomUUID))]
    (.callBytes ^RedisProbe (bench/probe)
                (into-array (Class/forName "[B") [(.getBytes "SET") (.getBytes key) (carmine/encode data)]))
    key))

(defn- node
  "A store behind a network of its own."
  [^TcpProxy network prefix legacy]
  (session/redis-store {:spec {:host "127.0.0.1" :port (.port network) :timeout-ms 5000}}
                       {:prefix prefix :expire-secs 600 :legacy legacy}))

(defn- break-now-and-then
  "Until `done`: each time that the users have made some requests more, a network delivers what is sent and loses the answers,
  and then cuts its connections. Returns a future of how often."
  [networks requests done]
  (let [random (Random. 1)]
    (future
      (loop [faults 0, next-at pages-between-faults]
        (cond
          (realized? done)          faults
          (< @requests next-at)     (do (LockSupport/parkNanos 1000000) (recur faults next-at))
          :else
          (let [^TcpProxy network (nth networks (.nextInt random (count networks)))]
            (.loseReplies network)
            (LockSupport/parkNanos (* 1000000 (.nextInt random 20)))
            (.cut network)
            (.heal network)
            (recur (inc faults) (+ (long @requests) (long pages-between-faults)))))))))

(defn- request
  "One request of a browser, again while the node has no Redis. Notes what it saw that it should not have, and what was answered."
  [store {:keys [id browser random answered]} requests wrong change]
  (loop [tries 200]
    (swap! requests inc)
    (let [answer (try
                   (visit/change store (visit/browser @browser) assoc change id)
                   (catch StoreUnavailableException e (if (pos? tries) nil (throw e))))]
      (if-not answer
        (do (LockSupport/parkNanos 10000000) (recur (dec tries)))
        (do (when (not= id (:user (:seen answer)))
              (swap! wrong conj [change id (:seen answer)]))
            (swap! answered conj change)
            (when (pos? (.nextInt ^Random random 4)) ; Else the answer never reaches the browser.
              (when-let [cookie (visit/set-cookie answer)]
                (reset! browser cookie))))))))

(defn- visits
  "Each user visits each of the stores, with so many requests at once."
  [users stores at-once phase request]
  (run! deref
        (mapv (fn [part]
                (future
                  (doseq [user part
                          [i store] (map-indexed vector stores)]
                    (if (= 1 at-once)
                      (request store user [phase i])
                      (run! deref (mapv #(future (request store user [phase i %])) (range at-once)))))))
              (partition-all (max 1 (quot (count users) 8)) users))))

(deftest all-users-move-forward-and-back-over-a-bad-network-and-nothing-is-lost
  (with-open [one (TcpProxy/to (bench/server))
              two (TcpProxy/to (bench/server))]
    (let [prefix   (bench/fresh-prefix)
          keep-1   (node one prefix :keep)
          keep-2   (node two prefix :keep)
          move-1   (node one prefix :move)
          move-2   (node two prefix :move)
          users    (mapv (fn [i] {:id i :browser (visit/browser (old-session prefix {:user i})) :random (Random. i) :answered (atom [])})
                         (range users))
          requests (atom 0)
          wrong    (atom [])
          done     (promise)
          faults   (break-now-and-then [one two] requests done)
          request  #(request %1 %2 requests wrong %3)]
      (try
        (visits users [keep-1 keep-2] 1 :keep request)
        (visits (take-nth 2 users) [move-1 keep-2 move-1 keep-2] 1 :one-node-moves request) ; as while it is deployed
        (visits users [move-1 move-2] 3 :move request)
        (visits users [keep-1 keep-2] 3 :back request)
        (visits users [move-2 keep-1 move-2] 2 :one-node-again request)
        (visits users [move-1 move-2] 3 :again request)
        (finally
          (deliver done true)))
      (is (< 5 @faults))
      (is (= [] (take 3 @wrong)) "nobody is signed out")
      (loop [tries 500] ; The last connection may have been cut a moment ago.
        (when-not (try
                    (visit/look move-1 (:browser (first users)))
                    true
                    (catch StoreUnavailableException e (when-not (pos? tries) (throw e))))
          (LockSupport/parkNanos 10000000)
          (recur (dec tries))))
      (doseq [{:keys [id browser answered]} users]
        (let [seen (visit/look move-1 browser)]
          (when-not (and (= id (:user seen)) (every? #(contains? seen %) @answered))
            (is (= [id (set @answered)] [(:user seen) (set (filter vector? (keys seen)))]) "what was answered is there"))
          (visit/change move-1 browser assoc :last true)))
      (loop [tries 300] ; Where a move was cut short, a later visit takes the old form away, when it brings the new key.
        (when (and (pos? tries) (< (count users) (count (bench/keys-of move-1))))
          (LockSupport/parkNanos 200000000)
          (doseq [{:keys [browser]} users]
            (visit/change move-1 browser assoc :last tries))
          (recur (dec tries))))
      (is (= (count users) (count (bench/keys-of move-1))) "and nothing is left of the old form")
      (run! bench/close [keep-1 keep-2 move-1 move-2]))))
