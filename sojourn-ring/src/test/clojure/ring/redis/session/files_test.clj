(ns ring.redis.session.files-test
  "The files of the Ring store use each other in one direction. Clojure sees to that for what a namespace requires; here what is
  resolved while the program runs, and Java, count too."
  (:require [clojure.java.io :as io]
            [clojure.string :as string]
            [clojure.test :refer [deftest is]])
  (:import (java.io File)))

(set! *warn-on-reflection* true)

(def ^:private ^File root
  (first (filter #(.isDirectory ^File %) (map io/file ["src/main" "sojourn-ring/src/main"]))))

(defn- name-of
  "The namespace or class of a file."
  [^File file]
  (-> (str (.relativize (.toPath root) (.toPath file)))
      (string/replace #"^(java|resources)/|\.(java|clj)$" "")
      (string/replace \/ \.)
      (string/replace \_ \-)))

(defn- files []
  (into {} (for [^File file (file-seq root)
                 :when (re-find #"\.(java|clj)$" (.getName file))]
             [(name-of file) (-> (slurp file)
                                 (string/replace #"(?s)\\.|\"(?:[^\"\\]++|\\.)*+\"|/\*.*?\*/" "") ; characters, strings, Java's comments
                                 (string/replace #"(?m);;? .*$" ""))])))

(defn- uses
  "The files that each file names, in full or, of its own Java package, by the class alone."
  [files]
  (into {} (for [[from text] files]
             [from (set (for [to (keys files)
                              :when (not= from to)
                              :let [simple (re-find #"[^.]+$" to)
                                    java?  (string/starts-with? from "io.")]
                              :when (or (re-find (re-pattern (str "(?<![\\w.-])" (string/replace to "." "\\.") "(?![\\w.-])")) text)
                                        (re-find (re-pattern (str "\\(" (string/replace to #"\.[^.]+$" "") " [^)]*\\b" simple "\\b")) text)
                                        (and java? (string/starts-with? to "io.") (re-find (re-pattern (str "\\b" simple "\\b")) text)))]
                          to))])))

(defn- reached [uses from]
  (loop [seen #{} next (uses from)]
    (if (empty? next)
      seen
      (recur (into seen next) (remove seen (mapcat uses next))))))

(deftest no-circle-has-more-than-two-files
  (let [uses    (uses (files))
        circles (for [file (keys uses)]
                  (filter #(and (contains? (reached uses file) %) (contains? (reached uses %) file)) (keys uses)))]
    (is (contains? (uses "ring.redis.session.edn") "io.sojourn.ring.EdnParser"))
    (is (contains? (reached uses "ring.redis.session") "ring.redis.session.carmine"))
    (is (= [] (filter #(< 2 (count %)) circles)))))
