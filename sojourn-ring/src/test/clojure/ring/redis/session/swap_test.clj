(ns ^:lowest ring.redis.session.swap-test
  "The atomic change that the protocol does not have."
  (:require [clojure.test :refer [deftest is]]
            [ring.middleware.session.store :as ring]
            [ring.redis.session :as session]
            [sojourn.bench :as bench]))

(deftest swap-session-applies-a-function-and-returns-the-new-session
  (let [store (bench/store)
        key   (ring/write-session store nil {:n 1})]
    (is (= {:n 4} (session/swap-session! store key update :n + 3)))
    (is (= {:n 4} (ring/read-session store key)))))

(deftest swap-session-returns-nil-for-a-session-that-is-not-there
  (let [store (bench/store)
        key   (ring/write-session store nil {:n 1})
        calls (atom 0)]
    (ring/delete-session store key)
    (doseq [key [key nil "nobody"]]
      (is (nil? (session/swap-session! store key (fn [s] (swap! calls inc) s)))))
    (is (zero? @calls))
    (is (empty? (bench/keys-of store)))))

(deftest swap-session-calls-its-function-again-when-another-was-faster
  (let [store (bench/store)
        key   (ring/write-session store nil {:n 0})
        calls (atom 0)]
    (session/swap-session! store key (fn [s]
                                       (when (= 1 (swap! calls inc))
                                         (ring/write-session store key (update (ring/read-session store key) :n + 10)))
                                       (update s :n inc)))
    (is (= 2 @calls))
    (is (= {:n 11} (ring/read-session store key)))))

(deftest swap-session-works-with-handlers-and-names-of-the-applications-own
  (let [store (bench/store {:write-handler pr-str :read-handler read-string})]
    (ring/write-session store "key" {:n 1})
    (is (= {:n 2} (session/swap-session! store "key" update :n inc)))
    (is (= {:n 2} (ring/read-session store "key")))))

(deftest an-error-of-the-function-leaves-the-session-as-it-was
  (let [store (bench/store)
        key   (ring/write-session store nil {:n 1})]
    (is (= "no" (ex-message (bench/thrown (session/swap-session! store key (fn [_] (throw (ex-info "no" {}))))))))
    (is (= {:n 1} (ring/read-session store key)))))

(deftest a-session-that-swap-returned-can-be-written
  (let [store (bench/store)
        key   (ring/write-session store nil {:n 1})
        other (ring/read-session store key)
        next  (session/swap-session! store key update :n inc)]
    (ring/write-session store key (assoc other :other true))
    (ring/write-session store key (assoc next :more true))
    (is (= {:n 2 :other true :more true} (ring/read-session store key)))))
