(ns ^{:needs [:ring]} ring.redis.session.lost-answer-test
  "Answers that never reach the browser: a double click, a dropped connection."
  (:require [clojure.test :refer [deftest is testing]]
            [ring.middleware.session.store :as ring]
            [ring.redis.session :as session]
            [sojourn.bench :as bench]
            [sojourn.visit :as visit])
  (:import (io.sojourn SojournException)))

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

(deftest a-request-in-flight-over-a-sign-in-stores-nothing-if-merges-are-refused
  (doseq [merges? [true false]]
    (let [store          (bench/store {:merge-across-sign-in merges?})
          browser        (signed-in store {:n 0})
          [read? finish] (visit/slow store (visit/browser @browser) #(hash-map :session (assoc % :late true)))]
      (is (read?))
      (let [answer (visit/change store (visit/browser @browser) sign-in)]
        (is (nil? (visit/set-cookie (finish))))
        (is (= merges? (contains? (visit/look store (visit/browser (visit/set-cookie answer))) :late)))))))

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

;; --- two sign-ins at once, and what else is under way then

(defn- sign-in-as [user]
  (fn [session] (vary-meta (assoc session :user user) assoc :recreate true)))

(deftest a-sign-in-that-began-before-another-sees-nothing-of-it
  (let [store          (bench/store)
        browser        (signed-in store {:lang "de"})
        [read? finish] (visit/slow store (visit/browser @browser) #(hash-map :session ((sign-in-as "eve") %)))]
    (is (read?))
    (visit/change store browser (sign-in-as "ada"))
    (visit/change store browser assoc :card "4111")
    (is (= {:lang "de" :user "eve"} (visit/look store (visit/browser (visit/set-cookie (finish))))))))

(deftest a-sign-in-that-began-before-another-users-leaves-that-one-signed-in
  (let [store          (bench/store {:principal-key :user})
        browser        (signed-in store {:lang "de"})
        [read? finish] (visit/slow store (visit/browser @browser) #(hash-map :session ((sign-in-as "eve") %)))]
    (is (read?))
    (visit/change store browser (sign-in-as "ada"))
    (visit/change store browser assoc :card "4111")
    (is (= {:lang "de" :user "eve"} (visit/look store (visit/browser (visit/set-cookie (finish))))))
    (is (= {:lang "de" :user "ada" :card "4111"} (visit/look store browser)))
    (is (= [1 1] (mapv #(count (session/sessions-of store %)) ["ada" "eve"])))))

(deftest a-logout-that-began-before-a-sign-in-leaves-the-user-signed-in
  (let [store          (bench/store {:principal-key :user})
        browser        (signed-in store {:lang "de"})
        [read? finish] (visit/slow store (visit/browser @browser) (constantly {:session nil}))]
    (is (read?))
    (visit/change store browser (sign-in-as "ada"))
    (is (nil? (visit/set-cookie (finish))))
    (is (= {:lang "de" :user "ada"} (visit/look store browser)))))

(deftest a-logout-ends-the-session-though-the-same-user-has-signed-in-again-meanwhile
  (let [store          (bench/store {:principal-key :user})
        browser        (signed-in store {:user "ada"})
        [read? finish] (visit/slow store (visit/browser @browser) (constantly {:session nil}))]
    (is (read?))
    (visit/change store browser (sign-in-as "ada"))
    (finish)
    (is (= {} (visit/look store browser)))
    (is (empty? (session/sessions-of store "ada")))))

(deftest what-was-let-in-by-one-sign-in-writes-nothing-to-the-next-under-the-same-key
  (let [store             (bench/store)
        browser           (signed-in store {:lang "de"})
        [eve? finish-eve] (visit/slow store (visit/browser @browser) #(hash-map :session ((sign-in-as "eve") %)))
        _                 (is (eve?))
        _                 (visit/change store browser (sign-in-as "ada"))
        [ada? finish-ada] (visit/slow store (visit/browser @browser) #(hash-map :session (assoc % :late "ada's")))]
    (is (ada?))
    (let [eve (visit/browser (visit/set-cookie (finish-eve)))]
      (is (nil? (visit/set-cookie (finish-ada))))
      (is (= {:lang "de" :user "eve"} (visit/look store eve))))))

(deftest two-sign-ins-with-what-came-with-a-replaced-key-see-their-own
  (let [store          (bench/store)
        browser        (signed-in store {:csrf "first"})
        _              (lost store browser sign-in)
        _              (visit/change store browser assoc :csrf "second")
        [read? finish] (visit/slow store (visit/browser @browser) #(hash-map :session ((sign-in-as "eve") %)))]
    (is (read?))
    (visit/change store browser (sign-in-as "bob"))
    (visit/change store browser assoc :card "4111")
    (is (= {:csrf "second" :user "eve"} (visit/look store (visit/browser (visit/set-cookie (finish))))))))

(deftest recreate-over-a-change-of-another-costs-one-command-more
  (let [store          (bench/store)
        browser        (signed-in store {:a 1})
        [read? finish] (visit/slow store (visit/browser @browser) #(hash-map :session (sign-in %)))
        answer         (atom nil)]
    (is (read?))
    (visit/change store browser assoc :b 2)
    (is (= ["evalsha" "evalsha" "evalsha"] (mapv first (bench/commands (reset! answer (finish))))))
    (is (= {:a 1 :b 2 :user "ada"} (visit/look store (visit/browser (visit/set-cookie @answer)))))))

(deftest a-handler-may-end-the-session-itself-and-recreate-it
  (let [store (bench/store)
        key   (ring/write-session store nil {:cart [:tea]})
        read  (ring/read-session store key)]
    (ring/delete-session store key)                       ; the handler
    (ring/delete-session store key)                       ; Ring's middleware, for :recreate
    (let [fresh (ring/write-session store nil (assoc read :user "ada"))]
      (is (some? fresh))
      (is (= {:cart [:tea] :user "ada"} (ring/read-session store fresh))))))

(deftest a-sign-in-that-is-refused-leaves-the-session-as-it-was
  (doseq [[what change] {"a value that is no data" #(assoc % :f inc)
                         "a value too large"       #(assoc % :a (apply str (repeat 6000 "a")))
                         "a session too large"     #(assoc % :a (apply str (repeat 3000 "a")) :b (apply str (repeat 3000 "b")))}]
    (testing what
      (let [store   (bench/store {:max-session-bytes 5000 :expire-secs 600})
            browser (signed-in store {:cart [:tea]})]
        (is (instance? SojournException (bench/thrown (visit/change store browser #(vary-meta (change %) assoc :recreate true)))))
        (is (= {:cart [:tea]} (visit/look store browser)))
        (is (pos? (bench/ttl store)) "and ends some day, as before")
        (visit/change store browser sign-in)
        (is (= {:cart [:tea] :user "ada"} (visit/look store browser)) "the next sign-in is one")))))

(deftest a-refused-recreate-does-not-bring-a-session-of-a-user-back
  (let [store   (bench/store {:principal-key :user})
        browser (signed-in store {:user "ada"})]
    (is (instance? SojournException (bench/thrown (visit/change store browser #(vary-meta (assoc % :f inc) assoc :recreate true)))))
    (is (= {} (visit/look store browser)) "since the user may have been signed out everywhere meanwhile")
    (is (empty? (session/sessions-of store "ada")))))
