(ns ^:lowest ring.redis.session.kinds-test
  "Kinds of values that others than Clojure bring: kept, or refused for a reason that the message says."
  (:require [clojure.string :as string]
            [clojure.test :refer [deftest is testing]]
            [ring.middleware.session.store :as ring]
            [ring.redis.session :refer [redis-store]]
            [sojourn.bench :as bench])
  (:import (io.sojourn SojournException ValueNotAcceptedException)
           (io.sojourn.memory MemoryStore)
           (java.util ArrayList Currency Locale)
           (java.util.concurrent TimeUnit)))

(set! *warn-on-reflection* true)

(def ^:private default-store (delay (redis-store (MemoryStore.))))

(defn- kept [store value]
  (:v (bench/round-trip store {:v value})))

(defn- reason [store value]
  (let [failure (bench/thrown (kept store value))]
    (is (instance? ValueNotAcceptedException failure))
    (str (some-> failure ex-message))))

;; --- rows of a database, as next.jdbc gives them

(deftest a-row-that-extends-protocols-by-metadata-is-stored-without-those
  (let [row  (with-meta {:users/id 1 :users/name "jane"}
               {'clojure.core.protocols/datafy (fn [row] row)
                'clojure.core.protocols/nav    (atom nil)
                :next.jdbc/describe            (fn [] nil)
                :mine                          "stays"
                'my.app/note                   ["stays" "too"]})
        back (kept @default-store [row])]
    (is (= [row] back))
    (is (= {:mine "stays" 'my.app/note ["stays" "too"]} (meta (first back))))))

(deftest a-session-that-extends-protocols-by-metadata-is-stored-without-those
  (let [store @default-store
        key   (ring/write-session store nil (with-meta {:a 1} {'clojure.core.protocols/datafy (fn [row] row)}))
        read  (ring/read-session store key)]
    (is (empty? (meta read)))
    (ring/write-session store key (vary-meta (assoc read :b 2) assoc 'clojure.core.protocols/nav (fn [& _])))
    (is (= {:a 1 :b 2} (ring/read-session store key)))))

(deftest data-in-metadata-that-cannot-be-stored-is-refused-with-its-path
  (is (re-find #":v.*:hook" (reason @default-store (with-meta [] {:hook (atom 1)})))))

;; --- values of the JDK

(deftest small-values-of-the-jdk-stay
  (doseq [value [(java.sql.Time. 1700000000000) Locale/GERMANY (Locale. "de" "CH") Locale/ROOT (Currency/getInstance "EUR") (java.io.File. "/a/b c")]]
    (testing (str (class value))
      (is (= value (kept @default-store value)))
      (is (= (class value) (class (kept @default-store value)))))))

(defstruct point :x :y)

(deftest a-struct-map-comes-back-as-the-map-that-it-equals
  (is (= (struct point 1 2) (kept @default-store (struct point 1 2)))))

(deftest what-is-refused-says-why-and-what-to-do
  (doseq [[value words] [[(ArrayList. [1])                     ["Clojure's" "vec" ":nippy"]]
                         [(java.util.List/of 1 2)              ["Clojure's" "vec" ":nippy"]]
                         [(int-array [1])                      ["Clojure's" "vec" ":nippy"]]
                         [(sorted-map-by > 1 2)                ["function of its own"]]
                         [(sorted-set-by (fn [a b] (compare b a)) 1 2) ["function of its own"]]
                         [(ex-info "oh" {})                    [":readers" ":nippy" ":write-handler"]]
                         [TimeUnit/SECONDS                     ["enum" ":allow"]]
                         [(apply str (repeat 2 "x"))           nil]]
          :when words]
    (testing (str (class value))
      (let [text (reason @default-store value)]
        (doseq [word words]
          (is (string/includes? text word)))))))

;; --- what may be read

(deftest an-enum-of-an-allowed-package-stays
  (is (= TimeUnit/SECONDS (kept (redis-store (MemoryStore.) {:allow ["java.util.concurrent"]}) TimeUnit/SECONDS)))
  (is (= TimeUnit/SECONDS (kept (redis-store (MemoryStore.) {:allow ['java.util.concurrent.TimeUnit]}) TimeUnit/SECONDS))))

(deftest an-enum-that-is-not-allowed-is-not-read
  (let [memory (MemoryStore.)
        key    (ring/write-session (redis-store memory {:allow ["java.util.concurrent"]}) nil {:unit TimeUnit/SECONDS :a 1})]
    (is (= {:a 1} (ring/read-session (redis-store memory) key)))))

(defn- evil
  "What a session holds after somebody has put a text into Redis."
  [text]
  (let [store (bench/store)
        key   (ring/write-session store nil {:v (apply str (repeat 3000 \x)) :a 1})]
    (bench/call "HSET" (bench/only-key store) "a::v" text)
    (try (ring/read-session store key) (catch Throwable e e))))

(deftest a-text-put-into-redis-runs-no-code
  (doseq [text ["#java.lang.ProcessBuilder{:command [\"true\"]}" "#clojure.core/eval (+ 1 2)" "#=(+ 1 2)" "#java.util.concurrent.TimeUnit{:a 1}"
                "#sojourn/enum [\"java.util.concurrent.TimeUnit\" \"SECONDS\"]" "#sojourn/printed \"#=(+ 1 2)\"" "#some/tag 1"
                "#sojourn/nippy \"AAAA\"" "#clojure.reflect.Constructor{:a 1}" "#no.such.ns.Record{:a 1}"]]
    (testing text
      (binding [*data-readers* {'some/tag (fn [_] :read)}]
        (is (= {:a 1} (evil text)))))))

(deftest a-number-of-a-million-digits-is-not-read
  (let [start (System/nanoTime)
        ones  (apply str (repeat 1600000 "1"))]
    (doseq [text [ones (str ones "N") (str "[" ones "M]") (str "1/" ones) (str "#sojourn/biginteger \"" ones "\"") (str "#sojourn/ratio [\"" ones "\" \"2\"]")
                  (str "#sojourn/decimal [\"" ones "\" 1]")]]
      (is (= {:a 1} (evil text))))
    (is (> 20000000000 (- (System/nanoTime) start)))))

(deftest a-string-of-a-million-digits-is-one
  (let [digits (apply str (repeat 1000000 "1"))]
    (is (= digits (kept @default-store digits)))
    (is (= [digits "\\\""] (kept @default-store [digits "\\\""])))))

(deftest a-number-of-very-many-digits-is-refused
  (doseq [n [(bigint (.pow (biginteger 10) 20000)) (.pow (biginteger 10) 20000) (/ 1 (bigint (.pow (biginteger 10) 20000)))
             (bigdec (.pow (biginteger 7) 20000))]]
    (is (string/includes? (reason @default-store n) "digits"))))

(deftest a-number-of-many-digits-stays
  (let [n (bigint (.pow (biginteger 7) 10000))]
    (is (= n (kept @default-store n)))
    (is (= (/ 1 n) (kept @default-store (/ 1 n))))))

(deftest a-record-of-a-namespace-that-is-not-loaded-is-no-record
  (is (instance? SojournException (bench/thrown (kept @default-store (eval '(do (defrecord GoneSoon [a]) (let [made (->GoneSoon 1)]
                                                                                                     (ns-unmap *ns* 'map->GoneSoon)
                                                                                                     made))))))))
