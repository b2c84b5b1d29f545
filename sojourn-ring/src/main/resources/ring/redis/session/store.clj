(ns ^:no-doc ring.redis.session.store
  "Ring's protocol over the engine. Ring hands over a whole map and a key, never what changed. So what was read carries a
  mark in its metadata, and a write of a map with a mark becomes the difference between the two."
  (:require [clojure.string :as string]
            [ring.redis.session.connection :as connection]
            [ring.redis.session.edn :as edn]
            [ring.redis.session.layout :as layout]
            [ring.redis.session.legacy :as legacy]
            [ring.redis.session.log :as log]
            [ring.redis.session.mark :as mark]
            [ring.redis.session.options :as options])
  (:import (com.github.benmanes.caffeine.cache Cache Caffeine)
           (io.sojourn Lookup$Found Lookup$Superseded SaveOutcome Session SessionInfo SessionManager SessionSettings
                       SessionToken StoreUnavailableException UnreadableSessionException ValueNotAcceptedException)
           (io.sojourn.ends EndWatch SessionEnd SessionEndListener)
           (io.sojourn.observe SessionObserver)
           (io.sojourn.spi AttributeCodec ForeignSession)
           (java.time Duration)
           (java.util Locale Optional UUID)
           (java.util.concurrent Executor)
           (java.util.concurrent.locks LockSupport)
           (java.util.function Function)))

(set! *warn-on-reflection* true)

(defn- duration ^Duration [seconds]
  (if seconds (Duration/ofSeconds seconds) Duration/ZERO))

(defn- settings ^SessionSettings [{:keys [expire-secs absolute-secs rotate-secs max-session-bytes max-sessions merge-across-sign-in
                                          on-end]} id observer]
  (let [others (for [other (vals layout/formats) :when (not= other id)] (layout/codec other))]
    (cond-> (-> (SessionSettings/builder)
                (.idleTimeout (duration expire-secs))
                (.absoluteTimeout (duration absolute-secs))
                (.renewal (duration rotate-secs))
                (.touchInterval (Duration/ofMillis (min 60000 (* 10 (long (or expire-secs 6000)))))) ; a hundredth of its life
                (.codec (layout/codec id))
                (.alsoRead (into-array AttributeCodec others))
                (.maxAttributes 1000000)
                (.maxAttributeBytes max-session-bytes)
                (.maxSessionBytes max-session-bytes)
                (.mergeAcrossSignIn (boolean merge-across-sign-in))
                (.endEvents (some? on-end))
                (.observer observer))
      (= id (:handlers layout/formats)) (.inlineLimit 0) ; What a handler gave lies alone, for others to read.
      max-sessions                      (.maxSessionsPerPrincipal (int max-sessions))
      true                              (.build))))

(defn- cause [^SessionEnd end]
  ;; In Turkish, the lower case of I is not i.
  (keyword (string/replace (.toLowerCase (.name (.cause end)) Locale/ROOT) "_" "-")))

(defn- end-of
  "What :on-end is called with."
  [layout ^SessionEnd end session]
  {:id           (str (.id end))
   :cause        (cause end)
   :principal    (.orElse (.principal end) nil)
   :labels       (into {} (.labels end))
   :created-at   (.createdAt end)
   :last-used-at (.lastAccessedAt end)
   :attempt      (.attempt end)
   :session      (when session
                   (let [contents (layout/contents layout session)]
                     (when-not (or (and contents (empty? (:unreadable contents))) (<= SessionEndListener/READ_TRIES (.attempt end)))
                       (throw (UnreadableSessionException.
                               "The ended session cannot be read here as a whole; another server may be able to" nil)))
                     (:data contents)))})

