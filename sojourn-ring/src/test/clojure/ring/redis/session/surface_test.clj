(ns ^:lowest ring.redis.session.surface-test
  "The names, the options and the looks that applications rely on."
  (:require [clojure.java.io :as io]
            [clojure.pprint :as pprint]
            [clojure.string :as string]
            [clojure.test :refer [deftest is testing]]
            [ring.middleware.session.store :as ring]
            [ring.redis.session :as session]
            [ring.redis.session.util :as util]
            [sojourn.bench :as bench])
  (:import (io.sojourn SessionToken)))

(set! *warn-on-reflection* true)

(deftest a-store-is-a-record-of-the-class-that-it-always-was
  (let [store (bench/store)]
    (is (record? store))
    (is (= "ring.redis.session.RedisStore" (.getName (class store))))
    (is (satisfies? ring/SessionStore store))))

(deftest the-fields-of-the-record-are-what-they-were
  (let [read     (fn [text] text)
        write    (fn [value] (str value))
        conn     (bench/connection)
        store    (session/redis-store conn {:prefix         "mine"
                                            :expire-secs    1800
                                            :reset-on-read  true
                                            :read-handler   read
                                            :write-handler  write})]
    (is (= conn (:redis-conn store)))
    (is (= "mine" (:prefix store)))
    (is (= 1800 (:expiration store)))
    (is (true? (:reset-on-read store)))
    (is (= read (:read-handler store)))
    (is (= write (:write-handler store)))))

(deftest the-defaults-of-the-fields-are-what-they-were
  (let [store (session/redis-store (bench/connection))]
    (is (= "session" (:prefix store)))
    (is (nil? (:expiration store)))
    (is (not (:reset-on-read store)))))

(deftest the-three-functions-behind-the-protocol-can-be-called
  (let [store (bench/store)
        key   (session/write-redis-session store nil {:a 1})]
    (is (string? key))
    (is (= {:a 1} (session/read-redis-session store key)))
    (is (nil? (session/delete-redis-session store key)))
    (is (nil? (session/read-redis-session store key)))))

