(ns ring.redis.session.connection-test
  "What a store is connected to."
  (:require [clojure.string :as string]
            [clojure.test :refer [deftest is testing]]
            [ring.middleware.session.store :as ring]
            [ring.redis.session :as session]
            [ring.redis.session.util :as util]
            [sojourn.bench :as bench]
            [sojourn.child :as child])
  (:import (io.sojourn StoreUnavailableException)
           (io.sojourn.memory MemoryStore)
           (io.sojourn.testkit RedisServer)))

(set! *warn-on-reflection* true)

(defn- keeps-sessions? [store]
  (= {:a 1} (bench/round-trip store {:a 1})))

(defn- connections [^RedisServer server]
  (with-open [probe (.probe server)]
    (->> (string/split-lines (.call probe (into-array String ["CLIENT" "LIST"])))
         (remove #(re-find #"cmd=client" %))
         count)))

(deftest a-map-as-for-carmine-connects
  (is (keeps-sessions? (bench/store))))

(deftest a-uri-in-carmines-map-connects
  (with-open [store ^java.io.Closeable (session/redis-store {:spec {:uri (.uri (bench/server))}})]
    (is (keeps-sessions? store))))

(deftest a-pool-and-other-settings-of-carmine-change-nothing
  (is (keeps-sessions?
        (session/redis-store {:pool :none :spec (assoc (:spec (bench/connection)) :timeout-ms 2000)}))))

(deftest the-database-of-the-specification-is-used
  (let [store (session/redis-store (assoc-in (bench/connection) [:spec :db] 3) {:prefix "in-three"})]
    (is (keeps-sessions? store))
    (is (empty? (bench/keys-of store)))
    (with-open [probe (io.sojourn.testkit.RedisProbe/connect (str (.uri (bench/server)) "/3"))]
      (is (= 1 (count (.keys probe)))))))

(deftest a-password-is-sent
  (with-open [server (bench/start-server "requirepass open-sesame")]
    (let [spec (:spec (bench/connection server))]
      (is (keeps-sessions? (session/redis-store {:spec (assoc spec :password "open-sesame")})))
      (is (keeps-sessions? (session/redis-store (str "redis://:open-sesame@127.0.0.1:" (.port server)))))
      (is (bench/thrown (bench/round-trip (session/redis-store {:spec (assoc spec :password "wrong")}) {:a 1}))))))

(deftest a-user-name-is-sent
  (with-open [server (bench/start-server "user ring on >open-sesame ~* &* +@all" "user default off")]
    (let [spec (assoc (:spec (bench/connection server)) :username "ring" :password "open-sesame")]
      (is (keeps-sessions? (session/redis-store {:spec spec}))))))

;; What docs/ring.md says is needed.
(def ^:private rights
  ["+hello" "+ping" "+hgetall" "+evalsha" "+eval" "+script|load" "+exists" "+hget" "+hset" "+hdel" "+pexpire" "+persist" "+unlink"])

(def ^:private rights-to-move ["+get" "+set" "+getex" "+del" "+pexpire"])

(deftest few-rights-on-its-own-keys-are-enough
  (with-open [server (bench/start-server (str "user ring on >open-sesame ~session:* resetchannels "
                                              (string/join " " (distinct (concat rights rights-to-move)))))]
    (let [spec  (assoc (:spec (bench/connection server)) :username "ring" :password "open-sesame")
          store (session/redis-store {:spec spec} {:expire-secs 10 :reset-on-read true :read-handler identity})
          old   (util/new-session-key "session")
          key   (ring/write-session store nil {:a 1})]
      (ring/write-session store key (assoc (ring/read-session store key) :b 2))
      (is (= {:a 1 :b 2} (ring/read-session store key)))
      (ring/delete-session store key)
      (is (nil? (ring/read-session store key)))
      (with-open [probe (.probe server)]
        (.call probe (into-array String ["SET" old "text"])))
      (is (= "text" (ring/read-session store old)))
      (let [token (ring/write-session store old {:c 3})]
        (is (= {:c 3} (ring/read-session store token))))
      (is (nil? (ring/delete-session store (util/new-session-key "session")))))))

(deftest a-redis-uri-connects
  (with-open [store ^java.io.Closeable (session/redis-store (.uri (bench/server)))]
    (is (keeps-sessions? store))))

(deftest a-store-of-sojourn-is-used
  (with-open [memory (MemoryStore.)]
    (is (keeps-sessions? (session/redis-store memory)))))

(deftest nil-is-localhost-6379
  (let [failure (bench/thrown (ring/read-session (session/redis-store nil) (apply str (repeat 47 "A"))))]
    (is (or (nil? failure)                        ; somebody's Redis is there
            (and (instance? StoreUnavailableException failure)
                 (re-find #"localhost:6379" (ex-message failure))))
        (str failure))))

(deftest an-empty-map-is-localhost-6379
  (is (string/includes? (str (bench/thrown (session/redis-store {:spec {:host nil :port 0}}))) "port"))
  (is (some? (session/redis-store {}))))

(deftest unknown-keys-are-named-in-one-warning
  (let [lines (bench/warnings
                (session/redis-store (-> (bench/connection)
                                         (assoc :pol {})
                                         (assoc-in [:spec :hots] "redis.internal")
                                         (assoc-in [:spec :secret] "do not print this"))))]
    (doseq [key [":pol" ":hots"]]
      (is (some #(string/includes? % key) lines) key))
    (is (not-any? #(re-find #"redis\.internal|do not print this" %) lines))))

(deftest what-is-no-connection-is-refused-when-the-store-is-made
  (doseq [connection [42 "http://localhost" "localhost" :redis {:spec "localhost"} {:spec {:port "many"}} {:spec {:port 70000}}]]
    (testing (pr-str connection)
      (is (instance? IllegalArgumentException (bench/thrown (session/redis-store connection)))))))

(deftest equal-specifications-share-one-connection
  (with-open [server (bench/start-server)]
    (let [before (connections server)
          stores (mapv #(session/redis-store (bench/connection server) {:prefix (str "p" %)}) (range 5))]
      (is (every? keeps-sessions? stores))
      (is (= (inc before) (connections server)))
      (run! bench/close stores))))

(deftest closing-a-store-ends-the-connection-when-no-other-store-uses-it
  (with-open [server (bench/start-server)]
    (let [before (connections server)
          one    (session/redis-store (bench/connection server))
          two    (session/redis-store (bench/connection server))]
      (is (keeps-sessions? one))
      (.close ^java.io.Closeable one)
      (is (keeps-sessions? two) "the other store still works")
      (.close ^java.io.Closeable two)
      (is (bench/eventually (= before (connections server))))
      (is (keeps-sessions? (session/redis-store (bench/connection server))) "a new store connects anew"))))

(deftest closing-twice-is-closing-once
  (with-open [server (bench/start-server)]
    (let [one (session/redis-store (bench/connection server))
          two (session/redis-store (bench/connection server))]
      (bench/close one)
      (bench/close one)
      (is (keeps-sessions? two)))))

(deftest a-jvm-with-an-open-store-ends-by-itself
  (let [{:keys [exit output]}
        (child/run '(do (require '[ring.redis.session :as session]
                                 '[ring.middleware.session.store :as ring])
                        (let [store (session/redis-store (System/getProperty "uri"))]
                          (prn (ring/read-session store (ring/write-session store nil {:a 1})))))
                   {:uri (.uri (bench/server))})]
    (is (= 0 exit) "it ended, and well")
    (is (string/includes? output "{:a 1}"))
    (is (not (re-find #"Exception" output)) output)))
