(ns ^:no-doc ring.redis.session.store
  "Ring's protocol over the engine. Ring hands over a whole map and a key, never what changed. So what was read carries a
  mark in its metadata, and a write of a map with a mark becomes the difference between the two."
  (:require [ring.redis.session.connection :as connection]
            [ring.redis.session.edn :as edn]
            [ring.redis.session.layout :as layout]
            [ring.redis.session.legacy :as legacy]
            [ring.redis.session.log :as log]
            [ring.redis.session.options :as options])
  (:import (clojure.lang IObj)
           (io.sojourn Lookup Lookup$Found Lookup$Superseded OldSession SaveOutcome Session SessionInfo SessionManager
                       SessionSettings SessionToken StoreUnavailableException ValueNotAcceptedException)
           (io.sojourn.ring Encoded$Codec MarkedMetadata ReadSessions RingStore)
           (io.sojourn.spi AttributeCodec SessionObserver SessionStore)
           (java.time Duration)
           (java.util Optional UUID)
           (java.util.concurrent.locks LockSupport)
           (java.util.function Function)))

(set! *warn-on-reflection* true)

;; --- opening

(defn- touch-interval
  "How long a session's use may go unnoted: a hundredth of its life; none of a short one, so that it ends when it should."
  ^Duration [expire-secs]
  (cond
    (nil? expire-secs)          (Duration/ofSeconds 60)
    (<= (long expire-secs) 60)  Duration/ZERO
    :else                       (Duration/ofMillis (min 60000 (* 10 (long expire-secs))))))

(defn- duration ^Duration [seconds]
  (if seconds (Duration/ofSeconds seconds) Duration/ZERO))

(defn- settings ^SessionSettings [{:keys [expire-secs absolute-secs rotate-secs max-session-bytes max-sessions]} id observer]
  (let [others (for [other (vals layout/formats) :when (not= other id)] (Encoded$Codec. other))]
    (cond-> (-> (SessionSettings/builder)
                (.idleTimeout (duration expire-secs))
                (.absoluteTimeout (duration absolute-secs))
                (.renewal (duration rotate-secs))
                (.touchInterval (touch-interval expire-secs))
                (.codec (Encoded$Codec. id))
                (.alsoRead (into-array AttributeCodec others))
                (.maxAttributes 1000000)
                (.maxAttributeBytes max-session-bytes)
                (.maxSessionBytes max-session-bytes)
                (.observer observer))
      (= id (:handlers layout/formats)) (.inlineLimit 0) ; What a handler gave lies alone, for others to read.
      max-sessions                      (.maxSessionsPerPrincipal (int max-sessions))
      true                              (.build))))

(defn open
  "The store of a connection and of options. Throws IllegalArgumentException if one of them makes no sense."
  ^RingStore [given-connection given-options prefix]
  (let [options  (options/checked given-options)
        observer (or (:observer options) (log/observer))
        layout   (layout/layout (assoc options :thaw (not= :ignore (:legacy options))) observer)
        settings (settings options (:id layout) observer)
        {:keys [sessions names redis close] :as connected} (connection/open given-connection options)]
    (try
      (let [state {:options  options
                   :layout   layout
                   :sessions (SessionManager/create sessions settings)
                   :names    (SessionManager/create names settings)
                   :legacy   (legacy/open redis options prefix)
                   :recent   (ReadSessions.)
                   :warn     (log/throttled)
                   :id       (Object.)}]
        (RingStore. state close (str (or redis "given store") ", prefix " prefix)))
      (catch RuntimeException e
        (close)
        (throw e)))))

;; --- what a key means

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

(defn- old-token
  "The token of the session that an old one becomes."
  ^SessionToken [key]
  (SessionToken/derived "ring key" key))

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
  "The token under which the session of a key lies."
  ^SessionToken [s key]
  (cond
    (token key)      (token key)
    (old-key? s key) (old-token key)
    :else            (name-token key)))

