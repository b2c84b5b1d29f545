(ns ^:lowest ring.redis.session.refused-values-test
  "What cannot be stored is refused when it is written, and the old session stays."
  (:require [clojure.main :as main]
            [clojure.string :as string]
            [clojure.test :refer [deftest is testing]]
            [ring.middleware.session.store :as ring]
            [sojourn.bench :as bench])
  (:import (io.sojourn SojournException)
           (java.io ByteArrayInputStream StringReader)))

(set! *warn-on-reflection* true)

(deftype Opaque [secret])

(def ^:private values
  {"a function"          #(inc %)
   "a var"               #'inc
   "an atom"             (atom 1)
   "a ref"               (ref 1)
   "an agent"            (agent 1)
   "a delay"             (delay 1)
   "a promise"           (promise)
   "a future"            (future 1)
   "a namespace"         *ns*
   "a stream"            (ByteArrayInputStream. (byte-array 1))
   "a reader"            (StringReader. "a")
   "a thread"            (Thread/currentThread)
   "an object"           (Object.)
   "an object of a type" (->Opaque "secret")
   "an exception"        (ex-info "oh" {})
   "a transient"         (transient [])
   "a multimethod"       print-method
   "a reified object"    (reify Runnable (run [_]))
   "a volatile"          (volatile! 1)})

(deftest what-cannot-be-stored-is-refused
  (let [store (bench/store)]
    (doseq [[what value] values]
      (testing what
        (is (instance? SojournException (bench/thrown (ring/write-session store nil {:v value}))))))
    (is (empty? (bench/keys-of store)))))

(deftest the-message-has-the-path-to-the-value
  (let [store   (bench/store)
        message (ex-message (bench/thrown (ring/write-session store nil {:cart {:items [0 1 {"callback" inc}]}})))]
    (doseq [step [":cart" ":items" "2" "callback"]]
      (is (string/includes? message step)))
    (is (re-find #"clojure\.core\$inc|function" message) "and tells what it is")))

(deftest the-message-has-the-path-into-every-kind-of-collection
  (let [store (bench/store)]
    (doseq [[session steps] {{:s #{[:a inc]}}                      [":s"]
                             {:m (with-meta [] {:hook (atom 1)})}       [":m" ":hook"]
                             {:k {inc 1}}                          [":k"]
                             {:q (list 1 (map identity [1 inc]))}  [":q" "1"]
                             {:o (sorted-map :z {:y inc})}         [":o" ":z" ":y"]
                             {inc 1}                               []
                             (with-meta {:a 1} {:session-hook (atom 1)}) [":session-hook"]
                             [1 {:in inc}]                         [":in"]}]
      (testing (pr-str session)
        (let [failure (bench/thrown (ring/write-session store nil session))]
          (is (instance? SojournException failure))
          (doseq [step steps]
            (is (string/includes? (str (ex-message failure)) step))))))))

(deftest the-message-shows-no-value
  (let [store   (bench/store)
        failure (bench/thrown (ring/write-session store nil {:card "4111-1111" :v [(->Opaque "4111-1111") inc]}))]
    (is (some? failure))
    (is (not-any? #(string/includes? (str %) "4111") (bench/causes failure)))))

(defn- contents [hash]
  (into {} (map (fn [[field bytes]] [field (seq bytes)])) hash))

(deftest the-old-session-stays-when-a-write-is-refused
  (let [store (bench/store)
        key   (ring/write-session store nil {:a 1})
        read  (ring/read-session store key)
        old   (.hash (bench/probe) (bench/only-key store))]
    (doseq [session [(assoc read :b inc) (assoc read :a 2 :b inc) {:b inc} (vary-meta (assoc read :b inc) assoc :recreate true)]]
      (is (instance? SojournException (bench/thrown (ring/write-session store key session)))))
    (is (= {:a 1} (ring/read-session store key)))
    (is (= (contents old) (contents (.hash (bench/probe) (bench/only-key store)))))))

(deftest an-endless-sequence-is-refused
  (let [store (bench/store)]
    (doseq [endless [(range) (cycle [:a]) (repeat (apply str (repeat 1000 "x")))]]
      (is (instance? SojournException (bench/thrown (ring/write-session store nil {:v [endless]})))))
    (is (empty? (bench/keys-of store)))))

(deftest what-contains-itself-is-refused
  (let [list (java.util.ArrayList.)]
    (.add list list)
    (is (instance? SojournException (bench/thrown (ring/write-session (bench/store) nil {:v list}))))))

(deftest a-sequence-that-fails-is-refused-or-fails
  (let [store (bench/store)]
    (is (some? (bench/thrown (ring/write-session store nil {:v (map #(/ 1 %) [1 0])}))))
    (is (empty? (bench/keys-of store)))))

(deftest a-hundred-thousand-levels-are-refused
  (let [store (bench/store)]
    (doseq [wrap [vector list #(hash-map :down %) #(with-meta [] {:down %}) #(array-map [%] 1) #(lazy-seq [%])]]
      (let [failure (bench/thrown (ring/write-session store nil {:v (nth (iterate wrap :core) 100000)}))]
        (is (instance? SojournException failure) (str failure))
        (is (< (count (str (ex-message failure))) 5000) "with a message that can be read")))
    (is (empty? (bench/keys-of store)))))

(deftest a-value-that-is-too-large-is-refused
  (let [store (bench/store)
        key   (ring/write-session store nil {:a 1})
        huge  (apply str (repeat (* 10 1024 1024) "x"))]
    (is (instance? SojournException (bench/thrown (ring/write-session store key {:huge huge}))))
    (is (= {:a 1} (ring/read-session store key)))))

(defn- made-in-some-order
  "A set of the members that holds them all: whether it takes two that are equal depends on the order in which they come."
  [& members]
  (first (for [a members, b members, c members
               :let  [made (conj #{} a b c)]
               :when (= (count members) (count made))]
           made)))

(deftest what-may-be-read-as-one-is-refused
  (let [store (bench/store)
        both  (made-in-some-order (float 64) 64.0 1.0)]
    (is (= 3 (count both)))
    (doseq [value [both #{both} [{both 1}]]]
      (testing (pr-str value)
        (let [failure (bench/thrown (ring/write-session store nil {:v value}))]
          (is (string/includes? (str (some-> failure ex-message)) "such as a float and a double")))))))

(deftest floats-beside-doubles-stay
  (let [store (bench/store)]
    (doseq [value [#{(float 1.5) 2.5} #{(float 0.1) 0.1} {:a #{(float 64) 1.0}}]]
      (is (= value (:v (bench/round-trip store {:v value})))))))

(deftest the-repl-shows-the-message
  (let [store   (bench/store {:readers {'acme/opaque identity}})
        refused (bench/thrown (ring/write-session store nil {:v (->Opaque "secret")}))
        shown   (main/ex-triage (Throwable->map refused))]
    (is (= "io.sojourn.ValueNotAcceptedException" (str (:clojure.error/class shown))))
    (is (= (ex-message refused) (:clojure.error/cause shown)))
    (is (seq (.getSuppressed ^Throwable refused)) "What the reader threw is kept.")))
