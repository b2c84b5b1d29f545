(ns ^:no-doc ring.redis.session.store
  "Ring's protocol over the engine. Ring hands over a whole map and a key, never what changed. So what was read carries a
  mark in its metadata, and a write of a map with a mark becomes the difference between the two."
  (:require [ring.redis.session.connection :as connection]
            [ring.redis.session.edn :as edn]
            [ring.redis.session.layout :as layout]
            [ring.redis.session.legacy :as legacy]
            [ring.redis.session.log :as log]
            [ring.redis.session.mark :as mark]
            [ring.redis.session.options :as options])
  (:import (com.github.benmanes.caffeine.cache Cache Caffeine)
           (io.sojourn Lookup$Found Lookup$Superseded SaveOutcome Session SessionInfo SessionManager SessionSettings
                       SessionToken StoreUnavailableException ValueNotAcceptedException)
           (io.sojourn.spi AttributeCodec ForeignSession)
           (java.io Closeable)
           (java.time Duration)
           (java.util Optional UUID)
           (java.util.concurrent Executor)
           (java.util.concurrent.locks LockSupport)
           (java.util.function Function)))

(set! *warn-on-reflection* true)

(defn- duration ^Duration [seconds]
  (if seconds (Duration/ofSeconds seconds) Duration/ZERO))

(defn- touch-interval
  "How long a session's use may go unnoted: a hundredth of its life; none of a short one, so that it ends when it should."
  ^Duration [expire-secs]
  (if (and expire-secs (<= (long expire-secs) 60))
    Duration/ZERO
    (Duration/ofMillis (min 60000 (* 10 (long (or expire-secs 6000)))))))

(defn- settings ^SessionSettings [{:keys [expire-secs absolute-secs rotate-secs max-session-bytes max-sessions]} id observer]
  (let [others (for [other (vals layout/formats) :when (not= other id)] (layout/codec other))]
    (cond-> (-> (SessionSettings/builder)
                (.idleTimeout (duration expire-secs))
                (.absoluteTimeout (duration absolute-secs))
                (.renewal (duration rotate-secs))
                (.touchInterval (touch-interval expire-secs))
                (.codec (layout/codec id))
                (.alsoRead (into-array AttributeCodec others))
                (.maxAttributes 1000000)
                (.maxAttributeBytes max-session-bytes)
                (.maxSessionBytes max-session-bytes)
                (.observer observer))
      (= id (:handlers layout/formats)) (.inlineLimit 0) ; What a handler gave lies alone, for others to read.
      max-sessions                      (.maxSessionsPerPrincipal (int max-sessions))
      true                              (.build))))

(deftype OpenStore [state name close closed?]
  Closeable
  (close [_] (when (compare-and-set! closed? false true) (close)))
  Object
  (toString [_] name))

(defn state
  "What the functions of this namespace know of a store. Throws StoreUnavailableException once it is closed."
  [^OpenStore open]
  (if @(.closed? open) (throw (StoreUnavailableException. "The session store is closed" nil)) (.state open)))

(defn open
  "The store of a connection and of options. Throws IllegalArgumentException if one of them makes no sense."
  ^Closeable [connection given prefix]
  (let [options  (options/checked given)
        observer (or (:observer options) (log/observer))
        layout   (layout/layout (assoc options :thaw (not= :ignore (:legacy options))) observer)
        settings (settings options (:id layout) observer)
        {:keys [sessions names redis close]} (connection/open connection options)]
    (try
      (OpenStore. {:options  options
                   :layout   layout
                   :sessions (SessionManager/create sessions settings)
                   :names    (SessionManager/create names settings)
                   :legacy   (legacy/open redis options prefix)
                   :recent   (-> (Caffeine/newBuilder) .weakKeys .softValues ; Weak keys are told apart by identity.
                                 (.executor (reify Executor (execute [_ task] (.run task)))) .build)
                   :warn     (log/throttled)
                   :id       (Object.)}
                  (str "RingStore[" (or redis "given store") ", prefix " prefix "]")
                  close
                  (atom false))
      (catch RuntimeException e
        (close)
        (throw e)))))

(defn- token ^SessionToken [key]
  (when (string? key) (.orElse (SessionToken/parse key) nil)))