(defn- old-name
  "The key of Redis at which the older store has what the application asks for."
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

;; --- marks

(deftype Mark [store kind key shown session contents ended])
;; kind      :loaded, from a session of ours; :old, from where the older store keeps it; :replaced, the key was replaced a
;;           moment ago; :away, Redis was
;; shown     the token that opened the session
;; contents  an atom: what was read, or written since by the request that read it; of an old session its data
;; ended     an atom: the session as it was last, or whether there was an old one, once this request has ended it; the new key
;;           once it has moved it

(defn- mark-as [data ^Mark mark]
  (if (instance? IObj data)
    (let [metadata (meta data)]
      (with-meta data (MarkedMetadata. (if (instance? MarkedMetadata metadata) (.plain ^MarkedMetadata metadata) metadata) mark)))
    data))

(defn- mark-of ^Mark [s data]
  (when (instance? IObj data)
    (let [metadata (meta data)]
      (when (instance? MarkedMetadata metadata)
        (let [mark (.mark ^MarkedMetadata metadata)]
          (when (and (instance? Mark mark) (identical? (:id s) (.store ^Mark mark)))
            mark))))))

(defn- mark
  ([s kind key contents] (mark s kind key nil nil contents))
  ([s kind key shown session contents] (Mark. (:id s) kind key shown session (atom contents) (atom nil))))

;; --- the engine

(defmacro ^:private function [[argument] & body]
  `(reify Function (apply [_ ~argument] ~@body)))

(defn- update-session
  "Commits what f does to a session, on exactly the state that it sees. What f gave; nil if the session has ended, or its
  secret was replaced."
  [^SessionManager manager ^Session session f]
  (.orElse ^Optional (.update manager session (function [current] (f current))) nil))

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

(defn- bind
  "Binds a client's session to the principal that its data names, if the store has a :principal-key."
  [{{:keys [principal-key]} :options :as s} key ^Session session data]
  (when (and principal-key (or (nil? key) (key-of-client? s key)))
    (let [wanted (some-> (principal-key data) str)
          now    (.orElse (.principal session) nil)]
      (cond
        (= wanted now) nil
        wanted         (.signIn session wanted)
        :else          (.signOut session)))))

(defn- require-saved [outcome]
  (when (= SaveOutcome/LIMIT_REACHED outcome)
    (throw (IllegalStateException. "The user has as many sessions as :max-sessions allows")))
  (= SaveOutcome/SAVED outcome))

(defn- key-after
  "The key for the client: the same, or the new one of a session whose secret was replaced. One that replaces the old for its
  age is at the ready since the session was read."
  [s key shown ^Session session]
  (if (= shown (.token session))
    key
    (do (.save ^SessionManager (:sessions s) session)
        ;; A move may have been cut short before this. No client has the new key of a session that is there in both forms, or
        ;; a logout by it would leave the old one.
        (when (old-key? s key) (legacy/delete (:legacy s) key))
        (.reveal (.token session)))))

;; --- reading

(defn- unless-away [s action otherwise]
  (try
    (action)
    (catch StoreUnavailableException e
      (if (= :fail (get-in s [:options :on-outage]))
        (throw e)
        (do ((:warn s) :away (str "Requests go on without their sessions, as :on-outage says: " (ex-message e)))
            (otherwise))))))

(defn- manager ^SessionManager [s key]
  (if (key-of-client? s key) (:sessions s) (:names s)))

(defn- remember
  "Keeps what was read with a key for as long as the request holds that very object, with which Ring writes and deletes: so a
  map without a mark is written, and a session ended, without reading again."
  [s key mark]
  (when (key-of-client? s key)
    (.put ^ReadSessions (:recent s) key mark)))

(defn- remembered ^Mark [s key]
  (.get ^ReadSessions (:recent s) key))

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
      (mark-as (:data contents) mark))))

(defn- show-found [s key shown]
  (show s key shown (found (manager s key) shown)))

(defn- away
  "To the middleware an empty session whose key is known, so that nothing it does replaces the cookie."
  [s key]
  (when (from-cookie?)
    (mark-as {} (mark s :away key nil))))

(defn- read-token [s key shown]
  (let [lookup (.lookup ^SessionManager (:sessions s) shown)]
    (if-let [session (opened lookup)]
      (when-not (named? session) (show s key shown session))
      ;; What a client stores until it has read the answer with its new key lies in a session that stands in for the other.
      (when-let [other (stand-in lookup)]
        (when (from-cookie?)
          (if (.isStored other)
            (show s key (.token other) other)
            (mark-as {} (mark s :replaced key (.token other) other nil))))))))

(defn- show-old [s key name]
  (when-let [[data] (some->> name (legacy/read-data (:legacy s)))]
    (let [mark (mark s :old key data)]
      (remember s key mark)
      (mark-as data mark))))

(defn- read-old [s key]
  (let [moved #(show-found s key (old-token key))]
    (if (keeps-old? s)
      (or (show-old s key key) (moved))
      (or (moved) (show-old s key key) (moved))))) ; Another request may have moved it between the first two.

(defn- read-named [s key]
  (or (show-found s key (name-token key))
      (show-old s key (old-name s key))))

(defn read-session
  "The session of a key, with a mark in its metadata; nil if there is none. For nil and false Redis is not asked."
  [s key]
  (when key
    (unless-away s
                 #(cond
                    (token key)       (read-token s key (token key))
                    (old-key? s key)  (read-old s key)
                    ;; A cookie of another shape is no name that the application gave.
                    (and (nameable? key) (not (and (string? key) (from-cookie?)))) (read-named s key))
                 #(away s key))))

;; --- writing

(defn- fill
  "Puts attributes into a new session; key is nil for one of which the client learns the key yet."
  [s key ^Session session attributes data]
  (layout/put session nil attributes)
  (when (and key (not (key-of-client? s key)))
    (.set session layout/name-attribute (layout/encode (:layout s) layout/name-attribute true)))
  (limit s session)
  (bind s key session data))

(defn- create [s data]
  (if (keeps-old? s)
    (legacy/create (:legacy s) (layout/unmarked data))
    (let [^SessionManager sessions (:sessions s)
          session (.create sessions)]
      (fill s nil session (layout/attributes (:layout s) data) data)
      (require-saved (.save sessions session))
      (.reveal (.token session)))))

(defn- create-at
  "Stores a new session under a token, of which the key may be told to nobody else; the key, or nil if that is not to be."
  [s key ^SessionToken token attributes data]
  (let [manager (manager s key)
        session (.create manager token)]
    (fill s key session attributes data)
    (when (require-saved (.save manager session))
      key)))

(defn- write-stand-in
  "Stores what comes with a key that was replaced a moment ago, where it reaches nobody else. A sign-in makes a session of its
  own of that; else the client keeps its key."
  [s key ^Session stand-in attributes data]
  (layout/put stand-in nil attributes)
  (bind s key stand-in data)
  (require-saved (.save ^SessionManager (:sessions s) stand-in))
  (if (.mayReplaceCookie stand-in) (.reveal (.token stand-in)) key))

(defn- in-time-after-all
  "What a request that found its session gone may still do. A sign-in replaces a session in two steps, between which it is
  not there: so the changes are made again if it is there under another secret by now."
  [{:keys [^SessionManager sessions]} key ^SessionToken shown step]
  (LockSupport/parkNanos 25000000)
  (when (and (:delta step) (stand-in (.lookup sessions shown)))
    (let [again (.create sessions shown)]
      (layout/set-delta again step)
      (let [outcome (.save sessions again)]
        (if (.isStored again)
          (do (.revoke sessions again) nil) ; There was nothing to change any more.
          (when (= SaveOutcome/SAVED outcome) key))))))

(defn- change [s ^Mark mark data]
  (let [^Session session (.session mark)
        key     (.key mark)
        manager (manager s key)
        step    (layout/step (:layout s) @(.contents mark) data)
        done    (update-session manager session
                                (fn [current]
                                  (when-let [change (:change step)] (change current))
                                  (limit s current)
                                  (bind s key current data)
                                  true))]
    (cond
      done
      (do (reset! (.contents mark) (:after step)) ; What another write of this request starts from.
          (key-after s key (.shown mark) session))

      (.isEnded session)
      (when (token key) (in-time-after-all s key (.shown mark) step))

      ;; Another request has replaced the secret: what this one did counts all the same, by attribute, for a while.
      (:delta step)
      (do (layout/set-delta session step)
          (when (#{SaveOutcome/SAVED SaveOutcome/UNCHANGED} (.save manager session))
            (reset! (.contents mark) (:after step))
            key)))))

(defn- merge-moved
  "Does what a request did to an old session to the one that another request has made of it meanwhile."
  [s key from to]
  (let [manager (manager s key)]
    (when-let [session (found manager (key-token s key))]
      (when (update-session manager session
                            (fn [current]
                              (let [now (layout/contents (:layout s) current)]
                                (layout/merge-into (:layout s) current now from to (if now (:data now) from))
                                true)))
        key))))

(defn- revocation-token ^SessionToken [id]
  (SessionToken/derived "ring revocation" id))

(defn- revoked?
  "Whether all sessions of the user were ended before this old one has moved. How old it is, it does not say."
  [{{:keys [principal-key]} :options :as s} data]
  (when-let [id (when principal-key (principal-key data))]
    (some? (found (:names s) (revocation-token (str id))))))

(defn- move
  "Makes of an old session one of ours that the same key opens. The key for the client; nil if it was ended meanwhile."
  [s key from to]
  (let [manager (manager s key)
        name    (old-name s key)
        session (.adopt manager (key-token s key)
                        (reify OldSession
                          (livesAtMost [_] (duration (get-in s [:options :expire-secs])))
                          (remove [_] (legacy/delete-stage (:legacy s) name))))]
    (fill s key session (layout/attributes-of-old (:layout s) from to) to)
    (when-not (key-of-client? s key)
      (.putOffRenewal session)) ; A name stays what it is.
    (let [outcome (when-not (and (key-of-client? s key) (revoked? s from))
                    (.save manager session))]
      (cond
        (nil? outcome)          (do (legacy/delete (:legacy s) name) nil)
        (require-saved outcome) (if (key-of-client? s key) (.reveal (.token session)) key)
        (= SaveOutcome/SUPERSEDED outcome) (merge-moved s key from to)))))

(defn- change-old [s ^Mark mark data]
  (let [key (.key mark)]
    (if (keeps-old? s)
      (when (legacy/replace-data (:legacy s) (old-name s key) (layout/unmarked data)) key)
      (if-let [moved @(.ended mark)]
        (when (string? moved)
          (merge-moved s key @(.contents mark) data) ; The second write of one request.
          (reset! (.contents mark) data)
          moved)
        (when-let [moved (move s key @(.contents mark) data)]
          (reset! (.contents mark) data)
          (reset! (.ended mark) moved))))))

(defn- replace-all
  "Stores a map of which is not known what it was made from."
  [s key data]
  (let [manager (manager s key)
        all     (layout/attributes (:layout s) data)
        read    (remembered s key)
        last    (when (and read (.session read) (not (.isEnded ^Session (.session read)))) (.session read))
        write   (fn [^Session session shown]
                  (let [replace #(do (layout/put % nil all) (limit s %) (bind s key % data) true)]
                    (if (update-session manager session replace)
                      (key-after s key shown session)
                      (when-not (.isEnded session)
                        (replace session)
                        (when (= SaveOutcome/SAVED (.save manager session)) key)))))]
    ;; Where there was nothing to do when it was read, there may be by now.
    (if (and last (not (layout/there? last all)))
      (write last (.shown read))
      (let [shown  (key-token s key)
            lookup (.lookup manager shown)]
        (cond
          (opened lookup)
          (let [session (opened lookup)]
            (cond
              (not (key-of-client? s key)) (do (.putOffRenewal session) (write session shown))
              (not (named? session))       (write session shown)))

          (stand-in lookup)
          (if last
            (write last (.shown read))
            (write-stand-in s key (stand-in lookup) all data))

          ;; A key that the application chose, if it is not an old one.
          (not (token key))
          (if-let [[from] (some->> (old-name s key) (legacy/read-data (:legacy s)))]
            (change-old s (mark s :old key from) data)
            (create-at s key shown all data)))))))

(defn- recreate
  "Stores a session that this very request has ended, as Ring does for :recreate: under the same id, so that requests in
  flight are merged into it, and with another secret."
  [s ^SessionToken shown attributes data]
  (let [^SessionManager sessions (:sessions s)
        session (.create sessions shown)]
    (fill s (.reveal shown) session attributes data)
    (.rotate session)
    (if (require-saved (.save sessions session))
      (.reveal (.token session))
      (create s data)))) ; Another sign-in was faster.

(defn- recreate-taken
  "As recreate, of a session as it was when it was ended: with what other requests have stored since this one read it."
  [s shown from ^Session last data]
  (let [layout (:layout s)
        base   (layout/contents layout last)
        to     (if base (layout/changes layout from data (:data base)) data)]
    (recreate s shown (if base (:attributes (:after (layout/step layout base to))) (layout/attributes layout data)) to)))

(defn- write-without-key
  "Stores a session that the application calls new, or that it has ended a moment ago to have it under another key."
  [s ^Mark mark data]
  (let [^Mark read (if (= :away (some-> mark .kind)) (remembered s (.key mark)) mark)
        ended      (some-> read .ended deref)]
    (cond
      (or (nil? ended) (string? ended))
      (create s data)

      (= :old (.kind mark))
      (cond
        (false? ended) nil
        (keeps-old? s) (create s data)
        (true? ended)  (recreate s (old-token (.key mark)) (layout/attributes-of-old (:layout s) @(.contents mark) data) data)
        :else          (recreate-taken s (old-token (.key mark)) @(.contents mark) ended data))

      (instance? Session ended)
      (recreate-taken s (.shown read) (if (= :away (.kind mark)) {} (:data @(.contents read))) ended data)

      (= :away (.kind mark))
      (create s data)

      ;; It was gone already: because of another sign-in, or of a logout, which must not be undone.
      (stand-in (.lookup ^SessionManager (:sessions s) (.shown read)))
      (create s data))))

(defn write-session
  "Stores a session and returns its key; nil if nothing was stored, because the session has ended or the key was replaced."
  [s key data]
  (unless-away s
               (fn []
                 (let [mark (mark-of s data)]
                   (cond
                     (not key) (write-without-key s mark data)
                     (not (and mark (= key (.key mark)))) (replace-all s key data)
                     :else (case (.kind mark)
                             :loaded   (change s mark data)
                             :old      (change-old s mark data)
                             :replaced (write-stand-in s key (.session mark) (layout/attributes (:layout s) data) data)
                             :away     nil))))
               (constantly nil)))

;; --- ending

(defn- end
  "Ends what a key opens; the session as it was last, nil if there was none."
  ^Session [s key]
  (let [manager (manager s key)
        session (or (some-> (remembered s key) .session)
                    (if (token key)
                      (let [lookup (.lookup manager (token key))]
                        (or (opened lookup) (stand-in lookup)))
                      (found manager (key-token s key))))]
    (when (and session (.isStored ^Session session) (or (not (key-of-client? s key)) (not (named? session))))
      (.orElse (.take manager ^Session session) nil))))

(defn delete-session
  "Ends a session; no later write brings it back. Does nothing for nil, false and a key that opens no session. Throws
  StoreUnavailableException if Redis is out of reach, whatever :on-outage says: a logout that did not happen must not look
  like one."
  [s key]
  (when (and key (or (token key) (nameable? key)))
    (let [old-name (when (or (old-key? s key) (= :old (some-> (remembered s key) .kind))) (old-name s key))
          was-old  (when old-name (legacy/delete (:legacy s) old-name))
          last     (when-not (and was-old (= :old (some-> (remembered s key) .kind))) (end s key))]
      (when (nil? (remembered s key))
        (remember s key (mark s :loaded key (key-token s key) nil nil)))
      (some-> (remembered s key) .ended (reset! (or last (boolean was-old))))
      nil)))

;; --- atomic changes

(defn swap-session
  "Applies a function to a session's map and to arguments, and stores what it gives, on exactly the state that it saw."
  [s key f args]
  (when (and key (or (token key) (nameable? key)))
    (let [manager (manager s key)
          shown   (key-token s key)
          session (or (found manager shown)
                      (when-let [[data] (some->> (old-name s key) (legacy/read-data (:legacy s)))]
                        (when (keeps-old? s)
                          (throw (IllegalStateException. "swap-session! needs sessions of the new layout, and :legacy :keep keeps the old")))
                        (move s key data data)
                        (found manager shown)))]
      (when (and session (or (not (token key)) (not (named? session))))
        (when-let [contents
                   (update-session manager session
                                   (fn [current]
                                     (when-let [contents (layout/contents (:layout s) current)]
                                       (let [next (apply f (:data contents) args)]
                                         (when (nil? next)
                                           (throw (IllegalArgumentException.
                                                   "The function given to swap-session! returned nil; to end a session, use delete-session")))
                                         (let [step (layout/step (:layout s) contents next)]
                                           (when-let [change (:change step)] (change current))
                                           (limit s current)
                                           (bind s key current next)
                                           (:after step))))))]
          ;; As if it had been read: so it can be changed and written like that.
          (mark-as (:data contents) (mark s :loaded key shown session contents)))))))

;; --- the sessions of a user

(defn sessions-of [s id]
  (for [^SessionInfo info (.findByPrincipal ^SessionManager (:sessions s) (str id))]
    {:id (str (.id info)) :created-at (.createdAt info) :last-used-at (.lastAccessedAt info) :labels (into {} (.labels info))}))

(defn sign-out-everywhere [s id]
  ;; No index knows of sessions that have not moved: they are kept from moving.
  (when (:legacy s)
    (create-at s [id] (revocation-token (str id)) (layout/attributes (:layout s) {:revoked true}) {}))
  (.revokeAll ^SessionManager (:sessions s) (str id)))
