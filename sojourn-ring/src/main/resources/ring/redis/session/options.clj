(ns ^:no-doc ring.redis.session.options
  "The options of a store: one table, from which their checks, docs/ring.md and the docstring of redis-store come."
  (:require [clojure.string :as string])
  (:import (io.sojourn SessionSettings)
           (io.sojourn.observe SessionObserver)
           (io.sojourn.spi.text TextSettings)))

(set! *warn-on-reflection* true)

(defn- plain [text] (string/replace text "`" ""))

(defn- refusal [option type value]
  (IllegalArgumentException. (str option " must be " (plain type)
                                  (if (number? value) (str ", not " value) (str ", not a value of " (class value))))))

(defn whole
  "A whole number from `least` to `most`, also of a string of digits, as Redis took it from the older store."
  [option unit least most value]
  (let [number (cond
                 (integer? value)                                      value
                 (and (string? value) (re-matches #"\d{1,18}" value)) (Long/parseLong value))]
    (if (and number (<= least number most))
      (long number)
      (throw (refusal option (str "a whole number of " unit " from " least " to " most) value)))))

;; A type is its name, and a function of an option and the value given for it: the value that counts. It refuses others.

(defn- kind [type ok?]
  [type (fn [option value] (if (ok? value) value (throw (refusal option type value))))])

(defn- choice [& known]
  (let [[type check] (kind (str "one of " (string/join ", " (map #(str "`" % "`") known))) (set known))]
    [type (fn [option value] (check option (if (string? value) (keyword value) value)))]))

(defn- number-of [unit most]
  [(str "a whole number of " unit) (fn [option value] (whole option unit 1 most value))])

(def ^:private seconds
  (let [[type check] (number-of "seconds" (.toSeconds SessionSettings/LONGEST))]
    [(str type ", or `false`") (fn [option value] (when-not (false? value) (check option value)))]))

(def ^:private function
  (let [[type check] (kind "a function" ifn?)]
    [type (fn [option value]
            (when-not (identical? identity value) ; which is what the older store says for none
              (check option value)))]))

(def ^:private names
  (let [[type check] (kind "a collection of names of namespaces, packages or classes"
                           #(and (coll? %) (every? (some-fn string? symbol? keyword?) %)))]
    [type (fn [option value] (mapv name (check option value)))]))

(def ^:private flag (kind "`true` or `false`" boolean?))
(def ^:private truth ["`true` or `false`" (fn [_ value] (boolean value))]) ; The older store took any value.

(def table
  "Option, type, default, what the page says of the default, and what it means."
  [[:prefix ["a string" (fn [_ value] value)] "session" "`\"session\"`"
    "all keys in Redis begin with it and a colon"]
   [:expire-secs seconds nil "none: sessions never expire"
    "a session ends so many seconds after its last write; a change of it holds for each session from its next write on"]
   [:reset-on-read truth false "`false`"
    "reading a session counts as a write for `:expire-secs`"]
   [:absolute-secs seconds nil "none"
    "a session ends so many seconds after it was made, however much it is used"]
   [:rotate-secs seconds nil "none"
    "a write gives a session whose key is older than this a new one; the old key opens it until the new one was seen, for an hour at most"]
   [:read-handler function nil "none"
    "a function that gets back what `:write-handler` gave; it is not called for a session that is not there"]
   [:write-handler function nil "none"
    "a function that makes a string or bytes of the session; exactly these lie in Redis"]
   [:format (choice :edn :nippy) :edn "`:edn`"
    "what Redis holds without handlers: `:edn`, or `:nippy` for what the application's own `com.taoensso/nippy` takes"]
   [:readers (kind "a map of tags and functions" map?) {} "`{}`"
    "data readers by tag, as for `clojure.edn/read`: types that print with one of these tags can be stored"]
   [:allow names [] "`[]`"
    "namespaces, packages or classes of enums, and of records whose namespace may not be loaded yet, that may be read"]
   [:on-outage (choice :fail :without-session) :fail "`:fail`"
    "while Redis is away: `:fail` throws `StoreUnavailableException`; `:without-session` reads nothing and stores nothing"]
   [:legacy (choice :move :keep :ignore) :move "`:move`"
    "sessions of ring-redis-session: `:move` them at their first write, `:keep` the old form, or `:ignore` them"]
   [:names flag true "`true`"
    "whether the application may choose keys itself; `false` for a store that only `wrap-session` uses"]
   [:max-session-bytes (number-of "bytes" (quot Integer/MAX_VALUE 2)) SessionSettings/DEFAULT_MAX_SESSION_BYTES "8 MiB"
    "a larger session is refused"]
   [:principal-key (kind "a function or a keyword" ifn?) nil "none"
    "gives the user's id of a session, such as `:user-id`: a session in which it appears or changes is bound to that user, and gets a new key"]
   [:max-sessions (number-of "sessions" Integer/MAX_VALUE) nil "none of Ring's own"
    "how many sessions one user may have, 1,000 by default; the oldest ends when there is another"]
   [:merge-across-sign-in flag true "`true`"
    "whether a request that began before a sign-in or a sign-out may still store what it changed, for at most 30 s"]
   [:on-end (kind "a function" ifn?) nil "none"
    "is called with a map for each session that has ended, also by a timeout; give it to every server that uses the same sessions"]
   [:near-cache flag false "`false`"
    "keeps sessions in the memory of the process, too, and reads them there until Redis says that they changed"]
   [:encryption-keyset (kind "the name of a file" string?) nil "none"
    "encrypts sessions with the Tink keyset in this file (add `io.sojourn/sojourn-tink`)"]
   [:compress truth false "`false`"
    "compresses large sessions (add `io.sojourn/sojourn-zstd`)"]
   [:observer (kind "an `io.sojourn.observe.SessionObserver`" #(instance? SessionObserver %)) nil "logs"
    "is told of events; without one, what an operator should look into is logged"]])

(defn checked
  "All options, from those that were given; nil means the default. Refuses options that there are not, with the nearest name."
  [given]
  (let [known (into #{} (map first) table)]
    (doseq [option (remove known (keys given))
            :let [text    (if (keyword? option) (name option) (str option))
                  nearest (.orElse (TextSettings/nearest text (into #{} (map name) known)) nil)]]
      (throw (IllegalArgumentException. (str "redis-store has no option " (pr-str option)
                                             (when nearest (str "; did you mean :" nearest "?"))))))
    (into {} (for [[option [_ check] default] table :let [value (get given option)]]
               [option (if (nil? value) default (check option value))]))))

(defn docstring
  "The options for the docstring of redis-store."
  []
  (string/join "\n" (for [[option [type] _ default meaning] table]
                      (plain (str "    " option ", " type " (" default ")\n      " meaning)))))
