(ns ^:lowest ring.redis.session.on-end-test
  "A function hears of the end of each session, with what the handler would have seen."
  (:require [clojure.edn :as edn]
            [clojure.test :refer [deftest is]]
            [ring.middleware.session.store :as ring]
            [ring.redis.session :as session]
            [sojourn.bench :as bench])
  (:import (io.sojourn.memory MemoryStore)
           (io.sojourn.observe SessionObserver)
           (java.time Duration Instant)
           (java.util Locale)))

(set! *warn-on-reflection* true)

(defn- listener
  "An atom of what was heard, and a function for :on-end that adds to it."
  []
  (let [heard (atom [])]
    [heard #(swap! heard conj %)]))

(defn- id-of [^String key] (subs key 0 22))

(defn- heard-of [heard key]
  (filter #(= (id-of key) (:id %)) @heard))

(deftest a-session-that-times-out-is-told-once-with-all-that-it-held
  (let [[heard on-end] (listener)
        prefix (bench/fresh-prefix)
        store  #(bench/store {:prefix prefix :expire-secs 2 :principal-key :user-id :on-end on-end})
        stores [(store) (store)]
        data   (with-meta {:user-id 42 :cart [:tea #{1}] :at #inst "2026-11-01"} {:m 1})
        key    (ring/write-session (first stores) nil data)]
    (is (bench/eventually (seq @heard)))
    (let [{:keys [created-at last-used-at] :as end} (first @heard)]
      (is (= {:id (id-of key) :cause :idle :principal "42" :labels {} :attempt 1 :session data}
             (dissoc end :created-at :last-used-at)))
      (is (= {:m 1} (meta (:session end))))
      (is (every? #(instance? Instant %) [created-at last-used-at])))
    (is (nil? (ring/read-session (first stores) key)))
    (run! bench/close stores)
    (is (= 1 (count @heard)))))

(deftest each-way-to-end-has-its-cause
  (let [[heard on-end] (listener)
        store   (bench/store {:principal-key :user-id :max-sessions 2 :on-end on-end})
        sign-in #(ring/write-session store nil {:user-id %})
        out     (ring/write-session store nil {:a 1})
        oldest  (sign-in 1)
        newer   (do (sign-in 1) (sign-in 1))]
    (ring/delete-session store out)
    (session/sign-out-everywhere store 1)
    (is (bench/eventually (= 4 (count @heard))))
    (is (= [:signed-out {:a 1}] ((juxt :cause :session) (first (heard-of heard out)))))
    (is (= [:limit {:user-id 1}] ((juxt :cause :session) (first (heard-of heard oldest)))))
    (is (= [:revoked-all "1"] ((juxt :cause :principal) (first (heard-of heard newer)))))
    (bench/close store)
    (is (= 4 (count @heard)) "what sign-out-everywhere notes for old sessions is none")))

(deftest causes-are-the-same-in-every-language
  (let [[heard on-end] (listener)
        store  (session/redis-store (MemoryStore.) {:on-end on-end})
        before (Locale/getDefault)]
    (try
      (Locale/setDefault (Locale/forLanguageTag "tr"))
      (ring/delete-session store (ring/write-session store nil {:a 1}))
      (is (bench/eventually (seq @heard)))
      (is (= [:signed-out] (map :cause @heard)))
      (finally
        (Locale/setDefault before)
        (bench/close store)))))

(deftest a-session-that-gets-another-key-has-not-ended
  (doseq [store-of [#(bench/store {:on-end %})
                    #(session/redis-store (MemoryStore.) {:on-end %})]]
    (let [[heard on-end] (listener)
          store (store-of on-end)
          key   (ring/write-session store nil {:cart [:tea]})
          read  (ring/read-session store key)]
      (ring/delete-session store key)
      (let [fresh (ring/write-session store nil (assoc read :user 1))
            other (ring/write-session store nil {:other true})]
        (is (= (id-of key) (id-of fresh)))
        (ring/delete-session store other)
        (is (bench/eventually (seq (heard-of heard other))) "which was ended after it")
        (is (empty? (heard-of heard key)))
        (is (= {:cart [:tea] :user 1} (ring/read-session store fresh)))
        (ring/delete-session store fresh)
        (is (bench/eventually (seq (heard-of heard key))))
        (is (= {:cart [:tea] :user 1} (:session (first (heard-of heard key)))))
        (bench/close store)))))

(deftest names-of-the-applications-own-end-too
  (let [[heard on-end] (listener)
        store (bench/store {:on-end on-end})]
    (ring/write-session store "nightly-report" {:rows 12})
    (ring/delete-session store "nightly-report")
    (is (bench/eventually (seq @heard)))
    (is (= [{:rows 12}] (map :session @heard)))
    (bench/close store)))

(deftest what-handlers-gave-is-read-by-them
  (doseq [[write read] [[pr-str edn/read-string]
                        [#(.getBytes ^String (pr-str %) "UTF-8") #(edn/read-string (bench/text %))]]]
    (let [[heard on-end] (listener)
          store (bench/store {:on-end on-end :write-handler write :read-handler read})
          key   (ring/write-session store nil {:cart [:tea]})]
      (ring/delete-session store key)
      (is (bench/eventually (seq @heard)))
      (is (= {:cart [:tea]} (:session (first @heard))))
      (bench/close store))))

(deftest a-function-that-throws-is-called-again-and-that-is-reported
  (let [heard   (atom [])
        reports (atom [])
        store   (bench/store {:on-end   (fn [end]
                                          (swap! heard conj end)
                                          (when (< (:attempt end) 3)
                                            (throw (ex-info "the mail server is away" {}))))
                              :observer (reify SessionObserver
                                          (endNotTold [_ id retry-in cause]
                                            (swap! reports conj [(str id) retry-in (ex-message cause)])))})
        key     (ring/write-session store nil {:a 1})]
    (ring/delete-session store key)
    (is (bench/eventually (= 3 (count @heard))))
    (is (= [1 2 3] (map :attempt @heard)))
    (is (= #{[(id-of key) {:a 1}]} (set (map (juxt :id :session) @heard))))
    (is (= [[(id-of key) (Duration/ofSeconds 1) "the mail server is away"]
            [(id-of key) (Duration/ofSeconds 2) "the mail server is away"]]
           @reports))
    (bench/close store)))

(deftest a-server-that-cannot-read-a-session-leaves-its-end-to-another
  (let [[heard on-end]   (listener)
        [blind not-this] (listener)
        prefix  (bench/fresh-prefix)
        reports (atom 0)
        able    #(bench/store {:prefix prefix :write-handler pr-str :read-handler edn/read-string :on-end on-end})
        before  (able)
        key     (ring/write-session before nil {:a 1})
        _       (bench/close before)
        other   (bench/store {:prefix prefix :on-end not-this :observer (reify SessionObserver
                                                                          (endNotTold [_ _ _ _] (swap! reports inc)))})]
    (ring/delete-session other key)
    (is (bench/eventually (pos? (long @reports))))
    (let [after (able)]
      (is (bench/eventually (seq @heard)))
      (is (= [{:a 1}] (map :session @heard)))
      (is (empty? @blind))
      (run! bench/close [other after]))))
