(ns ^:lowest ring.redis.session.golden-test
  "What lies in Redis stays readable. The file has what the first version writes, a value on each line; once that version is
  released the file is never changed, and another format gets another file."
  (:require [clojure.java.io :as io]
            [clojure.string :as string]
            [clojure.test :refer [deftest is testing]]
            [ring.redis.session.edn :as edn]))

(deftest what-the-first-version-wrote-is-read-and-written-the-same
  (let [options {:limit 10000 :readers {} :allow []}
        lines   (string/split-lines (slurp (io/resource "golden/values-1.edn")))]
    (is (< 50 (count lines)))
    (doseq [line lines]
      (testing line
        (is (= line (edn/write "golden" ((edn/reader options) line) options)))))))
