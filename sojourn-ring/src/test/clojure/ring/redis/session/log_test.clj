(ns ring.redis.session.log-test
  "Where the store's own warnings go."
  (:require [clojure.string :as string]
            [clojure.test :refer [deftest is]]
            [clojure.tools.logging :as logging]
            [clojure.tools.logging.impl :as impl]
            [ring.redis.session :as session]
            [sojourn.bench :as bench]
            [sojourn.child :as child]))

(defn- recorder
  "A logger factory of an application's, which records what is logged."
  [lines]
  (reify impl/LoggerFactory
    (name [_] "recorder")
    (get-logger [_ logger-ns]
      (reify impl/Logger
        (enabled? [_ level] (not= :debug level))
        (write! [_ level _ message] (swap! lines conj [(str logger-ns) level message]))))))

(deftest warnings-go-through-the-tools-logging-of-the-application
  (let [lines (atom [])]
    (binding [logging/*logger-factory* (recorder lines)]
      ;; Stores of other tests may warn meanwhile that their servers are gone.
      (is (= [] (filter #(string/includes? % ":pol") (bench/warnings (bench/close (session/redis-store (assoc (bench/connection) :pol {}))))))))
    (is (= ["ring.redis.session" :warn] (take 2 (first @lines))))
    (is (string/includes? (peek (first @lines)) ":pol"))))

(defn- start-alone
  "What a process prints that has no tools.logging and makes a store."
  [connection]
  (:output (child/run (list 'do
                            '(require '[ring.redis.session :as session] '[ring.middleware.session.store :as ring])
                            (list 'let ['store (list 'session/redis-store connection)]
                                  '(prn (ring/read-session store (ring/write-session store nil {:a 1})))))
                      {}
                      (remove #(re-find #"tools\.logging" %) (child/class-path)))))

(deftest without-tools-logging-the-platforms-logger-has-the-warning
  (let [output (start-alone (assoc (bench/connection) :pol {}))]
    (is (string/includes? output "{:a 1}") output)
    (is (re-find #"WARNING: Keys of the connection that mean nothing here: :pol" output) output)))

(deftest a-start-on-localhost-warns-of-nothing
  (let [output (start-alone (bench/connection))]
    (is (string/includes? output "{:a 1}") output)
    (is (not (re-find #"WARN" output)) output)))
