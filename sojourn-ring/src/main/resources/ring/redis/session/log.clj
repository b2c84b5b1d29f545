(ns ^:no-doc ring.redis.session.log
  "Logs through clojure.tools.logging where the application has it, else through System.Logger."
  (:import (io.sojourn.log LogThrottle Printable)
           (io.sojourn.observe SessionObserver)
           (java.lang System$Logger System$Logger$Level)
           (java.util.concurrent ConcurrentHashMap)
           (java.util.function Consumer Function LongSupplier)))

(set! *warn-on-reflection* true)

(def ^:private tools
  "The functions of tools.logging; nil if it is not there."
  (delay
    (try
      (into {} (for [name '[logging/log* logging/*logger-factory* logging.impl/get-logger logging.impl/enabled?]]
                 [(keyword (clojure.core/name name))
                  (requiring-resolve (symbol (str "clojure.tools." (namespace name)) (clojure.core/name name)))]))
      (catch Throwable _ nil))))

(def ^:private ^System$Logger platform (System/getLogger "ring.redis.session"))

(defn log
  "Logs a message at :info or :warn, in one line whatever names are in it. It never has a secret or a value in it."
  [level text]
  (let [message (Printable/line text)]
    (if-let [{:keys [log* *logger-factory* get-logger enabled?]} @tools]
      (let [logger (get-logger @*logger-factory* "ring.redis.session")]
        (when (enabled? logger level)
          (log* logger level nil message)))
      (.log platform (if (= :info level) System$Logger$Level/INFO System$Logger$Level/WARNING) message))))

(defn throttled
  "A function that logs a warning at most once in ten seconds for each kind, with how many like it were held back."
  []
  (let [nano-time (reify LongSupplier (getAsLong [_] (System/nanoTime)))
        throttles (ConcurrentHashMap.)
        throttle  (reify Function (apply [_ _] (LogThrottle. nano-time)))]
    (fn [kind message]
      (.ifDue ^LogThrottle (.computeIfAbsent throttles kind throttle)
              (reify Consumer (accept [_ held-back] (log :warn (str message held-back))))))))

(defn observer
  "The observer of a store that was given none: logs what an operator should look into."
  ^SessionObserver []
  (let [warn (throttled)]
    (reify SessionObserver
      (wrongSecret [_ id]
        (warn :wrong-secret (str "Session " id ": a session key with a wrong secret was refused; it is very old, or a guess")))
      (replacedSecret [_ id]
        (warn :replaced-secret (str "Session " id ": a session key that was replaced a good while ago was refused; a client"
                                    " restored old cookies, or it was stolen")))
      (unknownIds [_ n]
        (warn :unknown-ids (str n " session keys in ten seconds named sessions that do not exist; the store was emptied, or an"
                                " attacker guesses")))
      (unreadableSession [_ id cause]
        (warn :unreadable-session (str "Session " id " reads as absent and is left as it is: " (ex-message cause))))
      (unreadableAttribute [_ id _ cause]
        (warn :unreadable-attribute (str "Session " id ": a value reads as absent and its bytes are kept: " (ex-message cause))))
      (storeFailed [_ id cause]
        (warn :store-failed (str "Session " id ": " (ex-message cause)))))))