(defn- nameable?
  "Whether an application may give a session this name: nothing else has ever been stored under such a key."
  [key]
  (if (string? key)
    (<= (count key) 1000)
    (or (keyword? key) (symbol? key) (number? key) (instance? UUID key))))

(defn- name-token
  "The token of a session that the application itself named. It is computed from the name, so that anyone can compute it who
  guesses the name; hence these sessions lie in a key space of their own, and have an attribute that says so."
  ^SessionToken [key]
  (when-not (nameable? key)
    (throw (ValueNotAcceptedException. "session key" (.getName (class key))
                                       "must be a string of up to 1000 characters, a keyword, a symbol, a number or a UUID." nil)))
  (SessionToken/derived "ring name" (edn/write "session key" key {:limit 10000})))

(defn- named? [^Session session]
  (contains? (.names session) layout/name-attribute))

(defn- old-key?
  "Whether it has the shape of the older store's keys, and there may be sessions of that."
  [s key]
  (and (:legacy s) (legacy/key? (:legacy s) key)))

(defn- keeps-old? [s]
  (and (:legacy s) (= :keep (get-in s [:options :legacy]))))

(defn- key-of-client?
  "Whether a cookie may say this key. What is none is a name of the application's own."
  [s key]
  (or (token key) (old-key? s key)))

(defn- key-token
  "The token under which the session of a key lies; that of an old one is computed from its key."
  ^SessionToken [s key]
  (or (token key)
      (if (old-key? s key) (SessionToken/derived "ring key" key) (name-token key))))

(defn- manager ^SessionManager [s key]
  (if (key-of-client? s key) (:sessions s) (:names s)))

(defn- old-name
  "The key of Redis at which the older store has what the application asks for; nil for none."
  [s key]
  (when (and (:legacy s) (not (token key)))
    (if (old-key? s key) key (legacy/name-of key))))

(defn- from-cookie?
  "Whether Ring's middleware asks, which passes on what a cookie says, and not the application, which may have names of its
  own: the protocol hands over the same string in both cases. Asked only of strings that are no key of ours, and of keys that
  were replaced; no ordinary request comes here."
  []
  (some #(re-find #"^ring\.middleware\.session\$(bare_)?session_re(quest|sponse)" (.getClassName ^StackTraceElement %))
        (.getStackTrace (Thread/currentThread))))

(deftype Mark [store kind key shown session contents ended])
;; kind      :loaded, from a session of ours; :old, from where the older store keeps it; :replaced, the key was replaced a
;;           moment ago; :away, Redis was
;; shown     the token that opened the session
;; contents  an atom: what was read, or written since by the request that read it; of an old session its data
;; ended     an atom: the session as it was last, or whether there was an old one, once this request has ended it; the new key
;;           once it has moved it

(defn- mark
  (^Mark [s kind key contents] (mark s kind key nil nil contents))
  (^Mark [s kind key shown session contents] (Mark. (:id s) kind key shown session (atom contents) (atom nil))))

(defn- mark-of
  "The mark that this store has left on data."
  ^Mark [s data]
  (let [mark (mark/of data)]
    (when (and (instance? Mark mark) (identical? (:id s) (.store ^Mark mark))) mark)))

(defn- remember
  "Keeps what was read with a key for as long as the request holds that very object, with which Ring writes and deletes: so a
  map without a mark is written, and a session ended, without reading again."
  [s key mark]
  (when (key-of-client? s key)
    (.put ^Cache (:recent s) key mark)))

(defn- remembered ^Mark [s key]
  (.getIfPresent ^Cache (:recent s) key))

(defn- update-session
  "Commits what f does to a session, on exactly the state that it sees. What f gave; nil if the session has ended, or its
  secret was replaced."
  [^SessionManager manager ^Session session f]
  (.orElse ^Optional (.update manager session (reify Function (apply [_ current] (f current)))) nil))

(defn- opened ^Session [lookup]
  (when (instance? Lookup$Found lookup) (.found ^Lookup$Found lookup)))

(defn- stand-in
  "What stands in for the session of a key that was replaced a moment ago; nil for any other lookup."
  ^Session [lookup]
  (when (instance? Lookup$Superseded lookup) (.standIn ^Lookup$Superseded lookup)))

(defn- found
  "The session of a derived token; nil if there is none."
  ^Session [^SessionManager manager ^SessionToken token]
  (opened (.lookupDerived manager token)))

