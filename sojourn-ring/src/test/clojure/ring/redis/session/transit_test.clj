(ns ^{:needs [:transit] :lowest true} ring.redis.session.transit-test
  "Sessions as Transit, by handlers."
  (:require [clojure.test :refer [deftest is]]
            [cognitect.transit :as transit]
            [ring.redis.session :refer [redis-store]]
            [sojourn.bench :as bench])
  (:import (java.io ByteArrayInputStream ByteArrayOutputStream)
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
