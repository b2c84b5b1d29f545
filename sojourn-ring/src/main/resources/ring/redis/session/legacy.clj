(ns ^:no-doc ring.redis.session.legacy
  "Sessions as ring-redis-session keeps them: one string at <prefix>:<uuid>, or at a name that the application chose."
  (:require [clojure.string :as string]
            [ring.redis.session.carmine :as carmine]
            [ring.redis.session.edn :as edn]
            [ring.redis.session.log :as log])
  (:import (io.sojourn StoreUnavailableException UnreadableSessionException)
           (io.sojourn.redis RedisStore RedisStrings RedisStrings$Condition)
           (java.time Duration)
           (java.util UUID)
           (java.util.concurrent CompletionStage ExecutionException)
           (java.util.regex Pattern)))

(set! *warn-on-reflection* true)

(defrecord Legacy [^RedisStrings strings prefix shape expiry extend-on-read read-handler write-handler warned])

(defn open
  "The old sessions of a store; nil if there are to be none."
  [^RedisStore redis {:keys [legacy expire-secs reset-on-read read-handler write-handler]} prefix]
  (cond
    (= :ignore legacy) nil
    redis              (->Legacy (.strings redis) (str prefix ":")
                                 (re-pattern (str (Pattern/quote (str prefix ":")) "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"))
                                 (some-> expire-secs Duration/ofSeconds) reset-on-read
                                 (or read-handler identity) (or write-handler identity) (atom #{}))
    (= :keep legacy)   (throw (IllegalArgumentException. ":legacy :keep needs a connection to Redis"))))

(defn- await-reply [^CompletionStage stage]
  (try
    (.get (.toCompletableFuture stage))
    (catch ExecutionException e
      (throw (.getCause e)))))

(defn key?
  "Whether it has the shape of the older store's keys, prefix and all. Of a cookie nothing else is ever asked for as it is."
  [{:keys [shape]} key]
  (and (string? key) (re-matches shape key)))

(defn name-of
  "The key of Redis at which the older store has a session that the application named; nil for names that it froze."
  [key]
  (cond
    (string? key)  key
    (keyword? key) (subs (str key) 1)
    (number? key)  (str key)))

(defn- warn-once [legacy kind message]
  (when-not (@(:warned legacy) kind)
    (swap! (:warned legacy) conj kind)
    (log/warn message)))

(defn- thawed
  "The data of an old session, as [data]; nil if there is nothing that could be thawed."
  [legacy bytes]
  (let [[data lost] (carmine/thawed (carmine/decode bytes))]
    (when (seq lost)
      (warn-once legacy :lost
                 (str "A session of ring-redis-session has values that Nippy does not thaw as it is set up here (see its"
                      " thaw-serializable-allowlist), under " (string/join ", " (map #(if (keyword? %) % (str "a " (class %))) lost))
                      ". They are left out; the rest of the session is kept.")))
    (when-not (or (nil? data) (= [:all] lost))
      [((:read-handler legacy) data)])))

(defn- unreadable [legacy e]
  (if (carmine/nippy-missing? e)
    (warn-once legacy :nippy
               (str "Sessions of ring-redis-session in the format of Nippy are there, and cannot be read: ALL THEIR USERS"
                    " ARE SIGNED OUT until com.taoensso/nippy is among the application's dependencies. Carmine brought"
                    " it; add it for as long as there are old sessions."))
    (warn-once legacy (class e)
               (str "A session of ring-redis-session cannot be read (" (.getName (class e)) "); if it was written with"
                    " handlers, the store needs the same :read-handler."))))

(defn read-data
  "The data of an old session, as [data]; nil if there is none at that key, or nothing that can be read."
  [{:keys [^RedisStrings strings ^Duration expiry extend-on-read] :as legacy} ^String key]
  (when-let [bytes (try
                     (.orElse ^java.util.Optional (await-reply (if (and expiry extend-on-read)
                                                                 (.getAndExpire strings key expiry)
                                                                 (.get strings key)))
                              nil)
                     (catch UnreadableSessionException e ; It is of another type, or too large.
                       (warn-once legacy :refused (str "At the key of a session of ring-redis-session lies what is not read. " (.getMessage e)))
                       nil))]
    (edn/quietly #(thawed legacy bytes) #(unreadable legacy %))))

(defn- write-if [{:keys [^RedisStrings strings expiry write-handler]} key data condition]
  (await-reply (.set strings key (carmine/encode (write-handler data)) expiry condition)))

(defn create
  "Stores a new session in the old form."
  [{:keys [prefix] :as legacy} data]
  (let [key (str prefix (UUID/randomUUID))]
    (when-not (write-if legacy key data RedisStrings$Condition/IF_ABSENT)
      (throw (StoreUnavailableException. "A random key was taken already; is this prefix for sessions alone?" nil)))
    key))

(defn replace-data
  "Stores a session anew in the old form, unless it is gone; whether it was there."
  [legacy key data]
  (write-if legacy key data RedisStrings$Condition/IF_PRESENT))

(defn delete-stage ^CompletionStage [{:keys [^RedisStrings strings]} ^String key]
  (.delete strings key))

(defn delete
  "Removes an old session; whether it was there."
  [legacy key]
  (await-reply (delete-stage legacy key)))
