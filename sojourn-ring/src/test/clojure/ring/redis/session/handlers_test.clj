(ns ^:lowest ring.redis.session.handlers-test
  "Applications that make bytes of sessions themselves."
  (:require [clojure.edn :as edn]
            [clojure.string :as string]
            [clojure.test :refer [deftest is testing]]
            [ring.middleware.session.store :as ring]
            [sojourn.bench :as bench])
  (:import (io.sojourn.testkit RedisServer)
           (java.io IOException)
           (java.util Base64 UUID)))

(set! *warn-on-reflection* true)

(defn- payload
  "What lies in Redis for the session's data."
  ^bytes [store]
  (let [fields (bench/fields store)]
    (or (get fields "a:#text") (get fields "a:#bytes"))))

(deftest a-string-of-the-write-handler-is-what-lies-in-redis
  (let [store (bench/store {:write-handler #(str "v1|" (pr-str %)) :read-handler #(edn/read-string (subs % 3))})
        key   (ring/write-session store nil {:a "世界"})]
    (is (= "v1|{:a \"世界\"}" (bench/text (payload store))))
    (is (= {:a "世界"} (ring/read-session store key)))))

(deftest bytes-of-the-write-handler-are-what-lies-in-redis
  (let [given (byte-array (range -128 128))
        store (bench/store {:write-handler (constantly given) :read-handler vec})
        key   (ring/write-session store nil {:a 1})]
    (is (= (seq given) (seq (payload store))))
    (is (= (vec given) (ring/read-session store key)))))

(deftest the-read-handler-gets-what-the-write-handler-gave
  (doseq [given ["" "text" (byte-array [1 2]) {:a 1} [1 2] 42 :keyword '(1 2)]]
    (testing (str (class given))
      (let [got   (atom nil)
            store (bench/store {:write-handler (constantly given) :read-handler (fn [x] (reset! got x) {:read true})})]
        (is (= {:read true} (bench/round-trip store {:a 1})))
        (is (= (class given) (class @got)))
        (is (if (bytes? given) (= (seq given) (seq @got)) (= given @got)))))))

(deftest a-missing-session-calls-no-read-handler
  (let [calls (atom 0)
        store (bench/store {:read-handler (fn [x] (swap! calls inc) x)})]
    (is (nil? (ring/read-session store (ring/write-session (bench/store) nil {:a 1}))))
    (is (nil? (ring/read-session store nil)))
    (is (nil? (ring/read-session store "nobody")))
    (is (zero? @calls))))

(deftest a-read-handler-alone-gets-the-map
  (let [store (bench/store {:read-handler #(assoc % :seen true)})]
    (is (= {:a 1 :seen true} (bench/round-trip store {:a 1})))))

(deftest a-write-handler-alone-changes-what-is-read
  (let [store (bench/store {:write-handler #(dissoc % :secret)})]
    (is (= {:a 1} (bench/round-trip store {:a 1 :secret 2})))))

(deftest an-unchanged-session-is-not-written-with-handlers-either
  (let [store (bench/store {:write-handler pr-str :read-handler edn/read-string})
        key   (ring/write-session store nil {:a 1})
        read  (ring/read-session store key)]
    (is (= [] (bench/commands (is (= key (ring/write-session store key read))))))))

(deftest a-changed-session-is-one-commit-with-handlers-too
  (let [store (bench/store {:write-handler pr-str :read-handler edn/read-string})
        key   (ring/write-session store nil {:a 1})
        read  (ring/read-session store key)]
    (is (= ["evalsha"] (map first (bench/commands (ring/write-session store key (assoc read :b 2))))))
    (is (= {:a 1 :b 2} (ring/read-session store key)))))

(deftest an-error-of-the-write-handler-reaches-the-application
  (let [store   (bench/store {:write-handler (fn [_] (throw (ex-info "cannot write" {})))})
        failure (bench/thrown (ring/write-session store nil {:a 1}))]
    (is (some #(= "cannot write" (ex-message %)) (bench/causes failure)))
    (is (empty? (bench/keys-of store)))))

(deftest a-session-that-the-read-handler-cannot-read-is-none-and-stays
  (let [store (bench/store {:write-handler pr-str :read-handler edn/read-string})
        key   (ring/write-session store nil {:a 1})
        other (assoc store :read-handler (fn [_] (throw (ex-info "cannot read 4111" {}))))
        lines (bench/warnings (is (nil? (ring/read-session other key))))]
    (is (seq lines) "it is reported")
    (is (not-any? #(re-find #"4111" %) lines) "without anything of its data")
    (is (= {:a 1} (ring/read-session store key)))))

(deftest a-slow-handler-holds-nobody-up
  (with-open [^RedisServer server (bench/start-server)]
    (let [entered (promise)
          go-on   (promise)
          slow    (ring.redis.session/redis-store (bench/connection server)
                                                  {:write-handler (fn [x] (deliver entered true) @go-on (pr-str x)) :read-handler edn/read-string})
          quick   (ring.redis.session/redis-store (bench/connection server) {:prefix "quick"})
          writer  (future (ring/write-session slow nil {:a 1}))]
      @entered
      (is (= {:b 2} (bench/round-trip quick {:b 2})) "over the same connection")
      (deliver go-on true)
      (is (= {:a 1} (ring/read-session slow @writer))))))

(deftest two-requests-with-handlers-do-not-lose-a-deletion
  (let [store (bench/store {:write-handler pr-str :read-handler edn/read-string})
        key   (ring/write-session store nil {:a 1})
        read  (ring/read-session store key)]
    (ring/delete-session store key)
    (is (nil? (ring/write-session store key (assoc read :b 2))))
    (is (empty? (bench/keys-of store)))))

(deftest handlers-of-another-kind-of-text-work
  (let [store (bench/store {:write-handler #(.encodeToString (Base64/getEncoder) (.getBytes (pr-str %) "UTF-8"))
                            :read-handler  #(edn/read-string (String. (.decode (Base64/getDecoder) ^String %) "UTF-8"))})]
    (is (= {:a "世界"} (bench/round-trip store {:a "世界"})))
    (is (not (string/includes? (bench/text (payload store)) ":a")))))

(deftest a-checked-exception-of-the-read-handler-is-as-good-as-any-other
  (let [store (bench/store {:write-handler pr-str :read-handler (fn [_] (throw (IOException. "not today")))})
        old   (str (:prefix store) ":" (UUID/randomUUID))]
    (bench/call "SET" old "{:a 1}")
    (is (nil? (ring/read-session store (ring/write-session store nil {:a 1}))))
    (is (nil? (ring/read-session store old)))))

(deftest the-write-handler-is-called-once-a-write
  (let [calls (atom 0)
        store (bench/store {:write-handler (fn [data] (swap! calls inc) (pr-str data)) :read-handler read-string})
        key   (ring/write-session store nil {:n 1})]
    (is (= 1 @calls))
    (ring/write-session store key (assoc (ring/read-session store key) :n 2))
    (is (= 2 @calls))
    (is (= {:n 2} (ring/read-session store key)))))

(deftest a-text-that-utf-8-cannot-carry-comes-back-all-the-same
  (let [store (bench/store {:write-handler pr-str :read-handler edn/read-string})]
    (is (= {:a "\ud83d"} (bench/round-trip store {:a "\ud83d"})))))

(deftest handlers-that-give-something-else-each-time-write-no-unchanged-session
  (let [salted {:write-handler #(str (UUID/randomUUID) (pr-str %)) :read-handler #(edn/read-string (subs % 36))}
        store  (bench/store salted)
        key    (ring/write-session store nil {:a 1 :b [2]})
        read   (ring/read-session store key)
        other  (ring/read-session store key)]
    (is (= [] (bench/commands (is (= key (ring/write-session store key read))))))
    (ring/write-session store key (with-meta [1] (meta other)))
    (ring/write-session store key read)
    (is (= [1] (ring/read-session store key)) "nor one that another has changed since")))