(defn- limit
  "Has the session end when the store's options say, whatever they were when it was made."
  [{{:keys [expire-secs absolute-secs]} :options} ^Session session]
  (when (not= (.idleTimeout session) (duration expire-secs))
    (.setIdleTimeout session (duration expire-secs)))
  (.setAbsoluteTimeout session (duration absolute-secs)))

(defn- settle
  "What each write does besides: limits, and the principal that the data names, if the store has a :principal-key."
  [{{:keys [principal-key]} :options :as s} key ^Session session data]
  (limit s session)
  (when (and principal-key (or (nil? key) (key-of-client? s key)))
    (let [wanted (some-> (principal-key data) str)]
      (cond
        (= wanted (.orElse (.principal session) nil)) nil
        wanted (.signIn session wanted)
        :else  (.signOut session))))
  true)

(defn- saved? [^SessionManager manager session]
  (let [outcome (.save manager session)]
    (when (= SaveOutcome/LIMIT_REACHED outcome)
      (throw (IllegalStateException. "The user has as many sessions as :max-sessions allows")))
    (= SaveOutcome/SAVED outcome)))

(defn- commit
  "Commits what f does to a session that a key has opened. The key for the client: the same, or the new one of a session whose
  secret was replaced; nil as of update-session. A secret that replaces the old for its age is at the ready since the session
  was read, but none does in the seconds after a move."
  [s key shown ^Session session f]
  (when (update-session (manager s key) session f)
    (if (= shown (.token session))
      key
      (do (.save ^SessionManager (:sessions s) session)
          ;; A move may have been cut short before this. No client has the new key of a session that is there in both forms,
          ;; or a logout by it would leave the old one.
          (when (old-key? s key) (legacy/delete (:legacy s) key))
          (.reveal (.token session))))))

(defn- unless-away [s action otherwise]
  (try
    (action)
    (catch StoreUnavailableException e
      (when (= :fail (get-in s [:options :on-outage]))
        (throw e))
      ((:warn s) :away (str "Requests go on without their sessions, as :on-outage says: " (ex-message e)))
      (otherwise))))

(defn- show
  "What a token opens, marked; nil for nothing."
  [s key ^SessionToken shown ^Session session]
  (when-let [contents (some->> session (layout/contents (:layout s)))]
    (when-not (key-of-client? s key)
      (.putOffRenewal session)) ; A name stays what it is.
    (when (get-in s [:options :reset-on-read])
      (update-session (manager s key) session (fn [current] (limit s current) true)))
    (let [mark (mark s :loaded key shown session contents)]
      (remember s key mark)
      (mark/with-mark (:data contents) mark))))

(defn- show-derived [s key]
  (let [shown (key-token s key)]
    (show s key shown (found (manager s key) shown))))

(defn- revocation-token ^SessionToken [id]
  (SessionToken/derived "ring revocation" (str id)))

(defn- revoked?
  "Whether all sessions of the user were ended before this old one has moved. How old it is, it does not say."
  [{{:keys [principal-key]} :options :as s} key data]
  (when-let [id (when (and principal-key (not (keeps-old? s)) (key-of-client? s key)) (principal-key data))]
    (some? (found (:names s) (revocation-token id)))))

(defn- show-old [s key]
  (when-let [[data] (some->> (old-name s key) (legacy/read-data (:legacy s)))]
    (if (revoked? s key data)
      (do (legacy/delete (:legacy s) (old-name s key)) nil)
      (let [mark (mark s :old key data)]
        (remember s key mark)
        (mark/with-mark data mark)))))

(defn- read-token [s key shown]
  (let [lookup (.lookup ^SessionManager (:sessions s) shown)]
    (if-let [session (opened lookup)]
      (when-not (named? session) (show s key shown session))
      ;; What a client stores until it has read the answer with its new key lies in a session that stands in for the other.
      (when-let [other (stand-in lookup)]
        (when (from-cookie?)
          (if (.isStored other)
            (show s key (.token other) other)
            (mark/with-mark {} (mark s :replaced key (.token other) other nil))))))))

