(ns ^:lowest ring.redis.session.contract-test
  "What applications are used to, and what stays as it was."
  (:require [clojure.string :as string]
            [clojure.test :refer [deftest is testing]]
            [ring.middleware.session.store :as ring]
            [sojourn.bench :as bench])
  (:import (io.sojourn SessionToken)
           (java.io ByteArrayInputStream ByteArrayOutputStream ObjectInputStream ObjectOutputStream)
           (java.util UUID)))

(set! *warn-on-reflection* true)

(def ^:private an-hour 3600)

(defn- secret-and-id [token]
  [(subs token 0 22) (subs token 22)])

(deftest nil-reads-as-nil-without-asking-redis
  (let [store (bench/store)]
    (is (= [] (bench/commands (is (nil? (ring/read-session store nil))))))))

(deftest false-reads-as-nil-without-asking-redis
  (let [store (bench/store)]
    (is (= [] (bench/commands (is (nil? (ring/read-session store false))))))))

(deftest an-unknown-token-reads-as-nil
  (let [store (bench/store)
        token (ring/write-session (bench/store) nil {:a 1})]
    (is (= ["hgetall"] (map first (bench/commands (is (nil? (ring/read-session store token)))))))))

(deftest unknown-keys-of-other-kinds-read-as-nil
  (let [store (bench/store)]
    (doseq [key ["nobody" "" " " :nobody 42 'nobody (UUID/randomUUID) (str (:prefix store) ":" (UUID/randomUUID))]]
      (is (nil? (ring/read-session store key)) (pr-str key)))))

(deftest a-token-with-a-wrong-secret-reads-as-nil
  (let [store      (bench/store)
        [id]       (secret-and-id (ring/write-session store nil {:a 1}))
        [_ secret] (secret-and-id (ring/write-session store nil {:a 1}))]
    (is (nil? (ring/read-session store (str id secret))))))

(deftest deleting-gives-nil
  (let [store (bench/store)
        key   (ring/write-session store nil {:a 1})]
    (is (nil? (ring/delete-session store key)))
    (is (nil? (ring/read-session store key)))
    (is (empty? (bench/keys-of store)))
    (is (nil? (ring/delete-session store key)) "again")))

(deftest deleting-what-is-no-session-gives-nil
  (let [store (bench/store)]
    (doseq [key [nil false "" "nobody" :nobody 42 (Object.) [] {} (apply str (repeat 100000 "x"))
                 (str (:prefix store) ":" (UUID/randomUUID))]]
      (testing (pr-str (type key))
        (is (nil? (ring/delete-session store key)))))))

(deftest a-key-that-the-application-chose-is-honoured
  (let [store (bench/store)]
    (doseq [key ["key" :key :some.ns/key 42 -1 4.5 'key "with space\r\nand:colon" "" (UUID/randomUUID)]]
      (testing (pr-str key)
        (is (= key (ring/write-session store key {:whose key})))
        (is (= {:whose key} (ring/read-session store key)))))))

(deftest keys-that-print-alike-are-different-keys
  (let [store (bench/store)]
    (ring/write-session store "42" {:is "a string"})
    (ring/write-session store 42 {:is "a number"})
    (ring/write-session store :42 {:is "a keyword"})
    (is (= {:is "a string"} (ring/read-session store "42")))
    (is (= {:is "a number"} (ring/read-session store 42)))
    (is (= {:is "a keyword"} (ring/read-session store :42)))))

(deftest keys-that-are-equal-are-one-key
  (let [store (bench/store)]
    (doseq [[key others] {42 [(int 42) (short 42) 42N (biginteger 42)], 'key [(with-meta 'key {:line 1})]}
            other        others]
      (ring/write-session store key {:whose other})
      (is (= {:whose other} (ring/read-session store other)) (str (class other)))
      (ring/write-session store other {:whose key})
      (is (= {:whose key} (ring/read-session store key)) (str (class other))))))

(deftest a-key-that-the-application-chose-lives-under-the-prefix
  (let [store  (bench/store)
        before (.keys (bench/probe))]
    (ring/write-session store "key" {:a 1})
    (is (= (set (bench/keys-of store))
           (reduce disj (set (.keys (bench/probe))) before)))
    (is (= "hash" (.type (bench/probe) (bench/only-key store))))))

(deftest a-key-that-the-application-chose-can-be-written-again-and-deleted
  (let [store (bench/store)]
    (ring/write-session store "key" {:a 1 :b 1})
    (is (= "key" (ring/write-session store "key" {:a 2})))
    (is (= {:a 2} (ring/read-session store "key")))
    (is (nil? (ring/delete-session store "key")))
    (is (nil? (ring/read-session store "key")))
    (is (= "key" (ring/write-session store "key" {:a 3})) "a key of the application's own may be used anew")
    (is (= {:a 3} (ring/read-session store "key")))))

(deftest stores-with-different-prefixes-know-nothing-of-each-other
  (let [one (bench/store)
        two (bench/store)
        key (ring/write-session one nil {:a 1})]
    (ring/write-session one "key" {:a 1})
    (is (nil? (ring/read-session two key)))
    (is (nil? (ring/read-session two "key")))))

(deftest without-expire-secs-a-session-never-expires
  (let [store (bench/store)]
    (ring/write-session store nil {:a 1})
    (is (= -1 (bench/ttl store)))))

(deftest a-write-sets-the-time-to-live
  (let [store (bench/store {:expire-secs an-hour})]
    (ring/write-session store nil {:a 1})
    (is (<= an-hour (bench/ttl store) (+ an-hour 60)))))

(deftest without-reset-on-read-reading-extends-nothing
  (let [store (bench/store {:expire-secs an-hour})
        key   (ring/write-session store nil {:a 1})]
    (bench/call "EXPIRE" (bench/only-key store) 100)
    (is (= ["hgetall"] (map first (bench/commands (ring/read-session store key)))))
    (is (<= 90 (bench/ttl store) 100))))

(deftest without-reset-on-read-a-write-extends
  (let [store (bench/store {:expire-secs an-hour})
        key   (ring/write-session store nil {:a 1})]
    (bench/call "EXPIRE" (bench/only-key store) 100)
    (ring/write-session store key (assoc (ring/read-session store key) :b 2))
    (is (<= an-hour (bench/ttl store)))))

(deftest with-reset-on-read-reading-extends
  (let [store (bench/store {:expire-secs 10 :reset-on-read true}) ; touched at most once a second
        key   (ring/write-session store nil {:a 1})]
    (is (bench/eventually (< (.ttlMillis (bench/probe) (bench/only-key store)) 9500)))
    (is (= {:a 1} (ring/read-session store key)))
    (is (bench/eventually (< 9700 (.ttlMillis (bench/probe) (bench/only-key store)))))))

(deftest an-expired-session-is-gone
  (let [store (bench/store {:expire-secs 1})
        key   (ring/write-session store nil {:a 1})]
    (is (bench/eventually (nil? (ring/read-session store key))))
    (is (bench/eventually (empty? (bench/keys-of store))))))

(deftest an-empty-map-is-a-session
  (is (= {} (bench/round-trip (bench/store) {}))))

(deftest values-that-are-nil-or-false-stay
  (is (= {:a nil :b false nil :c} (bench/round-trip (bench/store) {:a nil :b false nil :c}))))

(deftest a-session-need-not-be-a-map
  (doseq [session [[1 2] #{:a} "text" 42 :keyword false '(1 2) 1.5]]
    (is (= session (bench/round-trip (bench/store) session)))))

(deftest a-written-session-replaces-the-whole
  (let [store (bench/store)
        key   (ring/write-session store nil {:a 1 :b 2})]
    (ring/write-session store key {:c 3})
    (is (= {:c 3} (ring/read-session store key)))))

(deftest the-key-of-a-session-stays-when-it-is-written-again
  (let [store (bench/store)
        key   (ring/write-session store nil {:a 1})]
    (is (= key (ring/write-session store key {:a 2})))
    (is (= key (ring/write-session store key (assoc (ring/read-session store key) :a 3))))
    (is (= {:a 3} (ring/read-session store key)))))

(deftest a-token-names-the-session-and-proves-it
  (let [store       (bench/store)
        token       (ring/write-session store nil {:a 1})
        [id secret] (secret-and-id token)]
    (is (.isPresent (SessionToken/parse token)))
    (is (= (str (:prefix store) ":" id) (bench/only-key store)))
    (is (not (bench/lies-in-redis? store secret)))))

(deftest a-session-that-was-read-shows-no-trace-of-that
  (let [store   (bench/store)
        session (ring/read-session store (ring/write-session store nil (with-meta {:a 1} {:mine true})))
        out     (ByteArrayOutputStream.)]
    (is (= {:mine true} (meta session)))
    (is (= "^{:mine true} {:a 1}" (binding [*print-meta* true] (pr-str session))))
    (is (= "#=(clojure.lang.PersistentArrayMap/create {:a 1})" (binding [*print-dup* true *print-meta* false] (pr-str (vary-meta session dissoc :mine)))))
    (.writeObject (ObjectOutputStream. out) session)
    (let [copy (.readObject (ObjectInputStream. (ByteArrayInputStream. (.toByteArray out))))]
      (is (= {:a 1} copy))
      (is (= {:mine true} (meta copy))))))