(deftest the-behaviour-is-a-map-for-extend
  (is (= #{:read-session :write-session :delete-session} (set (keys session/store-behaviour))))
  (is (every? ifn? (vals session/store-behaviour))))

(deftest a-store-made-by-its-positional-constructor-works
  (let [store (session/->RedisStore (bench/connection) (bench/fresh-prefix) 60 false identity identity)]
    (is (= {:a "1"} (bench/round-trip (assoc store :read-handler nil :write-handler nil) {:a "1"})))
    (is (= 60 (:expiration store)))))

(deftest a-store-made-from-a-map-works
  (let [store (session/map->RedisStore {:redis-conn (bench/connection) :prefix (bench/fresh-prefix)})]
    (is (= {:a 1} (bench/round-trip store {:a 1})))))

(deftest a-changed-field-of-the-record-counts
  (let [store (assoc (bench/store) :prefix (bench/fresh-prefix))]
    (is (= {:a 1} (bench/round-trip store {:a 1})))
    (is (= 1 (count (bench/keys-of store))))))

(deftest new-session-key-is-the-prefix-and-a-random-uuid
  (is (re-matches #"session:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}" (util/new-session-key "session")))
  (is (not= (util/new-session-key "session") (util/new-session-key "session"))))

(deftest log-pprint-exists
  (is (ifn? @(resolve 'ring.redis.session.util/log-pprint))))

(deftest a-new-session-gets-a-token
  (is (.isPresent (SessionToken/parse (ring/write-session (bench/store) nil {:a 1})))))

(deftest every-public-var-has-a-docstring
  (doseq [ns '[ring.redis.session ring.redis.session.util]
          [name v] (ns-publics ns)
          :when (not (re-find #"RedisStore$" (str name)))] ; made by defrecord
    (is (not (string/blank? (:doc (meta v)))) (str v))))

(deftest an-option-that-makes-no-sense-is-refused-when-the-store-is-made
  (doseq [[option values] {:expire-secs       [0 -1 1.5 "soon" "" :never 1/2 Double/NaN (* 10N Long/MAX_VALUE)]
                           :absolute-secs     [0 -1 1.5 "soon"]
                           :rotate-secs       [0 -1 1.5 "soon"]
                           :max-session-bytes [0 -1 1.5 "large"]
                           :format            [:json "json" :transit]
                           :readers           [[] 'a]
                           :allow             ["shop" [42]]
                           :principal-key     ["user"]
                           :max-sessions      [0 "many"]
                           :near-cache        ["yes"]
                           :merge-across-sign-in ["no" 0]
                           :legacy            [:yes "yes"]
                           :on-outage         [:explode "explode"]
                           :observer          [42 println]
                           :read-handler      [42 "f"]
                           :write-handler     [42 "f"]}
          value values]
    (testing (pr-str option value)
      (let [failure (bench/thrown (session/redis-store (bench/connection) {option value}))]
        (is (instance? IllegalArgumentException failure))
        (is (string/includes? (str (ex-message failure)) (str option)))))))

(deftest seconds-may-be-a-string-of-digits
  (let [store (bench/store {:expire-secs "1800"})]
    (ring/write-session store nil {:a 1})
    (is (<= 1800 (bench/ttl store) 1980))))

(deftest options-that-are-nil-are-defaults
  (let [store (session/redis-store (bench/connection)
                                   {:prefix (bench/fresh-prefix) :expire-secs nil :reset-on-read nil :read-handler nil
                                    :write-handler nil :absolute-secs nil :format nil})]
    (is (= {:a 1} (bench/round-trip store {:a 1})))
    (is (= -1 (bench/ttl store)))))

(deftest absolute-secs-ends-a-session-however-much-it-is-used
  (let [store (bench/store {:absolute-secs 3600})]
    (ring/write-session store nil {:a 1})
    (is (<= 3590 (bench/ttl store) 3600))))

(deftest a-session-larger-than-max-session-bytes-is-refused
  (let [store (bench/store {:max-session-bytes 10000})
        key   (ring/write-session store nil {:a 1})
        read  (ring/read-session store key)]
    (is (some? (bench/thrown (ring/write-session store key (assoc read :a (apply str (repeat 20000 "x")))))))
    (is (= {:a 1} (ring/read-session store key)))))

(deftest a-session-over-the-default-limits-is-kept-where-max-session-bytes-allows-it
  (let [store (session/redis-store (assoc-in (bench/connection) [:spec :timeout-ms] 20000)
                                   {:prefix (bench/fresh-prefix) :max-session-bytes 40000000})
        large {:a (apply str (repeat 20000000 "x"))}
        key   (ring/write-session store nil large)]
    (is (= large (ring/read-session store key)))))

(defn- printed
  "A value in all the ways that it may get into a log."
  [value]
  [(str value)
   (pr-str value)
   (print-str value)
   (with-out-str (prn value))
   (with-out-str (pprint/pprint value))
   (with-out-str (pprint/with-pprint-dispatch pprint/code-dispatch (pprint/pprint value)))
   (with-out-str (pprint/pp))
   (binding [*print-dup* true] (try (pr-str value) (catch Exception e (str e))))
   (format "%s" value)
   (pr-str {:store value})
   (str {:store value})
   (str [value])
   (with-out-str (pprint/pprint {:store [value]}))])

(deftest printing-a-store-shows-no-password
  (doseq [connection [{:spec {:host "127.0.0.1" :port 6379 :password "open-sesame"}}
                      {:spec {:uri "redis://user:open-sesame@127.0.0.1:6379"}}
                      "redis://user:open-sesame@127.0.0.1:6379"]
          text       (printed (session/redis-store connection))]
    (is (not (string/includes? text "open-sesame")) text)))

(deftest printing-a-store-tells-what-it-is
  (is (re-find #"RedisStore" (str (bench/store))))
  (is (re-find #"RedisStore" (pr-str (bench/store)))))

(deftest an-error-of-connecting-shows-no-password
  (let [failure (bench/thrown
                  (ring/read-session (session/redis-store "redis://user:open-sesame@127.0.0.1:1") (apply str (repeat 47 "A"))))]
    (is (not-any? #(string/includes? (str %) "open-sesame") (bench/causes failure)))))

(deftest no-method-of-java-is-looked-up-while-it-runs
  (testing "a method that is renamed in Java would be missed only by the request that calls it"
    (let [names   (for [file (file-seq (io/file "src/main/resources/ring/redis"))
                        :when (string/ends-with? (str file) ".clj")]
                    (-> (str file) (string/replace #".*/resources/|\.clj$" "") (string/replace "/" ".") (string/replace "_" "-")))
          load    (str "(set! *warn-on-reflection* true) (require" (apply str (map #(str " '" %) names)) ") (println :loaded)")
          process (-> (ProcessBuilder. ^java.util.List [(str (io/file (System/getProperty "java.home") "bin" "java"))
                                                        "-cp" (System/getProperty "java.class.path") "clojure.main" "-e" load])
                      (.redirectErrorStream true)
                      .start)
          output  (slurp (.getInputStream process))]
      (is (< 5 (count names)))
      (is (string/includes? output ":loaded") output)
      (is (not (re-find #"Reflection warning, ring/redis" output)) output))))
