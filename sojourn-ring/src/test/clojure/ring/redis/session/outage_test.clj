(ns ring.redis.session.outage-test
  "Redis that is silent, away, or back."
  (:require [clojure.test :refer [deftest is testing]]
            [ring.middleware.session.store :as ring]
            [ring.redis.session :as session]
            [sojourn.bench :as bench])
  (:import (io.sojourn StoreUnavailableException)
           (io.sojourn.testkit RedisServer)))

(set! *warn-on-reflection* true)

(defmacro ^:private with-server
  "Runs the body with a server and a store of its own, which has one session under `key`."
  [[server store key options] & body]
  `(with-open [~(vary-meta server assoc :tag `RedisServer) (bench/start-server)]
     (let [~store (session/redis-store (update (bench/connection ~server) :spec dissoc :timeout-ms) ~(or options {}))
           ~key   (ring/write-session ~store nil {:a 1})]
       ~@body)))

(defn- unavailable? [failure]
  (instance? StoreUnavailableException failure))

(defmacro ^:private millis [& body]
  `(let [start# (System/nanoTime)]
     ~@body
     (quot (- (System/nanoTime) start#) 1000000)))

(deftest a-silent-server-is-waited-for-half-a-second-by-default
  (with-server [server store key]
    (.pause server)
    (is (<= 400 (millis (is (unavailable? (bench/thrown (ring/read-session store key))))) 900))
    (is (>= 900 (millis (is (unavailable? (bench/thrown (ring/write-session store nil {:a 1})))))))
    (.resume server)
    (is (bench/eventually (= {:a 1} (try (ring/read-session store key) (catch StoreUnavailableException _)))))))

(deftest timeout-ms-is-the-longest-wait
  (with-open [server (bench/start-server)]
    (let [store (session/redis-store (assoc-in (bench/connection server) [:spec :timeout-ms] 1500))
          key   (ring/write-session store nil {:a 1})]
      (.pause server)
      (is (<= 1300 (millis (is (unavailable? (bench/thrown (ring/read-session store key))))) 2000)))))

(deftest a-dead-server-fails-at-once
  (with-server [server store key]
    (.kill server)
    (is (bench/eventually (unavailable? (bench/thrown (ring/read-session store key)))))
    (is (> 200 (millis (bench/thrown (ring/read-session store key)))))))

(deftest deleting-what-is-no-session-works-without-redis
  (with-server [server store key]
    (.kill server)
    (is (nil? (ring/delete-session store nil)))
    (is (nil? (ring/read-session store nil)))))

(deftest after-a-restart-the-first-call-works
  (with-server [server store key]
    (dotimes [_ 3]
      (.restart server)
      (is (bench/eventually (nil? (bench/thrown (ring/read-session store key)))) "once it is connected again")
      (let [failures (keep identity (for [n (range 20)] (bench/thrown (bench/round-trip store {:n n}))))]
        (is (empty? failures))))))

(deftest a-restart-between-two-requests-is-not-noticed
  (with-server [server store key]
    (.restart server)
    ;; Nothing asked for the store while Redis was away; a visitor comes a moment later.
    (is (> 1000 (millis (bench/eventually (nil? (bench/thrown (bench/round-trip store {:a 1})))))))))

(deftest on-outage-fail-lets-the-application-know
  (with-server [server store key {:on-outage :fail}]
    (.kill server)
    (is (unavailable? (bench/thrown (ring/read-session store key))))
    (is (unavailable? (bench/thrown (ring/write-session store nil {:a 1}))))))

(deftest on-outage-without-session-goes-on-without
  (with-server [server store key {:on-outage :without-session}]
    (let [read (ring/read-session store key)]
      (.kill server)
      (is (nil? (ring/read-session store key)))
      (is (nil? (ring/write-session store nil {:a 1})))
      (is (nil? (ring/write-session store key (assoc read :b 2))))
      (is (unavailable? (bench/thrown (ring/delete-session store key)))
          "but a logout that did not happen must not look like one")
      (.restart server)
      (is (bench/eventually (some? (ring/write-session store nil {:a 1})))))))

(deftest wrap-outage-answers-503-while-redis-is-away
  (with-server [server store key]
    (let [handler (session/wrap-outage (fn
                                         ([_] {:status 200 :session (ring/read-session store key)})
                                         ([_ respond raise]
                                          (try (respond {:status 200 :session (ring/read-session store key)})
                                               (catch Throwable e (raise e))))))
          async   #(let [response (promise)]
                     (handler {} (partial deliver response) (partial deliver response))
                     (deref response 5000 ::none))]
      (is (= {:status 200 :session {:a 1}} (handler {})))
      (is (= {:status 200 :session {:a 1}} (async)))
      (.kill server)
      (doseq [response [(handler {}) (async)]]
        (is (= 503 (:status response)))
        (is (re-matches #"\d+" (get-in response [:headers "Retry-After"])))))))

(deftest wrap-outage-also-catches-what-the-asynchronous-handler-throws
  (let [handler  (session/wrap-outage (fn [_ _ _] (throw (StoreUnavailableException. "away" nil))))
        response (promise)]
    (handler {} (partial deliver response) (partial deliver response))
    (is (= 503 (:status (deref response 1000 nil))))))

(deftest wrap-outage-leaves-other-errors-alone
  (let [handler (session/wrap-outage (fn
                                       ([_] (throw (ex-info "mine" {})))
                                       ([_ _ raise] (raise (ex-info "mine" {})))))
        raised  (promise)]
    (is (= "mine" (ex-message (bench/thrown (handler {})))))
    (handler {} (partial deliver raised) (partial deliver raised))
    (is (= "mine" (ex-message (deref raised 1000 nil))))))

(deftest a-message-of-an-outage-says-what-and-where-and-no-secret
  (with-server [server store key]
    (.kill server)
    (let [failure (bench/thrown (ring/read-session store key))]
      (testing (ex-message failure)
        (is (re-find (re-pattern (str (.port server))) (str (ex-message failure))))
        (is (not-any? #(re-find (re-pattern key) (str %)) (bench/causes failure)))))))
