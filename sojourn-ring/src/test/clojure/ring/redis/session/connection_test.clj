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
  "By what they are for."
  (let [page    (slurp (first (filter #(.exists (java.io.File. ^String %)) ["../docs/ring.md" "docs/ring.md"])))
        section (second (re-find #"(?s)<!-- rights -->(.*)<!-- /rights -->" page))]
    (into {} (for [[_ what words] (re-seq #"\| (.*) \| `([^`]*)` \|" section)]
               [(string/replace what "`" "") (string/replace words "\\|" "|")]))))

(defn- with-rights
  "Runs f with a store of options that has the rights for some things, and with a probe that may do anything; no command may be
  refused meanwhile."
  [whats options f]
  (with-open [server (bench/start-server (str "user ring on >open-sesame ~session:* resetchannels "
                                              (string/join " " (map rights whats))))
              probe  (.probe server)]
    (let [spec  (assoc (:spec (bench/connection server)) :username "ring" :password "open-sesame")
          store (session/redis-store {:spec spec} options)]
      (f store probe)
      (bench/close store)
      (is (= "[]" (str (.call probe (into-array String ["ACL" "LOG"]))))))))

(defn- use-sessions [store _]
  (let [key (ring/write-session store nil {:a 1 :large (apply str (repeat 5000 "x"))})]
    (ring/write-session store key (-> (ring/read-session store key) (assoc :b 2) (dissoc :large)))
    (is (= {:a 1 :b 2} (ring/read-session store key)))
    (is (= {:a 1 :b 3} (session/swap-session! store key update :b inc)))
    (ring/delete-session store key)
    (is (nil? (ring/read-session store key)))))

(defn- use-large-sessions
  "Small changes of sessions that are stored in several fields, and of those that are so large that their size is looked at first; and changes
  that meet each other."
  [store _]
  (doseq [size [3000 6000 300000]]
    (let [large (apply str (repeat size "x"))
          key   (ring/write-session store nil {:a 0 :large large})
          one   (ring/read-session store key)
          other (ring/read-session store key)]
      (ring/write-session store key (assoc one :b 1))
      (ring/write-session store key (assoc other :c 2))
      (is (= {:a 0 :b 1 :c 2 :large large} (ring/read-session store key)))
      (doall (pmap (fn [_] (session/swap-session! store key update :a inc)) (range 8)))
      (is (= {:a 8 :b 1 :c 2 :large large} (ring/read-session store key)))
      (ring/delete-session store key)
      (is (nil? (ring/read-session store key))))))

(deftest few-rights-on-its-own-keys-are-enough
  (doseq [options [{} {:expire-secs 10 :reset-on-read true :absolute-secs 100 :rotate-secs 1}]]
    (with-rights ["sessions"] options use-sessions)
    (with-rights ["sessions"] options use-large-sessions)))

(deftest few-rights-are-enough-for-the-move
  (doseq [legacy [:move :keep]]
    (with-rights ["sessions" "the move, and names of your own"] {:expire-secs 10 :reset-on-read true :legacy legacy :read-handler identity
                                                                 :write-handler str}
      (fn [store ^io.sojourn.testkit.RedisProbe probe]
        (let [old (util/new-session-key "session")]
          (.call probe (into-array String ["SET" old "text"]))
          (is (= "text" (ring/read-session store old)))
          (let [token (ring/write-session store old "more")]
            (is (= "more" (ring/read-session store token)))
            (is (nil? (ring/delete-session store token)))
            (is (nil? (ring/read-session store token))))
          (is (= "session:job" (ring/write-session store "session:job" "name")))
          (is (= "name" (ring/read-session store "session:job"))))))))

(deftest few-rights-are-enough-for-the-sessions-of-a-user
  (with-rights ["sessions" ":principal-key"] {:principal-key :user-id :expire-secs 100 :max-sessions 2 :legacy :ignore}
    (fn [store _]
      (dotimes [_ 3] (ring/write-session store nil {:user-id 1}))
      (is (= 2 (count (session/sessions-of store 1))))
      (is (= 2 (session/sign-out-everywhere store 1)))
      (use-sessions store nil))))

(deftest few-rights-are-enough-for-the-near-cache
  (with-rights ["sessions" ":near-cache"] {:near-cache true} use-sessions)
  (with-rights ["sessions" ":near-cache"] {:near-cache true} use-large-sessions))

(deftest few-rights-are-enough-for-the-ends-of-sessions
  (let [heard (atom [])]
    (with-rights ["sessions" ":on-end"] {:on-end #(swap! heard conj (:cause %)) :expire-secs 2 :legacy :ignore}
      (fn [store _]
        (ring/write-session store nil {:a 1})
        (use-sessions store nil)
        (is (bench/eventually (= #{:idle :signed-out} (set @heard))))))))

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
  (doseq [connection [42 "http://localhost" "localhost" :redis {:spec "localhost"} {:host "localhost"} {:spec {:port "many"}} {:spec {:port 70000}}]]
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

(deftest a-copy-with-more-metadata-is-the-same-store
  (let [store (session/redis-store (bench/connection))
        copy  (vary-meta store assoc :stop bench/close)]
    (is (keeps-sessions? copy))
    (bench/close copy)
    (is (instance? StoreUnavailableException (bench/thrown (ring/write-session store nil {:a 1}))))))

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