(defn- listen
  "Has :on-end called for the ends of a manager's sessions."
  ^EndWatch [^SessionManager manager layout on-end]
  (.listenToEnds manager (reify SessionEndListener
                           (ended [_ end]
                             (let [^Session session (.orElse (.session ^SessionEnd end) nil)]
                               ;; What `revocation` names is no session.
                               (when-not (and session (= #{layout/name-attribute} (set (.names session))))
                                 (on-end (end-of layout end session))))))))

(defrecord Store [options layout sessions names legacy keep recent idle absolute warn close closed?])

(defn usable
  "An open store. Throws StoreUnavailableException once it is closed."
  [s]
  (if @(:closed? s) (throw (StoreUnavailableException. "The session store is closed" nil)) s))

(defn close [s]
  (when (compare-and-set! (:closed? s) false true)
    ((:close s))))

(defn open
  "The store of a connection and of options. Throws IllegalArgumentException if one of them makes no sense."
  [connection given prefix]
  (let [options  (options/checked given)
        observer (or (:observer options) (SessionObserver/logging log/logger))
        layout   (layout/layout (assoc options :thaw (not= :ignore (:legacy options))) observer)
        settings (settings options (:id layout) observer)
        {:keys [sessions names redis close]} (connection/open connection options)
        watches  (atom [])
        close    (fn []
                   (run! #(.close ^EndWatch %) @watches)
                   (close))
        manager  (fn [store]
                   (let [manager (SessionManager/create store settings)]
                     (when-let [on-end (:on-end options)]
                       (swap! watches conj (listen manager layout on-end)))
                     manager))]
    (try
      (map->Store
       {:options  options
        :layout   layout
        :sessions (manager sessions)
        :names    (manager names)
        :legacy   (legacy/open redis options prefix)
        :keep     (= :keep (:legacy options))
        :recent   (-> (Caffeine/newBuilder) .weakKeys .softValues ; Weak keys are told apart by identity.
                      (.executor (reify Executor (execute [_ task] (.run task)))) .build)
        :idle     (duration (:expire-secs options))
        :absolute (duration (:absolute-secs options))
        :warn     (log/throttled)
        :close    close
        :closed?  (atom false)})
      (catch RuntimeException e
        (close)
        (throw e)))))

(deftype Place [key client? ^SessionManager manager ^SessionToken token old])
;; Where the session of a key lies.
;; key      a copy of a string: what the store remembers by the string that a request holds must not keep that string alive
;; client?  whether a cookie may say the key; what is none is a name that the application has chosen
;; token    opens it; computed from a name, and from a key of the older store
;; old      the key of Redis at which the older store has it; nil for none

(defn- nameable?
  "Whether an application may give a session this name: nothing else has ever been stored under such a key."
  [key]
  (if (string? key)
    (<= (count key) 1000)
    (or (keyword? key) (symbol? key) (number? key) (instance? UUID key))))

(defn- name-text
  "The text of a name; the same for integers and for symbols that Clojure finds equal, such as 42 and (int 42)."
  [key]
  (if (integer? key)
    (str key)
    (edn/write "session key" (if (symbol? key) (with-meta key nil) key) {:limit 10000})))

(defn- place
  "Where the session of a key lies; nil for what is no key. Anyone who guesses a name can compute its token; hence the sessions
  under names lie in a key space of their own, and have an attribute that says so."
  ^Place [{:keys [legacy sessions names options]} key]
  (let [own   (if (string? key) (String. ^String key) key)
        token (when (string? own) (.orElse (SessionToken/parse own) nil))]
    (cond
      token
      (Place. own true sessions token nil)

      (and legacy (legacy/key? legacy own))
      (Place. own true sessions (SessionToken/derived "ring key" own) own)

      (and (:names options) (nameable? own))
      (Place. own false names (SessionToken/derived "ring name" (name-text own))
              (when legacy (legacy/name-of own))))))

(defn- from-cookie?
  "Whether Ring's middleware asks, which passes on what a cookie says, and not the application, which may have names of its
  own: the protocol hands over the same string in both cases, see docs/decisions/ring-names.md. Asked only of strings that are
  no key of ours, and of keys that were replaced; no ordinary request comes here."
  []
  (some #(re-find #"^ring\.middleware\.session\$(bare_)?session_re(quest|sponse)" (.getClassName ^StackTraceElement %))
        (.getStackTrace (Thread/currentThread))))

(deftype Mark [store kind ^Place at session contents ended])
;; kind      :loaded, from a session of ours; :old, from where the older store keeps it; :replaced, the key was replaced a
;;           moment ago; :away, Redis was
;; contents  an atom: what was read, or written since by the request that read it; for a session of the older store only :data
;; ended     an atom: the session as it was last, or whether there was an old one, once this request has ended it; [the new key]
;;           once it has moved it

(defn- mark ^Mark [s kind at session contents]
  (Mark. s kind at session (atom contents) (atom nil)))

(defn- mark-of
  "The mark that this store has left on data."
  ^Mark [s data]
  (let [mark (mark/of data)]
    (when (and (instance? Mark mark) (identical? s (.store ^Mark mark))) mark)))

(defn- remember
  "Keeps what was read with a client's key for as long as the request holds that very object, with which Ring writes and
  deletes: so a map without a mark is written, and a session ended, without reading again."
  ^Mark [s key ^Mark mark]
  (when (.client? ^Place (.at mark))
    (.put ^Cache (:recent s) key mark))
  mark)

(defn- remembered ^Mark [s key]
  (.getIfPresent ^Cache (:recent s) key))

(defn- update-session
  "Commits what f does to a session, on exactly the state that it sees. What f gave; nil if the session has ended, or its
  secret was replaced."
  [^Place at ^Session session f]
  (.orElse ^Optional (.update ^SessionManager (.manager at) session (reify Function (apply [_ current] (f current)))) nil))

(defn- look-up [^Place at]
  (let [^SessionManager manager (.manager at)]
    (if (or (.old at) (not (.client? at)))
      (.lookupDerived manager (.token at))
      (.lookup manager (.token at)))))

(defn- opened
  "The session that a lookup has found, if the key may open it."
  ^Session [^Place at lookup]
  (when (instance? Lookup$Found lookup)
    (let [session (.found ^Lookup$Found lookup)]
      (if (.client? at)
        (when-not (.get session layout/name-attribute) session)
        (doto session .putOffRenewal))))) ; A name stays what it is.

(defn- find-session ^Session [at]
  (opened at (look-up at)))

(defn- stand-in
  "What stands in for the session of a key that was replaced a moment ago; nil for any other lookup."
  ^Session [lookup]
  (when (instance? Lookup$Superseded lookup) (.standIn ^Lookup$Superseded lookup)))

(defn- limit
  "Has the session end when the store's options say, whatever they were when it was made."
  [{:keys [idle absolute]} ^Session session]
  (when (not= (.idleTimeout session) idle)
    (.setIdleTimeout session idle))
  (.setAbsoluteTimeout session absolute))

(defn- user-of
  "The id of the user that data names, as text; nil for none."
  [{{:keys [principal-key]} :options} data]
  (when-let [id (when principal-key (principal-key data))]
    (not-empty (str id))))

(defn- settle
  "What each write does besides: limits, and the principal that the data names, if the store has a :principal-key. `hidden?` is
  whether the data may have a user whom this node cannot read."
  [{{:keys [principal-key]} :options :as s} ^Place at ^Session session data & [hidden?]]
  (limit s session)
  (when (and principal-key (.client? at))
    (let [wanted (user-of s data)]
      (cond
        (= wanted (.orElse (.principal session) nil)) nil
        wanted        (.signIn session wanted)
        (not hidden?) (.signOut session))))
  true)

(defn- saved? [^Place at session]
  (let [outcome (.save ^SessionManager (.manager at) session)]
    (when (= SaveOutcome/LIMIT_REACHED outcome)
      (throw (IllegalStateException. "The user has as many sessions as :max-sessions allows")))
    (= SaveOutcome/SAVED outcome)))

(defn- commit
  "Commits what f does to a session that a key has opened. The key for the client: the same, or the new one of a session whose
  secret was replaced; nil as of update-session. A secret that replaces the old for its age is at the ready since the session
  was read, but none does in the seconds after a move."
  [s ^Place at ^Session session f]
  (when (update-session at session f)
    (if (= (.token at) (.token session))
      (.key at)
      (do (.save ^SessionManager (.manager at) session)
          ;; A move may have been cut short before this. No client has the new key of a session that is there in both forms,
          ;; or a logout by it would leave the old one.
          (when (.old at) (legacy/delete (:legacy s) (.old at)))
          (.reveal (.token session))))))

(defn- unless-away [s action otherwise]
  (try
    (action)
    (catch StoreUnavailableException e
      (when (= :fail (get-in s [:options :on-outage]))
        (throw e))
      ((:warn s) (str "Requests go on without their sessions, as :on-outage says: " (ex-message e)))
      (otherwise))))

(defn- show
  "What a session holds, as a mark; nil for no session."
  [s at ^Session session]
  (when-let [contents (some->> session (layout/contents (:layout s)))]
    (when (:reset-on-read (:options s))
      (update-session at session (fn [current] (limit s current) true)))
    (mark s :loaded at session contents)))

(defn- revocation
  "Where it lies that all sessions of a user were ended."
  ^Place [s id]
  (Place. nil false (:names s) (SessionToken/derived "ring revocation" (str id)) nil))

(defn- revoked?
  "Whether all sessions of the user were ended before this old one has moved. How old it is, it does not say."
  [s ^Place at data]
  (when-let [id (when (and (not (:keep s)) (.client? at)) (user-of s data))]
    (some? (find-session (revocation s id)))))

(defn- read-old
  "The data of an old session, as [data]; nil for none."
  [s ^Place at]
  (some->> (.old at) (legacy/read-data (:legacy s))))

(defn- show-old [s ^Place at]
  (when-let [[data] (read-old s at)]
    (if (revoked? s at data)
      (do (legacy/delete (:legacy s) (.old at)) nil)
      (mark s :old at nil {:data data}))))

(defn- show-stand-in
  "What a client stores until it has read the answer with its new key lies in a session that stands in for the other."
  [s ^Place at ^Session other]
  (let [at (Place. (.key at) true (.manager at) (.token other) nil)]
    (if (.isStored other)
      (show s at other)
      (mark s :replaced at other {:data {}}))))

(defn read-session
  "The session of a key, with a mark in its metadata; nil if there is none. For nil and false Redis is not asked."
  [s key]
  (when-let [at (place s key)]
    ;; A cookie of another shape is no name that the application gave.
    (when-not (and (string? key) (not (.client? at)) (from-cookie?))
      (when-let [seen (unless-away
                       s
                       #(let [lookup (look-up at)
                              found  (opened at lookup)
                              other  (stand-in lookup)]
                          (cond
                            found     (show s at found)
                            other     (when (from-cookie?) (show-stand-in s at other))
                            ;; A session that another node moves is there in both forms for a moment, or until the next write
                            ;; if the move was cut short: then the new form counts. It may be moved between these two reads.
                            (.old at) (or (show-old s at) (show s at (find-session at)))))
                       ;; To the middleware an empty session whose key is known, so that nothing it does replaces the cookie.
                       #(when (from-cookie?) (mark s :away at nil {:data {}})))]
        (when-not (= :replaced (.kind ^Mark seen))
          (remember s key seen))
        (mark/with-mark (:data @(.contents ^Mark seen)) seen)))))

(defn- fill ^Session [s ^Place at ^Session session attributes data]
  (layout/put session nil attributes)
  (when-not (.client? at)
    (.set session layout/name-attribute (layout/encode (:layout s) layout/name-attribute true)))
  (settle s at session data)
  session)

(defn- create
  "Stores a new session under a key of its own."
  [s data]
  (if (:keep s)
    (legacy/create (:legacy s) (mark/without-mark data))
    (let [at      (Place. nil true (:sessions s) nil nil)
          session (fill s at (.create ^SessionManager (:sessions s)) (layout/attributes (:layout s) nil data) data)]
      (saved? at session)
      (.reveal (.token session)))))

(defn- create-at
  "Stores a new session where the application wants it; the key, or nil if that is not to be."
  [s ^Place at attributes data]
  (when (saved? at (fill s at (.create ^SessionManager (.manager at) (.token at)) attributes data))
    (.key at)))

(defn- write-stand-in
  "Stores what comes with a key that was replaced a moment ago, where it reaches nobody else. A sign-in makes a session of its
  own of that; else the client keeps its key."
  [s ^Place at ^Session stand-in attributes data]
  (saved? at (fill s at stand-in attributes data))
  (if (.mayReplaceCookie stand-in) (.reveal (.token stand-in)) (.key at)))

(defn- in-time-after-all
  "What a request that found its session gone may still do. A sign-in replaces a session in two steps, between which it is
  not there: so the changes are made again if it is there under another secret soon, after a quarter of a second at most."
  [^Place at step]
  (when (and (.client? at) (:delta step) (some (fn [millis]
                                                 (LockSupport/parkNanos (* millis 1000000))
                                                 (stand-in (look-up at)))
                                               [25 75 150]))
    (let [^SessionManager manager (.manager at)
          again (.create manager (.token at))]
      (layout/set-all again (:delta step))
      (let [saved (saved? at again)]
        (if (.isStored again)
          (do (.revoke manager again) nil) ; There was nothing to change any more.
          (when saved (.key at)))))))

(defn- change [s ^Mark mark data]
  (let [^Session session (.session mark)
        ^Place at (.at mark)
        base  @(.contents mark)
        step  (layout/step (:layout s) base data)
        fresh (or (commit s at session (fn [current]
                                         (when-let [change (:change step)] (change current))
                                         (settle s at current data (and (seq (:unreadable base)) (nil? (user-of s (:data base)))))))
                  (cond
                    (.isEnded session)
                    (in-time-after-all at step)

                    ;; Another request has replaced the secret: what this one did counts all the same, by attribute, for a while.
                    (:delta step)
                    (do (layout/set-all session (:delta step))
                        (when (#{SaveOutcome/SAVED SaveOutcome/UNCHANGED} (.save ^SessionManager (.manager at) session))
                          (.key at)))))]
    (when fresh
      (reset! (.contents mark) (:after step))) ; What another write of this request starts from.
    fresh))

(defn- merge-moved
  "Does what a request did to an old session to the one that another request has made of it meanwhile."
  [s ^Place at from to]
  (when-let [session (find-session at)]
    (when (update-session at session
                          (fn [current]
                            (let [now (layout/contents (:layout s) current)]
                              (layout/merge-into (:layout s) current now from to (if now (:data now) from))
                              true)))
      (.key at))))

(defn- move
  "Makes of an old session one of ours that the same key opens. The key for the client; nil if it was ended meanwhile."
  [s ^Place at from to]
  (let [remove  #(legacy/delete-stage (:legacy s) (.old at))
        session (.adopt ^SessionManager (.manager at) (.token at)
                        (reify ForeignSession
                          (livesAtMost [_] (:idle s))
                          (remove [_] (remove))))]
    (fill s at session (layout/attributes-of-old (:layout s) from to) to)
    (when-not (.client? at)
      (.putOffRenewal session))
    (cond
      (revoked? s at from)     (do (remove) nil)
      (saved? at session)      (if (.client? at) (.reveal (.token session)) (.key at))
      (not (.isEnded session)) (merge-moved s at from to))))

(defn- change-old [s ^Mark mark data]
  (let [^Place at (.at mark)
        from  (:data @(.contents mark))
        moved @(.ended mark)
        fresh (cond
                (:keep s)  (if (legacy/replace-data (:legacy s) (.old at) (mark/without-mark data))
                                  (.key at)
                                  (merge-moved s at from data))
                (vector? moved) (do (merge-moved s at from data) (first moved)) ; The second write of one request.
                (nil? moved)    (when-let [key (move s at from data)]
                                  (first (reset! (.ended mark) [key]))))]
    (when fresh
      (reset! (.contents mark) {:data data}))
    fresh))

(defn- replace-all
  "Stores a map of which is not known what it was made from."
  [s key ^Place at data]
  (let [read    (remembered s key)
        last    (when-let [^Session session (some-> read .session)]
                  (when-not (.isEnded session) session))
        all     (delay (layout/attributes (:layout s) (some-> read .contents deref :attributes) data))
        replace #(do (layout/put % nil @all) (settle s at % data))
        write   (fn [^Place at ^Session session]
                  (or (commit s at session replace)
                      (when-not (.isEnded session)
                        (replace session)
                        (when (saved? at session) (.key at)))))
        lookup  (delay (look-up at))]
    (cond
      ;; Where there was nothing to do when it was read, there may be by now.
      (and last (not (layout/there? last @all))) (write (.at read) last)
      (opened at @lookup)                        (write at (opened at @lookup))
      (and last (stand-in @lookup))              (write (.at read) last)
      (stand-in @lookup)                         (write-stand-in s at (stand-in @lookup) @all data)
      (and (.client? at) (not (.old at)))        nil
      ;; A name that the application chose, or an old key. What this request has read or ended, and is gone, stays gone.
      :else (if-let [[from] (read-old s at)]
              (change-old s (mark s :old at nil {:data from}) data)
              (when-not read (create-at s at @all data))))))

(defn- put-back
  "Stores again what Ring has ended for a :recreate that was refused, so that its key goes on opening it. Not the session of a
  user, who may have been signed out everywhere since; nor one behind a key of the older store."
  [s ^Place at ^Session last base]
  (when (and base (not (.old at)) (.isEmpty (.principal last)))
    (let [again (.create ^SessionManager (.manager at) ^SessionToken (.token at))]
      (layout/set-all again (:attributes base))
      (limit s again)
      (saved? at again))))

(defn- recreate
  "Stores a session that this very request has ended, as Ring does for :recreate: under the same id, so that requests in
  flight are merged into it, and with another secret. `last` is the session as it was when it was ended, with what other
  requests have stored since this one read it; true for an old session."
  [{:keys [layout] :as s} ^Place at from last data]
  (let [taken?     (instance? Session last)
        base       (when taken? (layout/contents layout last))]
    (try
      (let [data       (if base (layout/changes layout from data (:data base)) data)
            attributes (cond
                         base   (:attributes (:after (layout/step layout base data)))
                         taken? (layout/attributes layout nil data)
                         :else  (layout/attributes-of-old layout from data))
            session    (fill s at (.create ^SessionManager (.manager at) (.token at)) attributes data)]
        (.rotate session)
        (if (saved? at session)
          (.reveal (.token session))
          (create s data))) ; Another sign-in was faster.
      (catch StoreUnavailableException e
        (throw e)) ; It may have been stored.
      (catch Exception e
        (put-back s at last base)
        (throw e)))))

(defn- write-without-key
  "Stores a session that the application calls new, or that it has ended a moment ago to have it under another key."
  [s ^Mark mark data]
  (let [old?  (= :old (some-> mark .kind))
        ended (some-> mark .ended deref)]
    (cond
      (or (nil? ended) (vector? ended) (and old? ended (:keep s)))
      (create s data)

      (or (instance? Session ended) (and old? ended))
      (recreate s (.at mark) (:data @(.contents mark)) ended data)

      ;; It was gone already: because of another sign-in, or of a logout, which must not be undone.
      (or (= :away (.kind mark)) (stand-in (look-up (.at mark))))
      (create s data))))

(defn- writable ^Place [s key]
  (or (place s key)
      (throw (ValueNotAcceptedException. "session key" (.getName (class key))
                                         (str "must be one that the store gave out, or, without {:names false}, a string of up to"
                                              " 1000 characters, a keyword, a symbol, a number or a UUID.") nil))))

(defn write-session
  "Stores a session and returns its key; nil if nothing was stored, because the session has ended or the key was replaced."
  [s key data]
  (unless-away s
               #(let [mark (mark-of s data)
                      ^Place at (some-> mark .at)]
                  (cond
                    (not key)                           (write-without-key s mark data)
                    (not (and mark (= key (.key at)))) (replace-all s key (writable s key) data)
                    :else
                    (case (.kind mark)
                      :loaded   (change s mark data)
                      :old      (change-old s mark data)
                      :replaced (write-stand-in s at (.session mark) (layout/attributes (:layout s) nil data) data)
                      :away     nil)))
               (constantly nil)))

(defn delete-session
  "Ends a session; no later write brings it back. Does nothing for nil, false and a key that opens no session. Throws
  StoreUnavailableException if Redis is out of reach, whatever :on-outage says: a logout that did not happen must not look
  like one."
  [s key]
  (when-let [at (place s key)]
    (let [was-old (when (and (.old at) (or (.client? at) (read-old s at))) ; Under a name there may be anything.
                    (legacy/delete (:legacy s) (.old at)))
          ;; A move that was cut short, or is under way, leaves it in both forms.
          read    (remembered s key)
          ^Session session (or (some-> read .session)
                               (let [lookup (look-up at)] (or (opened at lookup) (stand-in lookup))))
          last    (when (and session (.isStored session))
                    (.orElse (.revokeAndGet ^SessionManager (.manager at) session) nil))
          mark    (or read (remember s key (mark s :loaded at nil nil)))]
      ;; Ring ends for :recreate what the handler may have ended before.
      (swap! (.ended mark) #(or last (when-not (vector? %) %) (boolean was-old)))
      nil)))

(defn- moved-for-swap [s at]
  (when-let [[data] (read-old s at)]
    (when (:keep s)
      (throw (IllegalStateException. "swap-session! needs sessions of the new layout, and :legacy :keep keeps the old")))
    (move s at data data)
    (find-session at)))

(defn swap-session
  "Applies a function to a session's map and to arguments, and stores what it gives, on exactly the state that it saw."
  [s key f args]
  (when-let [at (place s key)]
    (let [swap (fn [current]
                 (when-let [contents (layout/contents (:layout s) current)]
                   (let [next (apply f (:data contents) args)]
                     (when (nil? next)
                       (throw (IllegalArgumentException.
                               "The function given to swap-session! returned nil; to end a session, use delete-session")))
                     (when (and (.client? at) (not= (user-of s (:data contents)) (user-of s next)))
                       (throw (IllegalArgumentException.
                               (str "swap-session! signs no user in or out, because the client could not be given the new key;"
                                    " return the session from the handler"))))
                     (let [step (layout/step (:layout s) contents next)]
                       (when-let [change (:change step)] (change current))
                       (limit s current) ; No principal: with a sign-in the key would be replaced.
                       (:after step)))))]
      (when-let [session (or (find-session at) (moved-for-swap s at))]
        (when-let [contents (update-session at session swap)]
          ;; As if it had been read: so it can be changed and written like that.
          (mark/with-mark (:data contents) (mark s :loaded at session contents)))))))

(defn- by-user ^SessionManager [s]
  (when-not (:principal-key (:options s))
    (throw (IllegalStateException. "The store has no :principal-key, so it knows no sessions of a user")))
  (:sessions s))

(defn sessions-of [s id]
  (for [^SessionInfo info (.findByPrincipal (by-user s) (str id))]
    {:id (str (.id info)) :created-at (.createdAt info) :last-used-at (.lastAccessedAt info) :labels (into {} (.labels info))}))

(defn sign-out-everywhere [s id]
  (when (:keep s)
    (throw (IllegalStateException. "sign-out-everywhere finds no sessions of the old form, which :legacy :keep writes")))
  (let [manager (by-user s)]
    ;; No index knows of sessions that have not moved: they are kept from moving.
    (when (:legacy s)
      (create-at s (revocation s id) {} {}))
    (.revokeAll manager (str id))))