(defn read-session
  "The session of a key, with a mark in its metadata; nil if there is none. For nil and false Redis is not asked."
  [s key]
  (when key
    (unless-away s
                 #(cond
                    (token key)      (read-token s key (token key))
                    ;; A session that another node moves is there in both forms for a moment, or until the next write if the
                    ;; move was cut short: then the new form counts. It may be moved between the first two reads.
                    (old-key? s key) (or (show-derived s key) (show-old s key) (show-derived s key))
                    ;; A cookie of another shape is no name that the application gave.
                    (and (nameable? key) (not (and (string? key) (from-cookie?)))) (or (show-derived s key) (show-old s key)))
                 ;; To the middleware an empty session whose key is known, so that nothing it does replaces the cookie.
                 #(when (from-cookie?) (mark/with-mark {} (mark s :away key nil))))))

(defn- fill
  "Puts attributes into a new session; key is nil for one of which the client learns the key yet."
  [s key ^Session session attributes data]
  (layout/put session nil attributes)
  (when (and key (not (key-of-client? s key)))
    (.set session layout/name-attribute (layout/encode (:layout s) layout/name-attribute true)))
  (settle s key session data))

(defn- create [s data]
  (if (keeps-old? s)
    (legacy/create (:legacy s) (mark/without-mark data))
    (let [session (.create ^SessionManager (:sessions s))]
      (fill s nil session (layout/attributes (:layout s) data) data)
      (saved? (:sessions s) session)
      (.reveal (.token session)))))

(defn- create-at
  "Stores a new session under a token, of which the key may be told to nobody else; the key, or nil if that is not to be."
  [s key ^SessionToken token attributes data]
  (let [session (.create (manager s key) token)]
    (fill s key session attributes data)
    (when (saved? (manager s key) session) key)))

(defn- write-stand-in
  "Stores what comes with a key that was replaced a moment ago, where it reaches nobody else. A sign-in makes a session of its
  own of that; else the client keeps its key."
  [s key ^Session stand-in attributes data]
  (layout/put stand-in nil attributes)
  (settle s key stand-in data)
  (saved? (:sessions s) stand-in)
  (if (.mayReplaceCookie stand-in) (.reveal (.token stand-in)) key))

(defn- in-time-after-all
  "What a request that found its session gone may still do. A sign-in replaces a session in two steps, between which it is
  not there: so the changes are made again if it is there under another secret soon, after a quarter of a second at most."
  [{:keys [^SessionManager sessions]} key ^SessionToken shown step]
  (when (and (:delta step) (some (fn [millis]
                                   (LockSupport/parkNanos (* millis 1000000))
                                   (stand-in (.lookup sessions shown)))
                                 [25 75 150]))
    (let [again (.create sessions shown)]
      (layout/set-delta again step)
      (let [saved (saved? sessions again)]
        (if (.isStored again)
          (do (.revoke sessions again) nil) ; There was nothing to change any more.
          (when saved key))))))

(defn- take-step [s key ^Session current data step]
  (when-let [change (:change step)] (change current))
  (settle s key current data))

(defn- change [s ^Mark mark data]
  (let [^Session session (.session mark)
        key   (.key mark)
        step  (layout/step (:layout s) @(.contents mark) data)
        fresh (or (commit s key (.shown mark) session #(take-step s key % data step))
                  (cond
                    (.isEnded session)
                    (when (token key) (in-time-after-all s key (.shown mark) step))

                    ;; Another request has replaced the secret: what this one did counts all the same, by attribute, for a while.
                    (:delta step)
                    (do (layout/set-delta session step)
                        (when (#{SaveOutcome/SAVED SaveOutcome/UNCHANGED} (.save (manager s key) session)) key))))]
    (when fresh
      (reset! (.contents mark) (:after step))) ; What another write of this request starts from.
    fresh))

(defn- merge-moved
  "Does what a request did to an old session to the one that another request has made of it meanwhile."
  [s key from to]
  (when-let [session (found (manager s key) (key-token s key))]
    (when (update-session (manager s key) session
                          (fn [current]
                            (let [now (layout/contents (:layout s) current)]
                              (layout/merge-into (:layout s) current now from to (if now (:data now) from))
                              true)))
      key)))

(defn- move
  "Makes of an old session one of ours that the same key opens. The key for the client; nil if it was ended meanwhile."
  [s key from to]
  (let [manager (manager s key)
        remove  #(legacy/delete-stage (:legacy s) (old-name s key))
        session (.adopt manager (key-token s key)
                        (reify ForeignSession
                          (livesAtMost [_] (duration (get-in s [:options :expire-secs])))
                          (remove [_] (remove))))]
    (fill s key session (layout/attributes-of-old (:layout s) from to) to)
    (when-not (key-of-client? s key)
      (.putOffRenewal session)) ; A name stays what it is.
    (cond
      (revoked? s key from)    (do (remove) nil)
      (saved? manager session) (if (key-of-client? s key) (.reveal (.token session)) key)
      (not (.isEnded session)) (merge-moved s key from to))))

(defn- change-old [s ^Mark mark data]
  (let [key   (.key mark)
        from  @(.contents mark)
        moved @(.ended mark)]
    (cond
      (keeps-old? s)  (if (legacy/replace-data (:legacy s) (old-name s key) (mark/without-mark data))
                        key
                        (merge-moved s key from data))
      (string? moved) (do (merge-moved s key from data) ; The second write of one request.
                          (reset! (.contents mark) data)
                          moved)
      (nil? moved)    (when-let [moved (move s key from data)]
                        (reset! (.contents mark) data)
                        (reset! (.ended mark) moved)))))

(defn- replace-all
  "Stores a map of which is not known what it was made from."
  [s key data]
  (let [manager (manager s key)
        read    (remembered s key)
        there   (when (= :loaded (some-> read .kind)) (:attributes @(.contents read)))
        all     (delay (layout/attributes-over (:layout s) there data))
        last    (when-let [^Session session (some-> read .session)]
                  (when-not (.isEnded session) session))
        replace #(do (layout/put % nil @all) (settle s key % data))
        write   (fn [^Session session shown]
                  (or (commit s key shown session replace)
                      (when-not (.isEnded session)
                        (replace session)
                        (when (saved? manager session) key))))]
    ;; Where there was nothing to do when it was read, there may be by now.
    (if (and last (not (layout/there? last @all)))
      (write last (.shown read))
      (let [shown  (key-token s key)
            lookup (.lookup manager shown)]
        (if-let [session (opened lookup)]
          (cond
            (not (key-of-client? s key)) (do (.putOffRenewal session) (write session shown))
            (not (named? session))       (write session shown))
          (cond
            (and last (stand-in lookup)) (write last (.shown read))
            (stand-in lookup)            (write-stand-in s key (stand-in lookup) @all data)
            (token key)                  nil
            ;; A key that the application chose, if it is not an old one.
            :else (if-let [[from] (some->> (old-name s key) (legacy/read-data (:legacy s)))]
                    (change-old s (mark s :old key from) data)
                    (create-at s key shown @all data))))))))

(defn- recreate
  "Stores a session that this very request has ended, as Ring does for :recreate: under the same id, so that requests in
  flight are merged into it, and with another secret."
  [s ^SessionToken shown attributes data]
  (let [session (.create ^SessionManager (:sessions s) shown)]
    (fill s (.reveal shown) session attributes data)
    (.rotate session)
    (if (saved? (:sessions s) session)
      (.reveal (.token session))
      (create s data)))) ; Another sign-in was faster.

(defn- recreate-taken
  "As recreate, of a session as it was when it was ended: with what other requests have stored since this one read it."
  [{:keys [layout] :as s} shown from ^Session last data]
  (if-let [base (layout/contents layout last)]
    (let [to (layout/changes layout from data (:data base))]
      (recreate s shown (:attributes (:after (layout/step layout base to))) to))
    (recreate s shown (layout/attributes layout data) data)))

(defn- write-without-key
  "Stores a session that the application calls new, or that it has ended a moment ago to have it under another key."
  [s ^Mark mark data]
  (let [kind  (some-> mark .kind)
        read  (if (= :away kind) (remembered s (.key mark)) mark)
        ended (some-> read .ended deref)
        shown #(or (.shown ^Mark read) (key-token s (.key ^Mark read)))]
    (cond
      (or (nil? ended) (string? ended))         (create s data)
      (and (= :old kind) ended (keeps-old? s))  (create s data)
      (instance? Session ended)                 (recreate-taken s (shown) (case kind
                                                                            :away {}
                                                                            :old  @(.contents mark)
                                                                            (:data @(.contents mark)))
                                                                ended data)
      (and (= :old kind) ended)                 (recreate s (shown) (layout/attributes-of-old (:layout s) @(.contents mark) data) data)
      (= :away kind)                            (create s data)
      ;; It was gone already: because of another sign-in, or of a logout, which must not be undone.
      (and (= :loaded kind) (stand-in (.lookup ^SessionManager (:sessions s) (shown)))) (create s data))))

(defn write-session
  "Stores a session and returns its key; nil if nothing was stored, because the session has ended or the key was replaced."
  [s key data]
  (unless-away s
               #(let [mark (mark-of s data)]
                  (if (and key mark (= key (.key mark)))
                    (case (.kind mark)
                      :loaded   (change s mark data)
                      :old      (change-old s mark data)
                      :replaced (write-stand-in s key (.session mark) (layout/attributes (:layout s) data) data)
                      :away     nil)
                    (if key (replace-all s key data) (write-without-key s mark data))))
               (constantly nil)))

(defn- end
  "Ends what a key opens; the session as it was last, nil if there was none."
  ^Session [s key]
  (let [manager (manager s key)
        session (or (some-> (remembered s key) .session)
                    (if-let [token (token key)]
                      (let [lookup (.lookup manager token)] (or (opened lookup) (stand-in lookup)))
                      (found manager (key-token s key))))]
    (when (and session (.isStored ^Session session) (or (not (key-of-client? s key)) (not (named? session))))
      (.orElse (.revokeAndGet manager ^Session session) nil))))

(defn delete-session
  "Ends a session; no later write brings it back. Does nothing for nil, false and a key that opens no session. Throws
  StoreUnavailableException if Redis is out of reach, whatever :on-outage says: a logout that did not happen must not look
  like one."
  [s key]
  (when (and key (or (token key) (nameable? key)))
    (let [old     (old-name s key)
          was-old (when (and old (or (old-key? s key) (legacy/read-data (:legacy s) old))) ; Under a name there may be anything.
                    (legacy/delete (:legacy s) old))
          last    (end s key)] ; A move that was cut short, or is under way, leaves it in both forms.
      (when (nil? (remembered s key))
        (remember s key (mark s :loaded key (key-token s key) nil nil)))
      (some-> (remembered s key) .ended (reset! (or last (boolean was-old))))
      nil)))

(defn- moved-for-swap [s key]
  (when-let [[data] (some->> (old-name s key) (legacy/read-data (:legacy s)))]
    (when (keeps-old? s)
      (throw (IllegalStateException. "swap-session! needs sessions of the new layout, and :legacy :keep keeps the old")))
    (move s key data data)
    (found (manager s key) (key-token s key))))

(defn swap-session
  "Applies a function to a session's map and to arguments, and stores what it gives, on exactly the state that it saw."
  [s key f args]
  (when (and key (or (token key) (nameable? key)))
    (let [shown   (key-token s key)
          session (or (found (manager s key) shown) (moved-for-swap s key))
          swap    (fn [current]
                    (when-let [contents (layout/contents (:layout s) current)]
                      (let [next (apply f (:data contents) args)]
                        (when (nil? next)
                          (throw (IllegalArgumentException.
                                  "The function given to swap-session! returned nil; to end a session, use delete-session")))
                        (let [step (layout/step (:layout s) contents next)]
                          (take-step s key current next step)
                          (:after step)))))]
      (when (and session (not (and (token key) (named? session))))
        (when-let [contents (update-session (manager s key) session swap)]
          ;; As if it had been read: so it can be changed and written like that.
          (mark/with-mark (:data contents) (mark s :loaded key shown session contents)))))))

(defn sessions-of [s id]
  (for [^SessionInfo info (.findByPrincipal ^SessionManager (:sessions s) (str id))]
    {:id (str (.id info)) :created-at (.createdAt info) :last-used-at (.lastAccessedAt info) :labels (into {} (.labels info))}))

(defn sign-out-everywhere [s id]
  (when (keeps-old? s)
    (throw (IllegalStateException. "sign-out-everywhere finds no sessions of the old form, which :legacy :keep writes")))
  ;; No index knows of sessions that have not moved: they are kept from moving.
  (when (:legacy s)
    (create-at s [id] (revocation-token id) (layout/attributes (:layout s) {:revoked true}) {}))
  (.revokeAll ^SessionManager (:sessions s) (str id)))
