(ns ^:no-doc ring.redis.session.options
  "The options of a store: one table, from which their checks, docs/ring.md and the docstring of redis-store come."
  (:require [clojure.string :as string])
  (:import (io.sojourn SessionSettings)
           (io.sojourn.observe SessionObserver)
           (io.sojourn.spi.text TextSettings)))

(set! *warn-on-reflection* true)

(defn whole
  "A whole number from `least` to `most`, also of a string of digits, as Redis took it from the older store."
  [option unit least most value]
  (let [number (cond
                 (integer? value)                                      value
                 (and (string? value) (re-matches #"\d{1,18}" value)) (Long/parseLong value))]
    (if (and number (<= least number most))
      (long number)
      (throw (IllegalArgumentException.
              (str option " must be a whole number of " unit " from " least " to " most
                   (if (number? value) (str ", not " value) (str ", not a value of " (class value)))))))))

(defn- choice [known]
  (fn [option value]
    (let [chosen (if (string? value) (keyword value) value)]
      (if (contains? known chosen)
        chosen
        (throw (IllegalArgumentException. (str option " must be one of " (string/join ", " (sort known)))))))))

(defn- kind [what ok?]
  (fn [option value]
    (if (ok? value)
      value
      (throw (IllegalArgumentException. (str option " must be " what ", not a value of " (class value)))))))

(defn- seconds [option value]
  (when-not (false? value)
    (whole option "seconds" 1 (.toSeconds SessionSettings/LONGEST) value)))

(defn- number-of [unit most]
  (fn [option value] (whole option unit 1 most value)))

(def ^:private function
  (let [checked (kind "a function" ifn?)]
    (fn [option value]
      (when-not (identical? identity value) ; which is what the older store says for none
        (checked option value)))))

(def ^:private names (kind "a collection of namespaces, packages or classes" #(and (coll? %) (every? (some-fn string? symbol? keyword?) %))))

(def table
  "Option, check, default, what the page says of the default, and what it means."
  [[:prefix (fn [_ value] value) "session" "`\"session\"`"
    "all keys in Redis begin with it and a colon"]
   [:expire-secs seconds nil "none: sessions never expire"
    "a session ends so many seconds after its last write; a change of it holds for each session from its next write on"]
   [:reset-on-read (fn [_ value] (boolean value)) false "`false`"
    "reading a session counts as a write for `:expire-secs`"]
   [:absolute-secs seconds nil "none"
    "a session ends so many seconds after it was made, however much it is used"]
   [:rotate-secs seconds nil "none"
    "a write gives a session whose key is older than this a new one; the old key opens it until the new one was seen, for an hour at most"]
   [:read-handler function nil "none"
    "a function that gets back what `:write-handler` gave; it is not called for a session that is not there"]
   [:write-handler function nil "none"
    "a function that makes a string or bytes of the session; exactly these lie in Redis"]
   [:format (choice #{:edn :nippy}) :edn "`:edn`"
    "what Redis holds without handlers: `:edn`, or `:nippy` for what the application's own `com.taoensso/nippy` takes"]
   [:readers (kind "a map of tags and functions" map?) {} "`{}`"
    "data readers by tag, as for `clojure.edn/read`: types that print with one of these tags can be stored"]
   [:allow (fn [option value] (mapv name (names option value))) [] "`[]`"
    "namespaces, packages or classes of enums, and of records whose namespace may not be loaded yet, that may be read"]
   [:on-outage (choice #{:fail :without-session}) :fail "`:fail`"
    "while Redis is away: `:fail` throws `StoreUnavailableException`; `:without-session` reads nothing and stores nothing"]
   [:legacy (choice #{:move :keep :ignore}) :move "`:move`"
    "sessions of ring-redis-session: `:move` them at their first write, `:keep` the old form, or `:ignore` them"]
   [:names (kind "true or false" boolean?) true "`true`"
    "whether the application may choose keys itself; `false` for a store that only `wrap-session` uses"]
   [:max-session-bytes (number-of "bytes" (quot Integer/MAX_VALUE 2)) SessionSettings/DEFAULT_MAX_SESSION_BYTES "8 MiB"
    "a larger session is refused"]
   [:principal-key (kind "a function or a keyword" ifn?) nil "none"
    "gives the user's id of a session, such as `:user-id`: a session in which it appears or changes is bound to that user, and gets a new key"]
   [:max-sessions (number-of "sessions" Integer/MAX_VALUE) nil "none of Ring's own"
    "how many sessions one user may have, 1,000 by default; the oldest ends when there is another"]
   [:merge-across-sign-in (kind "true or false" boolean?) true "`true`"
    "whether a request that began before a sign-in may still store what it changed, for at most 30 s"]
   [:on-end (kind "a function" ifn?) nil "none"
    "is called with a map for each session that has ended, also by a timeout; give it to every server that uses the same sessions"]
   [:near-cache (kind "true or false" boolean?) false "`false`"
    "keeps sessions in the memory of the process, too, and reads them there until Redis says that they changed"]
   [:encryption-keyset (kind "the name of a file" string?) nil "none"
    "encrypts sessions with the Tink keyset in this file (add `io.sojourn/sojourn-tink`)"]
   [:compress (fn [_ value] (boolean value)) false "`false`"
    "compresses large sessions (add `io.sojourn/sojourn-zstd`)"]
   [:observer (kind "an io.sojourn.observe.SessionObserver" #(instance? SessionObserver %)) nil "logs"
    "an `io.sojourn.observe.SessionObserver` that is told of events; without one, what an operator should look into is logged"]])

(defn checked
  "All options, from those that were given; nil means the default. Refuses options that there are not, with the nearest name."
  [given]
  (let [known (into #{} (map first) table)]
    (doseq [option (remove known (keys given))
            :let [text    (if (keyword? option) (name option) (str option))
                  nearest (.orElse (TextSettings/nearest text (into #{} (map name) known)) nil)]]
      (throw (IllegalArgumentException. (str "redis-store has no option " (pr-str option)
                                             (when nearest (str "; did you mean :" nearest "?"))))))
    (into {} (for [[option check default] table :let [value (get given option)]]
               [option (if (nil? value) default (check option value))]))))

(defn docstring
  "The options for the docstring of redis-store."
  []
  (string/join "\n" (for [[option _ _ default meaning] table]
                      (str "    " option " (" (string/replace default "`" "") ")\n      " (string/replace meaning "`" "")))))
