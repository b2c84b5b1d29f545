(ns ^:lowest ring.redis.session.hostile-printer-test
  "Whatever the application did to Clojure's printer and reader, sessions are stored whole."
  (:require [clojure.string :as string]
            [clojure.test :refer [deftest is testing]]
            [ring.middleware.session.store :as ring]
            [sojourn.bench :as bench]
            [sojourn.same :as same])
  (:import (java.time Instant)
           (java.util Date UUID)))

(set! *warn-on-reflection* true)

(defrecord Basket [items])

(def ^:private session
  (with-meta {:list       (range 100)
              :deep       [[[[[[{:a {:b {:c 1}}}]]]]]]
              :ns/one     {:same/a 1 :same/b 2}
              :string     "a\nb\"c"
              :date       (Date. 1700000000000)
              :instant    Instant/EPOCH
              :uuid       (UUID. 1 2)
              :meta       (with-meta [1 2] {:m {:n 1}})
              :record     (->Basket [1 2])
              :number     [1 1N 1M 1.5 1/3 (int 1)]
              "sorted"    (sorted-map :b 1 :a 2)}
             {:of-session true}))

(defn- lost []
  (same/difference session (bench/round-trip (bench/store) session)))

(deftest the-print-limits-do-not-count
  (testing "length"
    (binding [*print-length* 1] (is (nil? (lost))))
    (binding [*print-length* 0] (is (nil? (lost)))))
  (testing "level"
    (binding [*print-level* 1] (is (nil? (lost))))
    (binding [*print-level* 0] (is (nil? (lost))))))

(deftest the-print-settings-do-not-count
  (doseq [[setting values] {#'*print-namespace-maps* [true false]
                            #'*print-meta*           [true false]
                            #'*print-dup*            [true false]
                            #'*print-readably*       [false nil true]
                            #'*flush-on-newline*     [false]
                            #'*ns*                   [(the-ns 'clojure.core)]
                            #'*read-eval*            [false]
                            #'*data-readers*         [{'inst (constantly :hijacked) 'uuid (constantly :hijacked)}]
                            #'*default-data-reader-fn* [(constantly :hijacked)]
                            #'*math-context*         [(java.math.MathContext. 1)]}
          value            values]
    (testing (str setting " " value)
      (with-bindings {setting value}
        (is (nil? (lost)))))))

(deftest all-print-settings-at-once-do-not-count
  (binding [*print-length* 1 *print-level* 1 *print-namespace-maps* true *print-meta* true *print-dup* true *print-readably* nil]
    (is (nil? (lost)))))

(deftest a-limit-that-is-bound-while-reading-does-not-count
  (let [store (bench/store)
        key   (ring/write-session store nil session)]
    (binding [*print-length* 1 *print-dup* true *print-readably* nil *data-readers* {'inst (constantly :hijacked)}]
      (is (nil? (same/difference session (ring/read-session store key)))))))

(defn- with-method
  "Runs `f` while a method of a multimethod is another one."
  [^clojure.lang.MultiFn multi dispatch method f]
  (let [previous (get (methods multi) dispatch)]
    (.addMethod multi dispatch method)
    (try
      (f)
      (finally
        (if previous
          (.addMethod multi dispatch previous)
          (remove-method multi dispatch))))))

(deftest a-print-method-of-the-application-does-not-count
  (doseq [multi [print-method print-dup]
          type  [java.util.Date java.util.UUID Instant Basket String clojure.lang.Keyword clojure.lang.IPersistentMap
                 clojure.lang.IPersistentVector clojure.lang.ISeq Long Double clojure.lang.BigInt clojure.lang.Ratio]]
    (testing (str type)
      (is (nil? (with-method multi type
                  (fn [_ ^java.io.Writer w] (.write w "#<hidden>"))
                  lost))))))

(deftest a-print-method-of-the-application-cannot-inject
  (with-method print-method Basket
    (fn [_ ^java.io.Writer w] (.write w "nil :admin true"))
    (fn []
      (is (= {:basket (->Basket 1)} (bench/round-trip (bench/store) {:basket (->Basket 1)}))))))

(deftest nothing-is-evaluated-when-a-session-is-read
  (let [marker (str "sojourn.evaluated." (gensym))
        evil   (str "#=(System/setProperty \"" marker "\" \"yes\")")]
    (is (= {:v evil} (bench/round-trip (bench/store) {:v evil})))
    (is (= {(symbol evil) (keyword evil)} (bench/round-trip (bench/store) {(symbol evil) (keyword evil)})))
    (is (nil? (System/getProperty marker)))))

(deftest what-is-printed-to-out-meanwhile-is-nothing
  (is (= "" (with-out-str (bench/round-trip (bench/store) session)))))

(deftest nothing-of-a-session-is-logged
  (let [store (bench/store)
        lines (bench/logged java.util.logging.Level/ALL
                            (fn []
                              (let [key (ring/write-session store nil {:card "4111-1111" "pin" 4242})]
                                (ring/write-session store key (assoc (ring/read-session store key) :more "4111-1111"))
                                (ring/delete-session store key))))]
    (is (not-any? #(re-find #"4111|4242" %) lines))
    (is (not-any? #(string/includes? % "pin") lines))))
