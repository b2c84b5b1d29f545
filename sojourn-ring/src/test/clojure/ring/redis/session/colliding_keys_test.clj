(ns ring.redis.session.colliding-keys-test
  "Thousands of keys of one hash, which Clojure compares with each other, are neither written nor read."
  (:require [clojure.string :as string]
            [clojure.test :refer [deftest is testing]]
            [ring.middleware.session.store :as ring]
            [ring.redis.session.edn :as edn]
            [ring.redis.session.layout :as layout]
            [sojourn.bench :as bench])
  (:import (io.sojourn ValueNotAcceptedException)
           (java.util LinkedHashMap)))

(set! *warn-on-reflection* true)

(defn- colliding
  "Strings of one hash."
  [n]
  (for [i (range n)]
    (string/join (map #(if (bit-test i %) "Aa" "BB") (range 13)))))

(defn- entries [keys]
  (interleave keys (repeat 1)))

(def ^:private few (colliding 300))
(def ^:private many (colliding 2500))

(deftest keys-of-one-hash-are-refused-on-writing
  (is (= 1 (count (set (map hash many)))))
  (let [store (bench/store)]
    (doseq [[what session] {"a map"               {:form (zipmap many (repeat 1))}
                            "a set"               {:names (set many)}
                            "many maps"           {:forms (vec (repeat 50 (zipmap few (repeat 1))))}
                            "an array map"        {:form (apply array-map (range 8000))}
                            "metadata"            {:form (with-meta [] (zipmap many (repeat 1)))}
                            "the session's own"   (zipmap many (repeat 1))}]
      (testing what
        (let [failure (bench/thrown (ring/write-session store nil session))]
          (is (instance? ValueNotAcceptedException failure))
          (is (re-find #"too long to read" (str (ex-message failure)))))))
    (is (empty? (bench/keys-of store)))))

(deftest keys-of-one-hash-are-not-read
  (let [read (edn/reader {})]
    (doseq [text [(str "{" (string/join " " (map pr-str (entries many))) "}")
                  (str "#{" (string/join " " (map pr-str many)) "}")
                  (str "#sojourn/hash-map [" (string/join " " (map pr-str (entries many))) "]")
                  (str "#sojourn/hash-map (" (string/join " " (map pr-str (entries many))) ")")
                  (str "#sojourn/array-map [" (string/join " " (range 8000)) "]")
                  (str "#sojourn/printed " (pr-str (str "#{" (string/join " " (map pr-str many)) "}")))]]
      (testing (subs text 0 30)
        (is (instance? IllegalArgumentException (bench/thrown (read text)))))))
  (testing "the keys of the session itself"
    (let [attributes (zipmap (map pr-str many) (repeat (layout/->Encoded (:edn layout/formats) (.getBytes "1"))))]
      (is (instance? IllegalStateException
                     (bench/thrown (#'layout/entries {:read-key (edn/reader {}) :read-edn (constantly 1)}
                                                     nil attributes (LinkedHashMap.))))))))

(deftest some-keys-of-one-hash-and-many-others-stay
  (let [store (bench/store)]
    (doseq [session [{:form (zipmap few (repeat 1)), :names (set few)}
                     (zipmap few (repeat 1))
                     {:numbers (zipmap (range 20000) (range)), :set (set (map str (range 20000)))}
                     {:ordered (apply array-map (range 1000))}]]
      (is (= session (bench/round-trip store session))))))

(deftest nested-keys-of-one-hash-are-counted-too
  (let [store (bench/store)]
    (doseq [session [{:deep [[{:form (zipmap many (repeat 1))}]]}
                     {:form (zipmap (map vector many) (repeat 1))} ; vectors of one hash, since their elements have one
                     {:form {:a (zipmap few (repeat 1)) :b (vec (repeat 49 (set few)))}}]]
      (is (instance? ValueNotAcceptedException (bench/thrown (ring/write-session store nil session)))))))

(deftest what-is-just-within-the-limit-is-written-and-read
  (let [store (bench/store)
        most  (last (take-while #(nil? (bench/thrown (ring/write-session store nil {:form (zipmap (take % (colliding 2500)) (repeat 1))})))
                                (range 300 2500 200)))]
    (is (<= 300 most))
    (is (= most (count (:form (bench/round-trip store {:form (zipmap (take most (colliding 2500)) (repeat 1))})))))))
