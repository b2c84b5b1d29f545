(ns ring.redis.session
  "Ring sessions in Redis or Valkey: a drop-in for ring-redis-session, on the
  engine of Sojourn.

    (require '[ring.middleware.session :refer [wrap-session]]
             '[ring.redis.session :refer [redis-store]])

    (wrap-session handler
                  {:store (redis-store {:spec {:host \"localhost\"}}
                                       {:expire-secs (* 3600 12)
                                        :reset-on-read true})})"
  (:require [clojure.pprint :as pprint]
            [ring.middleware.session.store :as api]
            [ring.redis.session.util])
  (:import (io.sojourn StoreUnavailableException)
           (io.sojourn.ring RingStores)
           (java.io Closeable Writer)))

(defrecord RedisStore [redis-conn prefix expiration reset-on-read
                       read-handler write-handler]
  Closeable
  (close [this] (RingStores/close this)))

(alter-meta! #'->RedisStore assoc :doc
             "A store from the values of its fields; see redis-store.")
(alter-meta! #'map->RedisStore assoc :doc
             "A store from a map of its fields; see redis-store.")

(defn read-redis-session
  "The session of a key, or nil. What the protocol's read-session calls."
  [this session-key]
  (.read (RingStores/of this) session-key))

(defn write-redis-session
  "Stores a session and returns its key. What the protocol's write-session
  calls.

  A map that was made from what was read with this key is stored as the
  difference by top-level key, merged with what other requests stored in the
  meantime; any other replaces the whole. Returns nil, and stores nothing, if
  the session has ended in the meantime."
  [this old-session-key data]
  (.write (RingStores/of this) old-session-key data))

(defn delete-redis-session
  "Ends a session; no later write brings it back. Returns nil. What the
  protocol's delete-session calls."
  [this session-key]
  (.delete (RingStores/of this) session-key)
  nil)

(def store-behaviour
  "The functions behind the protocol, by its methods' names."
  {:read-session read-redis-session
   :write-session write-redis-session
   :delete-session delete-redis-session})

(extend RedisStore api/SessionStore store-behaviour)

(defn swap-session!
  "Changes a session atomically, as swap! does an atom: applies f to its map
  and the arguments, on exactly the state that is then replaced, again if
  others were faster. Returns the new map, or nil if the key opens no session.
  f must not return nil; to end a session, use delete-session.

    (swap-session! store (:session/key request) update :visits (fnil inc 0))"
  [store session-key f & args]
  (.swap (RingStores/of store) session-key f args))

(defn redis-store
  "A session store in Redis or Valkey.

  redis-conn is a map as Carmine takes it, {:pool {} :spec {:host … :port …
  :username … :password … :db … :timeout-ms … :uri … :ssl-fn :default}}; a
  redis:// or rediss:// URI; an io.sojourn.spi SessionStore; or nil for localhost:6379. Stores with equal ones share one
  connection. Close a store with .close; a process that ends need not.

  Options:
    :prefix             what all keys in Redis begin with, \"session\"
    :expire-secs        seconds that a session lives after its last write;
                        without, for ever
    :reset-on-read      whether reading counts as a write for that, false
    :read-handler
    :write-handler      functions between a session's data and the string,
                        bytes or EDN that lie in Redis, identity
    :format             :edn or :transit (needs com.cognitect/transit-clj),
                        :edn; without handlers
    :absolute-secs      seconds that a session lives at most, however much it
                        is used; without, for ever
    :rotate-secs        a write gives a session whose key is older than this
                        a new one; without, never
    :on-outage          while Redis is away: :fail throws
                        io.sojourn.StoreUnavailableException (see wrap-outage);
                        :without-session reads and writes nothing. :fail
    :legacy             sessions that ring-redis-session wrote: :move them at
                        their first write; :keep the old layout, while old and
                        new servers run side by side; :ignore them. :move
    :max-session-bytes  the largest session, 8 MiB
    :observer           an io.sojourn.spi.SessionObserver that hears of
                        events; without, what matters is logged

  Throws IllegalArgumentException for values that make no sense."
  ([redis-conn]
   (redis-store redis-conn {}))
  ([redis-conn {:keys [prefix expire-secs reset-on-read
                       read-handler write-handler]
                :or {prefix "session"
                     read-handler identity
                     write-handler identity
                     reset-on-read false}
                :as options}]
   (RingStores/open
    (into (->RedisStore redis-conn prefix expire-secs reset-on-read
                        read-handler write-handler)
          (dissoc options :prefix :expire-secs :reset-on-read
                  :read-handler :write-handler)))))

(defn- unavailable []
  {:status 503
   :headers {"Content-Type" "text/plain; charset=utf-8"
             "Retry-After" "1"
             "Cache-Control" "no-store"}
   :body "Service temporarily unavailable"})

(defn- outage? [e]
  (boolean (some #(instance? StoreUnavailableException %)
                 (take 20 (take-while some? (iterate ex-cause e))))))

(defn wrap-outage
  "Middleware around wrap-session: answers 503 with Retry-After while Redis is
  out of reach, in place of an error page.

  In the asynchronous arity it sees what is raised, and what is thrown on the
  thread that called the handler."
  [handler]
  (fn
    ([request]
     (try
       (handler request)
       (catch Exception e
         (if (outage? e) (unavailable) (throw e)))))
    ([request respond raise]
     (let [raise' (fn [e] (if (outage? e) (respond (unavailable)) (raise e)))]
       (try
         (handler request respond raise')
         (catch Exception e
           (if (outage? e) (respond (unavailable)) (throw e))))))))

;; A store holds the password of its Redis; nothing that prints it shows that.

(defn- printable [^RedisStore store]
  (let [conn (:redis-conn store)]
    (assoc (into {} store)
           :redis-conn (if (map? conn)
                         (into {} (map (fn [[k v]] [k (if (map? v) (vec (keys v)) '…)])) conn)
                         (symbol (.getName (class conn)))))))

(defmethod print-method RedisStore [store ^Writer writer]
  (.write writer "#ring.redis.session.RedisStore")
  (print-method (printable store) writer))

(defmethod print-dup RedisStore [store ^Writer writer]
  (print-method store writer))

(defmethod pprint/simple-dispatch RedisStore [store]
  (print-method store *out*))

(defmethod pprint/code-dispatch RedisStore [store]
  (print-method store *out*))
