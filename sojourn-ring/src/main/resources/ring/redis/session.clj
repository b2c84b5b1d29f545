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
            [clojure.set :as set]
            [ring.middleware.session.store :as api]
            [ring.redis.session.mark :as mark]
            [ring.redis.session.options :as options]
            [ring.redis.session.store :as store]
            [ring.redis.session.util])
  (:import (clojure.lang IObj MultiFn)
           (io.sojourn StoreUnavailableException)
           (java.io Closeable Writer)
           (java.util Map WeakHashMap)
           (java.util.function Function)))

(declare close-store)

(defrecord RedisStore [redis-conn prefix expiration reset-on-read
                       read-handler write-handler]
  Closeable
  (close [this] (close-store this)))

;; What redis-store gives carries its open store in its metadata, which is no
;; part of a record's value: so closing it leaves an equal one open. But a
;; record may be made field by field, and a changed copy of one, which has the
;; metadata of the first, is another store. Such a one is found by its value.

(def ^:private ^Map by-value (WeakHashMap.))

(defn- open-store [record]
  (store/open (:redis-conn record)
              (-> (into {} record)
                  (dissoc :redis-conn)
                  (set/rename-keys {:expiration :expire-secs}))
              (:prefix record)))

(defn- carried [record]
  (let [{::keys [opened as]} (meta record)]
    (when (= as record) opened)))

(defn- state [record]
  (store/usable (or (carried record)
                    (locking by-value
                      (.computeIfAbsent by-value record (reify Function (apply [_ _] (open-store record))))))))

(defn- close-store [record]
  (when-let [opened (or (carried record) (locking by-value (.get by-value record)))]
    (store/close opened)))

(defn read-redis-session
  "The session of a key, or nil. What the protocol's read-session calls."
  [this session-key]
  (store/read-session (state this) session-key))

(defn write-redis-session
  "Stores a session and returns its key. What the protocol's write-session
  calls.

  A map that was made from what was read with this key is stored as the
  difference by top-level key, merged with what other requests stored in the
  meantime; any other replaces the whole. Returns nil, and stores nothing, if
  the session has ended in the meantime.

  Throws io.sojourn.ValueNotAcceptedException, with the path, for a value that
  cannot be stored; the session stays as it was."
  [this old-session-key data]
  (store/write-session (state this) old-session-key data))

(defn delete-redis-session
  "Ends a session; no later write brings it back. Returns nil. What the
  protocol's delete-session calls."
  [this session-key]
  (store/delete-session (state this) session-key))

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
  f must not return nil; to end a session, use delete-session. Nor may it
  change the user that :principal-key gives: the client could not be given the
  new key of a sign-in.

    (swap-session! store (:session/key request) update :visits (fnil inc 0))"
  [store session-key f & args]
  (store/swap-session (state store) session-key f args))

(defn sessions-of
  "The sessions of a user that live, as maps of :id, :created-at,
  :last-used-at and :labels: for a page \"your devices\". The times are
  java.time.Instants. id is what :principal-key gives of a session; a store
  without that option throws IllegalStateException.

  No :id opens a session; it names one in logs."
  [store id]
  (store/sessions-of (state store) id))

(defn sign-out-everywhere
  "Ends all sessions of a user, and returns how many there were. A store
  without :principal-key throws IllegalStateException."
  [store id]
  (store/sign-out-everywhere (state store) id))

(defn redis-store
  "A session store in Redis or Valkey.

  redis-conn is a map as Carmine takes it, {:pool {} :spec {:host … :port …
  :username … :password … :db … :timeout-ms … :uri … :ssl-fn :default}}; a
  redis:// or rediss:// URI; an io.sojourn.spi SessionStore; or nil for localhost:6379. Stores with equal ones share one
  connection. Close a store with .close; a process that ends need not.

  Throws IllegalArgumentException for options that there are not, and for
  values that make no sense."
  ([redis-conn]
   (redis-store redis-conn {}))
  ([redis-conn {:keys [prefix expire-secs reset-on-read
                       read-handler write-handler]
                :or {prefix "session"
                     read-handler identity
                     write-handler identity
                     reset-on-read false}
                :as options}]
   (let [record (into (->RedisStore redis-conn prefix expire-secs reset-on-read
                                    read-handler write-handler)
                      (dissoc options :prefix :expire-secs :reset-on-read
                              :read-handler :write-handler))]
     (with-meta record {::as record ::opened (open-store record)}))))

(alter-meta! #'redis-store update :doc
             str "\n\n  Options:\n" (options/docstring))

(defn wrap-cookie-attrs
  "Middleware between the handler and wrap-session: keeps the attributes that
  a response gave with :session-cookie-attrs for the cookie, such as :max-age
  at login, and gives them again where the session gets another key. attrs are
  those of sessions that know of none, such as old ones that move. They are
  stored with the session, so each must be a value that it can hold.

    (-> handler (wrap-cookie-attrs store) (wrap-session {:store store}))"
  ([handler store]
   (wrap-cookie-attrs handler store nil))
  ([handler store attrs]
   (letfn [(keeping [{before :session :session/keys [key]} {:keys [session session-cookie-attrs] :as response}]
             (if-let [attrs (and (instance? IObj session) (or session-cookie-attrs (::cookie-attrs (meta before)) attrs))]
               ;; With the mark of what was read, a new map is stored as what it is made of, too.
               (let [session  (cond-> (vary-meta session assoc ::cookie-attrs attrs)
                                (mark/of before) (mark/with-mark (mark/of before)))
                     response (assoc response :session session)]
                 (if (or session-cookie-attrs
                         (nil? key)
                         (:recreate (meta session))
                         ;; nil: the session has ended, and its cookie must not replace that of a later sign-in.
                         (some->> (api/write-session store key session) (not= key)))
                   (assoc response :session-cookie-attrs attrs)
                   response))
               response))]
     (fn
       ([request]
        (keeping request (handler request)))
       ([request respond raise]
        (handler request #(respond (keeping request %)) raise))))))

(defn- unavailable
  "The response while Redis is out of reach; nil for any other failure."
  [failure]
  (when (some #(instance? StoreUnavailableException %) (take 20 (take-while some? (iterate ex-cause failure))))
    {:status 503
     :headers {"Content-Type" "text/plain; charset=utf-8"
               "Retry-After" "1"
               "Cache-Control" "no-store"}
     :body "Service temporarily unavailable"}))

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
         (or (unavailable e) (throw e)))))
    ([request respond raise]
     (letfn [(answer [e otherwise] (if-let [response (unavailable e)] (respond response) (otherwise e)))]
       (try
         (handler request respond #(answer % raise))
         (catch Exception e
           (answer e #(throw %))))))))

;; A store holds the password of its Redis; nothing that prints it shows that.

(defmethod print-method RedisStore [store ^Writer writer]
  (.write writer "#ring.redis.session.RedisStore")
  (print-method (dissoc (into {} store) :redis-conn) writer))

(doseq [^MultiFn dispatch [pprint/simple-dispatch pprint/code-dispatch]]
  (.addMethod dispatch RedisStore #(print-method % *out*)))

(defmethod print-dup RedisStore [store ^Writer writer]
  (print-method store writer))
