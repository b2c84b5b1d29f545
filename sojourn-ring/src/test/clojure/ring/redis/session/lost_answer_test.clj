(ns ^{:needs [:ring]} ring.redis.session.lost-answer-test
  "Answers that never reach the browser: a double click, a dropped connection."
  (:require [clojure.test :refer [deftest is]]
            [ring.middleware.session.store :as ring]
            [sojourn.bench :as bench]
            [sojourn.visit :as visit]))

(set! *warn-on-reflection* true)

(defn- sign-in [session]
  (vary-meta (assoc session :user "ada") assoc :recreate true))

(defn- lost
  "A request whose answer the browser does not get."
  [store browser f & args]
  (apply visit/change store (visit/browser @browser) f args))

(defn- signed-in [store session]
  (let [browser (visit/browser)]
    (visit/change store browser (constantly session))
    browser))

(deftest a-sign-in-whose-answer-was-lost-can-be-repeated-at-once
  (let [store   (bench/store)
        browser (signed-in store {:cart [:tea]})]
    (lost store browser sign-in)
    (is (= {} (visit/look store browser)) "the old cookie opens nothing")
    (visit/change store browser sign-in)
    (is (= {:user "ada"} (visit/look store browser)))))

(deftest a-form-with-a-token-of-its-own-works-after-a-lost-sign-in
  (let [store   (bench/store)
        browser (signed-in store {:csrf "first"})]
    (lost store browser sign-in)
    (is (nil? (visit/set-cookie (visit/change store browser assoc :csrf "second"))) "the form sets no cookie")
    (is (= {:csrf "second"} (visit/look store browser)) "and its token is known when it comes back")
    (visit/change store browser sign-in)
    (is (= {:csrf "second" :user "ada"} (visit/look store browser)))))

(deftest what-comes-with-a-replaced-cookie-never-reaches-the-new-session
  (let [store   (bench/store)
        browser (signed-in store {:cart [:tea]})
        old     (visit/browser @browser)]
    (visit/change store browser sign-in)
    (visit/change store old assoc :evil 1)
    (visit/change store old (constantly {:evil 2}))
    (visit/visit store old (constantly {:session nil}))
    (is (= {} (visit/look store old)))
    (is (= {:cart [:tea] :user "ada"} (visit/look store browser)))))

(deftest two-clicks-on-sign-in-sign-in
  (dotimes [_ 20]
    (let [store   (bench/store)
          browser (signed-in store {:cart [:tea]})
          answers (mapv deref (mapv (fn [_] (future (visit/change store (visit/browser @browser) sign-in))) (range 2)))
          cookies (keep visit/set-cookie answers)
          open    (filter #(= "ada" (:user (visit/look store (visit/browser %)))) cookies)]
      (is (seq open) "at least one of the answers signs in")
      (when (empty? (filter #(= % (visit/set-cookie (last answers))) open))
        (visit/change store browser sign-in)
        (is (= "ada" (:user (visit/look store browser))) "or the next click does")))))

(defn- commits
  "How many scripts the server has run."
  []
  (Long/parseLong (or (second (re-find #"cmdstat_evalsha:calls=(\d+)" (bench/call "INFO" "commandstats"))) "0")))

(deftest a-request-in-flight-keeps-its-change-even-between-the-two-steps-of-a-sign-in
  (let [store  (bench/store)
        key    (ring/write-session store nil {:cart [:tea]})
        again  (String. ^String key)
        slow   (ring/read-session store again)
        login  (ring/read-session store key)
        _      (ring/delete-session store key)
        before (commits)
        late   (future (ring/write-session store again (assoc slow :slow true)))]
    (is (bench/eventually (< before (commits))) "it has found the session gone")
    (let [fresh (ring/write-session store nil (assoc login :user "ada"))]
      (is (= again @late))
      (is (= {:cart [:tea] :user "ada" :slow true} (ring/read-session store fresh))))))

(deftest a-change-between-the-read-and-the-sign-in-is-kept
  (let [store   (bench/store)
        browser (signed-in store {:cart [:tea] :n 0})
        [read? finish] (visit/slow store browser #(hash-map :session (sign-in (assoc % :n 1))))]
    (is (read?))
    (visit/change store browser assoc :slow true)
    (visit/change store browser update :cart conj :milk)
    (is (= {:cart [:tea :milk] :n 1 :slow true :user "ada"} (visit/look store (visit/browser (visit/set-cookie (finish))))))))

(deftest a-request-in-flight-over-a-logout-stores-nothing
  (let [store (bench/store)
        key   (ring/write-session store nil {:a 1})
        slow  (ring/read-session store (String. ^String key))]
    (ring/read-session store key)
    (ring/delete-session store key)
    (is (nil? (ring/write-session store key (assoc slow :late true))))
    (is (empty? (bench/keys-of store)))))

(deftest sign-ins-amid-changes-lose-nothing
  (dotimes [_ 5]
    (let [store   (bench/store)
          browser (signed-in store {:n 0})
          changes (mapv (fn [i] (future (visit/change store (visit/browser @browser) assoc i i))) (range 20))
          answer  (visit/change store (visit/browser @browser) sign-in)
          answers (mapv deref changes)
          seen    (visit/look store (visit/browser (visit/set-cookie answer)))]
      (is (= "ada" (:user seen)))
      (is (= [] (remove seen (keep-indexed (fn [i answer] (when (= 0 (:n (:seen answer))) i)) answers)))
          "each change is there that was let in"))))

;; --- keys that are replaced for their age

(deftest the-old-key-holds-until-the-new-one-was-seen
  (let [store   (bench/store {:rotate-secs 1})
        browser (signed-in store {:n 0})]
    (is (bench/eventually (some? (visit/set-cookie (lost store browser update :n inc)))))
    (is (pos? (:n (visit/look store browser))) "after the answer with the new key was lost")
    (visit/change store browser update :n inc)
    (is (pos? (:n (visit/look store browser))))))
