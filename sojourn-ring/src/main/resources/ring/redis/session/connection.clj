(ns ^:no-doc ring.redis.session.connection
  "One connection for equal specifications, however many stores there are. It is closed with the last of them, or with the
  process: its threads do not keep a JVM from ending."
  (:require [clojure.string :as string]
            [ring.redis.session.log :as log]
            [ring.redis.session.options :as options])
  (:import (io.sojourn.redis NearCache RedisStore RedisStoreBuilder)
           (io.sojourn.spi SessionStore)
           (io.sojourn.spi.layer StoreLayerProvider)
           (io.sojourn.spi.text TextSettings)
           (java.net URI)
           (java.time Duration)
           (java.util ServiceLoader)
           (java.util.concurrent ConcurrentHashMap)
           (java.util.function BiFunction)))

(set! *warn-on-reflection* true)

(def ^:private timeouts
  "The older client says how long to wait for a connection and for a reply; here both wait as long. 0 was for ever there."
  [:timeout :conn-timeout-ms :read-timeout-ms :timeout-ms])

(def ^:private known (into #{:host :port :username :password :db :uri :ssl-fn} timeouts))

(defn- tls? [ssl-fn]
  (cond
    (not ssl-fn)              false
    (#{true :default} ssl-fn) true
    :else (throw (IllegalArgumentException.
                  (str ":ssl-fn must be :default (TLS, with the certificates that the JVM trusts): a function that makes"
                       " sockets cannot be used here. For other certificates give an io.sojourn.redis.RedisStore that is built with tls(…)")))))

(defn- timeout [option value]
  (let [millis (options/whole option "ms" 0 600000 value)]
    (Duration/ofMillis (if (zero? millis) 600000 (max 10 millis)))))

(defn- server ^RedisStoreBuilder [^RedisStoreBuilder builder {:keys [host port username password db uri ssl-fn] :as spec}]
  (let [tls (tls? ssl-fn)]
    (if uri
      (.uri builder (str uri))
      (do (.uri builder (str (if tls "rediss" "redis") "://localhost"))
          (when host (.host builder (str host)))
          (when port (.port builder (int (options/whole :port "a port" 1 65535 port)))))))
  (cond
    username (.user builder (str username) (str password))
    password (.password builder (str password)))
  (when db (.database builder (int (options/whole :db "a database" 0 1000000 db))))
  (doseq [option timeouts :let [value (get spec option)] :when value]
    (.timeout builder (timeout option value)))
  builder)

(defn- warn-of-unknown [{:keys [spec] :as connection}]
  (when-let [unknown (seq (concat (remove #{:pool :spec} (keys connection)) (remove known (keys spec))))]
    (log/warn (str "Keys of the connection that mean nothing here: " (string/join " " (sort-by str unknown))))))

(defn- builder ^RedisStoreBuilder [given]
  (cond
    (nil? given)                  (.uri (RedisStore/builder) "redis://localhost:6379")
    (or (string? given) (instance? URI given)) (.uri (RedisStore/builder) (str given))
    (and (map? given) (if-some [spec (:spec given)] (map? spec) (not-any? known (keys given)))) (server (RedisStore/builder) (:spec given))
    :else (throw (IllegalArgumentException.
                  (str "The connection must be a map such as {:pool {} :spec {:host \"localhost\" :port 6379}}, a redis:// or"
                       " rediss:// URI or a Sojourn SessionStore, not "
                   (if (map? given) "one whose :spec is no map, or with :host and the like but no :spec" (str "a value of " (class given))))))))

(def ^:private ^ConcurrentHashMap shared
  "Stores and how many use them, by what they are made from."
  (ConcurrentHashMap.))

(defn- acquire
  "The store of a specification. Its start-up probe looks at a key under the prefix of the first one that uses it."
  ^RedisStore [{:keys [given near-cache max-load-bytes] :as specification} prefix]
  (let [connect #(let [builder (builder given)]
                   (when (map? given) (warn-of-unknown given))
                   (when near-cache (.nearCache builder (NearCache/create)))
                   (.connect (.maxLoadBytes (.prefix builder prefix) max-load-bytes)))]
    (:store (.compute shared specification (reify BiFunction
                                             (apply [_ _ entry] (update (or entry {:store (connect) :users 0}) :users inc)))))))

(defn- release [specification]
  (.compute shared specification (reify BiFunction
                                   (apply [_ _ {:keys [store users]}]
                                     (if (= 1 users) (.close ^RedisStore store) {:store store :users (dec users)})))))

(defn- over
  "A store under the layers that the options ask for, found as services: encryption and compression."
  ^SessionStore [^SessionStore store {:keys [encryption-keyset compress]}]
  (let [texts   (cond-> {}
                  encryption-keyset (assoc "encryptionKeysetFile" encryption-keyset)
                  compress          (assoc "compression" "true"))
        layers  (sort-by #(.order ^StoreLayerProvider %) (seq (ServiceLoader/load StoreLayerProvider)))
        missing (remove (set (mapcat #(.settings ^StoreLayerProvider %) layers)) (keys texts))]
    (when (seq missing)
      (throw (IllegalArgumentException. ^String ({"compression"          ":compress needs io.sojourn/sojourn-zstd on the class path"
                                                  "encryptionKeysetFile" ":encryption-keyset needs io.sojourn/sojourn-tink on the class path"}
                                                 (first missing)))))
    (reduce #(.over ^StoreLayerProvider %2 %1 (TextSettings/of ^java.util.Map texts)) store layers)))

(defn- printable
  "A prefix as Redis keys of ours have it: the older store took any, and the engine takes printable ASCII."
  [prefix]
  (let [text (string/replace (str prefix) #"[^!-~]" #(format "%%%02X" (int (first %))))]
    (if (= "" text) "session" text)))

(defn open
  "What options connect to: {:sessions store, :names store, :redis the RedisStore if there is one, :close f}."
  [given {:keys [prefix near-cache max-session-bytes] :as options}]
  (if (and (instance? SessionStore given) (not (instance? RedisStore given)))
    (let [store (over given options)]
      {:sessions store :names store :close (fn [])})
    (let [specification (when-not (instance? RedisStore given) {:given          given
                                                                :near-cache     near-cache
                                                                :max-load-bytes (max RedisStore/DEFAULT_MAX_LOAD_BYTES
                                                                                     (* 2 max-session-bytes))})
          redis         (if specification (acquire specification (printable prefix)) given)
          own           (if specification (.withPrefix ^RedisStore redis (printable prefix)) redis)]
      (try
        {:sessions (over own options)
         :names    (over (.withPrefix ^RedisStore redis (str (printable prefix) ":n")) options)
         :redis    own
         :close    (if specification #(release specification) (fn []))}
        (catch RuntimeException e
          (when specification (release specification))
          (throw e))))))
