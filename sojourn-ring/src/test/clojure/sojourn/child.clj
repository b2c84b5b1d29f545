(ns sojourn.child
  "Programs in a JVM of their own."
  (:require [clojure.java.io :as io]
            [clojure.string :as string])
  (:import (java.io File)
           (java.util List)
           (java.util.concurrent TimeUnit)))

(set! *warn-on-reflection* true)

(defn class-path
  "The class path of the tests, as a list."
  []
  (string/split (or (System/getProperty "surefire.test.class.path") (System/getProperty "java.class.path"))
                (re-pattern File/pathSeparator)))

(defn run
  "Evaluates a form in a child, with system properties from a map, on `class-path`. Returns {:exit :output}; :exit is nil
  if it did not end within a minute."
  ([form properties] (run form properties (class-path)))
  ([form properties class-path]
   (let [log     (File/createTempFile "sojourn-child" ".log")
         command (concat [(str (System/getProperty "java.home") "/bin/java") "-XX:+UseSerialGC" "-XX:TieredStopAtLevel=1"]
                         (for [[k v] (cond-> properties
                                              (System/getProperty "clojure.tools.logging.factory")
                                              (assoc :clojure.tools.logging.factory (System/getProperty "clojure.tools.logging.factory")))]
                                   (str "-D" (name k) "=" v))
                         ["-cp" (string/join File/pathSeparator class-path) "clojure.main" "-e" (pr-str form)])
         process (-> (ProcessBuilder. ^List (vec command))
                     (.redirectErrorStream true)
                     (.redirectOutput log)
                     .start)]
     (try
       (let [ended (.waitFor process 60 TimeUnit/SECONDS)]
         {:exit (when ended (.exitValue process)) :output (slurp log)})
       (finally
         (.destroyForcibly process)
         (io/delete-file log true))))))
