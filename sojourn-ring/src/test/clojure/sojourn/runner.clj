(ns sojourn.runner
  "Finds and runs the tests of this directory for io.sojourn.ring.ClojureTest.

  A namespace of tests ends with -test. Its metadata may say
    :needs   what must be on the class path, see `things`; otherwise it is left out
    :lowest  true: it runs on the lowest supported Clojure, too
    :full    true: it takes long, and runs only with ./check --full"
  (:require [clojure.java.io :as io]
            [clojure.string :as string]
            [clojure.test :as test])
  (:import (java.io File PushbackReader StringWriter)))

(def things
  "What a test may need, and a resource that is there if it is."
  {:ring    ["Ring" "ring/middleware/session.clj"]
   :site    ["ring-defaults" "ring/middleware/defaults.clj"]
   :jetty   ["ring-jetty-adapter" "ring/adapter/jetty.clj"]
   :routes  ["Compojure" "compojure/core.clj"]
   :nippy   ["Nippy" "taoensso/nippy.clj"]
   :transit ["transit-clj" "cognitect/transit.clj"]})

(defn- missing [needs]
  (first (for [need needs
               :let [[name resource] (things need)]
               :when (nil? (io/resource resource))]
           (str name " is not on the class path"))))

(defn- too-long [full]
  (when (and full (= "full" (System/getProperty "sojourn.excludedTags")))
    "it takes long; ./check --full runs it"))

(defn- root ^File []
  (-> (io/resource "sojourn/runner.clj") io/file .getParentFile .getParentFile))

(defn- ns-of
  "The name that a file's ns form declares, with its metadata."
  [file]
  (with-open [in (PushbackReader. (io/reader file))]
    (second (binding [*read-eval* false] (read in)))))

(defn- wanted? [ns-name test-name]
  (re-find (re-pattern (System/getProperty "clojure.tests" ".*")) (str ns-name "/" test-name)))

(defn- tests [ns-name]
  (require ns-name)
  (into (sorted-map)
        (for [[name v] (ns-publics ns-name)
              :when (and (:test (meta v)) (wanted? ns-name name))]
          [(str name) v])))

(defn find-tests []
  (let [lowest? (= "lowest-clojure" (System/getProperty "sojourn.clojureSubset"))]
    (vec (for [ns-name (->> (file-seq (root))
                            (filter #(string/ends-with? (.getName ^File %) "_test.clj"))
                            (map ns-of)
                            (sort))
               :let [{:keys [needs lowest full]} (meta ns-name)
                     missing (or (missing needs) (too-long full))]
               :when (or lowest (not lowest?))
               :let [tests (when-not missing (tests ns-name))]
               :when (or missing (seq tests))]
           {"name" (str ns-name) "missing" missing "tests" tests}))))

(defn- without-our-own-frames [report]
  (->> (string/split-lines report)
       (remove #(re-find #"^\s+(clojure\.(test|core|lang)|sojourn\.runner|io\.sojourn\.ring\.ClojureTest|java\.|org\.junit)" %))
       (string/join "\n")))

(defn run-test
  "Runs one test with the fixtures of its namespace. Returns the report if it failed, otherwise nil."
  [v]
  (let [out (StringWriter.)]
    (binding [test/*test-out*        out
              test/*report-counters* (ref test/*initial-report-counters*)
              test/*stack-trace-depth* 30]
      (test/test-vars [v])
      (let [{:keys [pass fail error]} @test/*report-counters*]
        (cond
          (pos? (+ fail error)) (without-our-own-frames (str out))
          (zero? pass)          "it asserted nothing")))))
