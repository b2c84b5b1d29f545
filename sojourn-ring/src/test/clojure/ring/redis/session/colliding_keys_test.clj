(ns ring.redis.session.colliding-keys-test
  "Hundreds of keys of one hash, which Clojure compares with each other, are neither written nor read."
  (:require [clojure.edn]
            [clojure.string :as string]
            [clojure.test :refer [deftest is testing]]
            [ring.middleware.session.store :as ring]
            [ring.redis.session.edn :as edn]
            [ring.redis.session.layout :as layout]
            [sojourn.bench :as bench])
  (:import (io.sojourn ValueNotAcceptedException)
           (io.sojourn.ring TooCostlyException)
           (java.lang.management ManagementFactory ThreadMXBean)
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

(defn- alike
  "A map of k keys, which are such maps themselves, `depth` times; those of other i differ at the end."
  [depth k i]
  (if (zero? depth)
    (str i)
    (str "{" (string/join " " (for [j (range k)] (str (alike (dec depth) k (if (= (inc j) k) (+ i j) j)) " 0"))) "}")))

(defn- zeros
  "Decimal fractions of 9,990 zeros, which Clojure divides by ten for each."
  [n]
  (for [i (range 1 (inc n))]
    (str i (string/join (repeat 9990 "0")) "M")))

(defn- costly?
  "Whether a text is refused before its keys are compared. All of these took seconds to minutes."
  [text options]
  (let [^ThreadMXBean thread (ManagementFactory/getThreadMXBean)
        from   (.getCurrentThreadCpuTime thread)]
    (and (instance? TooCostlyException (bench/thrown ((edn/reader options) text)))
         (< (- (.getCurrentThreadCpuTime thread) from) 10e9))))

(deftest keys-that-are-maps-and-sets-count-as-often-as-they-are-compared
  (doseq [[what text] {"maps as keys of maps" (str "{" (string/join " " (for [i (range 8)] (str (alike 4 8 (inc i)) " 1"))) "}")
                       "array maps as keys"   (str "#sojourn/array-map ["
                                                   (string/join " " (for [i (range 16)] (str (alike 5 6 (inc i)) " 1"))) "]")
                       "sets of sets"         (pr-str (set (for [i (range 80)] (set (take 60 (drop i (cycle (colliding 80))))))))}]
    (testing what
      (let [refused (costly? text {})]
        (is refused)))))

(deftest decimal-fractions-that-take-long-to-hash-are-not-read
  (is (costly? (str "#{" (string/join " " (zeros 50)) "}") {}))
  (is (costly? (str "[" (string/join " " (for [number (zeros 50)] (str "#{" number "}"))) "]") {}))
  (is (costly? (str "#{#sojourn/decimal [\"" (subs (first (zeros 1)) 0 9990) "\" 2000000000]}") {}))
  (is (instance? ValueNotAcceptedException (bench/thrown (edn/write "it" (set (map bigdec (map #(subs % 0 9991) (zeros 2)))) {:limit 100000}))))
  (testing "as values they stay"
    (let [value (vec (map #(bigdec (subs % 0 9991)) (zeros 3)))]
      (is (= value ((edn/reader {}) (edn/write "it" value {:limit 100000})))))))

(deftest what-print-methods-print-is-counted-before-it-is-read
  (let [options {:readers {'a identity}}
        printed #(str "#sojourn/printed \"" (-> % (string/replace "\\" "\\\\") (string/replace "\"" "\\\"")) "\"")]
    (doseq [[what text] {"strings of one hash"  (str "#{" (string/join " " (map pr-str many)) "}")
                         "in a map"             (str "{" (string/join " " (map pr-str (entries many))) "}")
                         "behind a tag"         (str "#a #{" (string/join " " (map pr-str many)) "}")
                         "behind a character"   (str "[a\\) \\} \\\" #{" (string/join " " (map pr-str many)) "}]")
                         "behind a comment"     (str "[;\"\n#{" (string/join " " (map pr-str many)) "}]")
                         "maps as keys"         (str "#{" (string/join " " (for [i (range 8)] (alike 4 8 (inc i)))) "}")
                         "decimal fractions"    (str "#{" (string/join " " (zeros 50)) "}")
                         "a very large number"  (string/join (repeat 500000 "9"))}]
      (testing what
        (let [refused (costly? (printed text) options)]
          (is refused))))
    (is (= {:a [1 2] \} #{"x"}} ((edn/reader options) (printed "{:a [1 2] \\} #{\"x\"}}"))))
    (testing "keys of other hashes stay, and whatever edn has"
      (is (= (set (range 5000)) ((edn/reader options) (printed (str "#a #{" (string/join "\n" (range 5000)) "}")))))
      (let [text "[017 0x1F 1e3 +5 5/3 -7 12N 1.50M ##Inf \"a\\n\\u0041\\\"\" \\newline\t\\a, \\u0041 a/b :c/d nil true ;\"\n () #inst \"2026-11-01\"]"]
        (is (= (clojure.edn/read-string text) ((edn/reader options) (printed text))))))))

(deftest keys-that-applications-have-stay
  (doseq [[what value] {"points"              (set (for [x (range 100) y (range 100)] [x y]))
                        "sets of sets"        (set (for [x (range 40) y (range x) z (range y)] #{x y z}))
                        "small maps as keys"  (into {} (for [x (range 60) y (range 60)] [{:x x :y y} 1]))
                        "large sets as keys"  {(set (range 3000)) 1 (set (range 1 3001)) 2}
                        "a set of such a map" #{{#{{:x 1}} [{:y 2}]} {{{:z 1} 2} 3}}
                        "sorted ones"         #{(sorted-set 1 2 3) (into (sorted-map) (zipmap (range 1000) (range)))}
                        "amounts"             (set (map #(/ (bigdec %) 100) (range 5000)))
                        "many small maps"     (vec (repeat 3000 (zipmap (range 16) (range 100 116))))}]
    (testing what
      (let [stays (= value ((edn/reader {}) (edn/write "it" value {:limit 1000000})))]
        (is stays)))))
