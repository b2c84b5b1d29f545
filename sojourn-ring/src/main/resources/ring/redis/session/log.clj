(ns ^:no-doc ring.redis.session.log
  "Logs through clojure.tools.logging where the application has it, else through System.Logger."
  (:import (io.sojourn.log LogThrottle Printable)
           (java.lang System$Logger System$Logger$Level)
           (java.text MessageFormat)
           (java.util ResourceBundle)
           (java.util.function Consumer LongSupplier)))

(set! *warn-on-reflection* true)

(def ^System$Logger logger
  "What the store logs to."
  (if-let [[log* factory get-logger enabled?]
           (try (mapv requiring-resolve '[clojure.tools.logging/log* clojure.tools.logging/*logger-factory*
                                          clojure.tools.logging.impl/get-logger clojure.tools.logging.impl/enabled?])
                (catch Throwable _ nil))]
    (let [write (fn [level message thrown]
                  (let [logger (get-logger @factory "ring.redis.session")
                        level  (get {System$Logger$Level/WARNING :warn, System$Logger$Level/INFO :info} level :debug)]
                    (when (enabled? logger level)
                      (log* logger level thrown message))))]
      (reify System$Logger
        (getName [_] "ring.redis.session")
        (isLoggable [_ _] true)
        (^void log [_ ^System$Logger$Level level ^ResourceBundle _ ^String message ^Throwable thrown]
          (write level message thrown))
        (^void log [_ ^System$Logger$Level level ^ResourceBundle _ ^String format ^objects values]
          (write level (if values (MessageFormat/format format values) format) nil))))
    (System/getLogger "ring.redis.session")))

(defn warn
  "Logs a warning, in one line whatever names are in it. It never has a secret or a value in it."
  [message]
  (.log logger System$Logger$Level/WARNING ^String (Printable/line message)))

(defn throttled
  "A function that logs a warning at most once in ten seconds, with how many like it were held back."
  []
  (let [throttle (LogThrottle. (reify LongSupplier (getAsLong [_] (System/nanoTime))))]
    (fn [message]
      (.ifDue throttle ::warning (reify Consumer (accept [_ held-back] (warn (str message held-back))))))))
