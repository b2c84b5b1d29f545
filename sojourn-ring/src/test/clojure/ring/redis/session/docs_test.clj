(ns ^{:needs [:ring]} ring.redis.session.docs-test
  "The blocks of Clojure in the README run: two visits of its application share a session."
  (:require [clojure.java.io :as io]
            [clojure.string :as string]
            [clojure.test :refer [deftest is]]
            [ring.redis.session :as session]
            [sojourn.bench :as bench])
  (:import (java.io File PushbackReader StringReader)))

(set! *warn-on-reflection* true)

(defn- page ^String [^String name]
  (slurp ^File (first (filter #(.exists ^File %) [(io/file ".." name) (io/file name)]))))

(defn- blocks [name]
  (map second (re-seq #"(?s)```clojure\n(.*?)```" (page name))))

(defn- forms [^String code]
  (with-open [reader (PushbackReader. (StringReader. code))]
    (binding [*read-eval* false]
      (doall (take-while #(not= ::end %) (repeatedly #(read {:eof ::end} reader)))))))

(deftest each-block-of-the-pages-can-be-read
  (doseq [name ["README.md" "docs/ring.md" "docs/moving-from-ring-redis-session.md" "docs/start.md"]]
    (is (seq (blocks name)) name)
    (doseq [block (blocks name)]
      (is (seq (forms block)) block))))

(deftest the-readmes-application-counts-the-visits-of-a-session
  (let [store   session/redis-store
        opened  (atom [])
        prefix  (bench/fresh-prefix)
        visited (fn [app cookie]
                  (app (cond-> {:uri "/" :request-method :get :headers {}}
                         cookie (assoc-in [:headers "cookie"] cookie))))]
    (with-redefs [session/redis-store (fn [spec options]
                                        (is (= {:spec {:host "localhost"}} spec))
                                        (let [opening (store (bench/connection) (assoc options :prefix prefix))]
                                          (swap! opened conj opening)
                                          opening))]
      (try
        (binding [*ns* *ns*]
          (run! eval (mapcat forms (blocks "README.md")))
          (let [app    (deref (ns-resolve 'shop.web 'app))
                before (visited app nil)
                cookie (string/replace (str (first (get-in before [:headers "Set-Cookie"]))) #";.*" "")]
            (is (= "Visits: 1" (:body before)))
            (is (= "Visits: 2" (:body (visited app cookie))))
            (is (= "Visits: 1" (:body (visited app nil))))))
        (finally
          (run! bench/close @opened)
          (remove-ns 'shop.web))))))
