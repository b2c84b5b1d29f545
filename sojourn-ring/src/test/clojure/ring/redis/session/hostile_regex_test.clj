(ns ^:lowest ring.redis.session.hostile-regex-test
  "Regular expressions, dates and locales that take Java long to make of their text are neither written nor read."
  (:require [clojure.string :as string]
            [clojure.test :refer [deftest is testing]]
            [ring.middleware.session.store :as ring]
            [ring.redis.session.edn :as edn]
            [sojourn.bench :as bench])
  (:import (io.sojourn ValueNotAcceptedException)
           (java.util Locale)
           (java.util.concurrent TimeUnit)
           (java.util.regex Pattern)))

(set! *warn-on-reflection* true)

(def ^:private marks
  "Letters with combining marks, of which CANON_EQ compiles each order: with eleven it would not end."
  (str "a" (apply str (map char (range 0x0300 0x030b)))))

(defn- refused?
  "Whether a text is refused, and soon. A thread that compiles cannot be stopped, and ends with the JVM."
  [text]
  (let [read  (edn/reader {})
        found (promise)]
    (doto (Thread. #(deliver found (bench/thrown (read text)))) (.setDaemon true) (.start))
    (instance? IllegalArgumentException (deref found (.toMillis TimeUnit/SECONDS 10) :takes-too-long))))

(deftest a-regex-of-canonical-equivalence-is-not-read
  (doseq [flags [128 (bit-or 128 2) 511]]
    (is (refused? (str "#sojourn/regex [" (pr-str marks) " " flags "]"))))
  (is (refused? "#sojourn/regex [\"(?c)a\" 0]") "it says so itself"))

(deftest a-long-regex-is-not-read
  (is (refused? (str "#sojourn/regex [" (pr-str (string/join (repeat 400000 "a"))) " 0]"))))

(deftest a-long-date-or-locale-is-not-read
  (doseq [tag ["#sojourn/locale " "#sojourn/currency " "#inst "]]
    (is (refused? (str tag (pr-str (string/join (repeat 400000 "en-a-bb")))))))
  (doseq [type ["Duration" "Instant" "Period" "ZoneId" "ZonedDateTime" "ZoneOffset"]]
    (is (refused? (str "#sojourn/time [" (pr-str type) " " (pr-str (string/join (repeat 400000 "P1D"))) "]")))))

(deftest what-is-not-read-is-not-written
  (let [store (bench/store)]
    (doseq [[value message] {(Pattern/compile "a" Pattern/CANON_EQ)           #"CANON_EQ"
                             (Pattern/compile "(?c)a")                        #"CANON_EQ"
                             (Pattern/compile (string/join (repeat 1001 "a"))) #"more than 1000 characters"
                             (Locale/forLanguageTag (str "en-x" (string/join (repeat 400 "-ab")))) #"does not read back"}]
      (testing (str value)
        (let [failure (bench/thrown (ring/write-session store nil {:in [value]}))]
          (is (instance? ValueNotAcceptedException failure))
          (is (re-find message (str (ex-message failure)))))))
    (is (empty? (bench/keys-of store)))))

(deftest what-does-not-compile-again-is-refused-and-not-shown
  (let [failure (bench/thrown (ring/write-session (bench/store) nil {:in [(Pattern/compile "(#secret)(?x)")]}))]
    (is (instance? ValueNotAcceptedException failure))
    (is (not (string/includes? (str (ex-message failure)) "secret")))))

(deftest other-regexes-stay
  (let [store (bench/store)]
    (doseq [^Pattern regex [#"[a-z]+\s*(?i)x" (Pattern/compile (string/join (repeat 1000 "a")) Pattern/UNICODE_CASE)
                            (Pattern/compile marks)]]
      (let [^Pattern back (:regex (bench/round-trip store {:regex regex}))]
        (is (= [(.pattern regex) (.flags regex)] [(.pattern back) (.flags back)]))))))
