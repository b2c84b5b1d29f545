(ns sojourn.bench
  "What the tests share: a server, stores on it, and a look behind them."
  (:require [clojure.string :as string]
            [ring.middleware.session.store :as ring]
            [ring.redis.session :as session])
  (:import (io.sojourn.testkit RedisMonitor RedisProbe RedisServer RedisServers)
           (java.nio.charset StandardCharsets)
           (java.time Duration)
           (java.util.logging Handler Level LogRecord Logger SimpleFormatter)
           (org.awaitility Awaitility)))

(set! *warn-on-reflection* true)

(defn start-server
  "A server of its own for a test that stops it, watches it as a whole, or needs `options`. To be closed."
  ^RedisServer [& options]
  (RedisServers/start (into-array String options)))

(def ^:private shared (delay (start-server)))

(defn server
  "The server for all tests that can share one: they write under prefixes of their own."
  ^RedisServer []
  @shared)

(def ^:private shared-probe (delay (.probe (server))))

(defn probe ^RedisProbe [] @shared-probe)

(defn call
  "Sends a command to the shared server, behind the back of the code under test."
  [& words]
  (.call (probe) (into-array String (map str words))))

(defn connection
  "A connection specification as Carmine takes it. It waits long for an answer: the machine may stand still."
  ([] (connection (server)))
  ([^RedisServer server] {:pool {} :spec {:host "127.0.0.1" :port (.port server) :timeout-ms 20000}}))

(defn fresh-prefix [] (str (gensym "test")))

(defn store
  "A store on the shared server, under a prefix of its own."
  ([] (store {}))
  ([options] (session/redis-store (connection) (merge {:prefix (fresh-prefix)} options))))

(defn close [store]
  (.close ^java.io.Closeable store))

(defn keys-of
  "The keys of Redis that are under the store's prefix."
  [store]
  (filterv #(string/starts-with? % (str (:prefix store) ":")) (.keys (probe))))

(defn only-key [store]
  (let [keys (keys-of store)]
    (assert (= 1 (count keys)) (str "expected one key: " keys))
    (first keys)))

(defn ttl
  "Seconds that the store's only session has left in Redis; -1: for ever."
  [store]
  (let [millis (.ttlMillis (probe) (only-key store))]
    (if (neg? millis) millis (quot millis 1000))))

(defn text [bytes] (String. ^bytes bytes StandardCharsets/UTF_8))

(defn fields
  "What Redis holds for the store's only session: byte arrays by field."
  [store]
  (into {} (.hash (probe) (only-key store))))

(defn lies-in-redis?
  "Whether a text is anywhere in what Redis holds for the store's only session."
  [store s]
  (boolean (some #(string/includes? (String. ^bytes % StandardCharsets/ISO_8859_1) s) (vals (fields store)))))

(defn- parse
  "A line of MONITOR, as {:client address :words [command argument ...]}; nil for what a script does."
  [line]
  (let [[_ client words] (re-matches #"(?s)[^\[]*\[\d+ ([^\]]+)\] (.*)" line)
        words (mapv second (re-seq #"(?s)\"((?:[^\"\\]|\\.)*)\"" words))]
    (when-not (= "lua" client)
      (update words 0 string/lower-case))))

(def ^:private of-the-connection #{"hello" "client" "ping" "auth" "select" "script" "config" "info"})

(defn commands-on
  "Runs `f`, then tells which commands that server was sent meanwhile, and shortly after, each as a vector of words;
  without those that a connection needs for itself."
  [^RedisServer server f]
  (with-open [probe   (.probe server)
              monitor (.monitor probe)]
    (f)
    (into []
          (comp (keep parse) (remove (comp of-the-connection first)))
          (.awaitQuiet ^RedisMonitor monitor (Duration/ofMillis 80) (Duration/ofSeconds 10)))))

(defmacro commands
  "As `commands-on`, of the shared server."
  [& body]
  `(commands-on (server) (fn [] ~@body)))

(defn eventually*
  [f]
  (-> (Awaitility/await)
      (.atMost (Duration/ofSeconds 10))
      (.pollInterval (Duration/ofMillis 20))
      (.until (reify Callable (call [_] (boolean (f)))))))

(defmacro eventually
  "Waits until the body is true; fails after 10 s."
  [& body]
  `(do (eventually* (fn [] ~@body)) true))

(defn logged
  "Runs `f`, then tells what was logged meanwhile at `level` and above, as texts."
  [^Level level f]
  (let [root      (Logger/getLogger "")
        sojourn   (Logger/getLogger "io.sojourn")
        previous  (.getLevel sojourn)
        lines     (atom [])
        formatter (SimpleFormatter.)
        handler   (proxy [Handler] []
                   (publish [^LogRecord record]
                     (when (<= (.intValue level) (.intValue (.getLevel record)))
                       (swap! lines conj (str (.formatMessage formatter record)
                                              (when-let [thrown (.getThrown record)] (str " " thrown))))))
                   (flush [])
                   (close []))]
    (.setLevel handler Level/ALL)
    (.setLevel sojourn level)
    (.addHandler root handler)
    (try
      (f)
      @lines
      (finally
        (.removeHandler root handler)
        (.setLevel sojourn previous)))))

(defmacro warnings
  "The warnings that the body logs."
  [& body]
  `(logged Level/WARNING (fn [] ~@body)))

(defmacro thrown
  "What the body throws; nil if it does not."
  [& body]
  `(try ~@body nil (catch Throwable e# e#)))

(defn causes [throwable]
  (take-while some? (iterate #(.getCause ^Throwable %) throwable)))

(defn round-trip
  "Writes a session under a new key and reads it back, through two stores: nothing is remembered in between."
  [store data]
  (ring/read-session store (ring/write-session store nil data)))
