(ns ^{:needs [:ring]} ring.redis.session.legacy-cookie-test
  "Old sessions through Ring's own wrap-session: nobody is logged out."
  (:require [clojure.edn :as edn]
            [clojure.string :as string]
            [clojure.test :refer [deftest is testing]]
            [sojourn.bench :as bench]
            [sojourn.visit :as visit])
  (:import (io.sojourn SessionToken)
           (java.util UUID)))

(defn- store [] (bench/store {:write-handler pr-str :read-handler #(if (string? %) (edn/read-string %) %)}))

(defn- signed-in-long-ago [store]
  (let [key (str (:prefix store) ":" (UUID/randomUUID))]
    (bench/call "SET" key (pr-str {:user "ada"}))
    (visit/browser key)))

(deftest an-old-cookie-opens-its-session-and-stays-while-nothing-is-written
  (let [store   (store)
        browser (signed-in-long-ago store)
        old     @browser]
    (is (= {:user "ada"} (visit/look store browser)))
    (is (= old @browser))))

(deftest the-first-write-gives-a-new-cookie
  (let [store   (store)
        browser (signed-in-long-ago store)]
    (visit/change store browser assoc :n 1)
    (is (.isPresent (SessionToken/parse @browser)))
    (is (= {:user "ada" :n 1} (visit/look store browser)))
    (is (= 1 (count (bench/keys-of store))))))

(deftest a-move-costs-few-commands
  (let [store   (store)
        browser (signed-in-long-ago store)]
    (visit/look store (signed-in-long-ago store)) ; Redis gets the script.
    (is (= ["hgetall" "evalsha" "evalsha" "unlink"] (mapv first (bench/commands (visit/change store browser assoc :n 1)))))))

(deftest a-cookie-of-any-other-shape-is-never-looked-up
  (let [store  (store)
        prefix (:prefix store)
        uuid   (str (UUID/randomUUID))]
    (doseq [key [(str prefix ":" (string/upper-case uuid)) (str prefix ":" uuid "x") (str prefix ":" (subs uuid 1)) (str "other:" uuid) uuid
                 (str prefix ":*") (str prefix "::" uuid) (str prefix ":" (string/replace uuid "-" "")) (str " " prefix ":" uuid) "admin"]
            :let [key (if (or (= key "admin") (re-find #"[a-f]" uuid)) key (str key "x"))]]
      (bench/call "SET" key (pr-str {:admin true}))
      (testing key
        (is (= [] (bench/commands (is (= {} (visit/look store (visit/browser key)))))))
        (is (= (pr-str {:admin true}) (bench/call "GET" key))))
      (bench/call "DEL" key))))

(deftest requests-in-flight-with-the-old-cookie-get-none
  (let [store          (store)
        browser        (signed-in-long-ago store)
        [read? finish] (visit/slow store (visit/browser @browser) #(hash-map :session (assoc % :slow 1)))]
    (is (read?))
    (visit/change store browser assoc :n 1)
    (is (nil? (visit/set-cookie (finish))))
    (is (= 1 (:n (visit/look store browser))))
    (is (= 1 (count (bench/keys-of store))))))

(deftest recreate-moves-an-old-session-and-its-cookie-opens-nothing-more
  (let [store   (store)
        browser (signed-in-long-ago store)
        old     (visit/browser @browser)]
    (visit/change store browser #(vary-meta (assoc % :admin true) assoc :recreate true))
    (is (= {:user "ada" :admin true} (visit/look store browser)))
    (is (= {} (visit/look store old)))
    (is (= 1 (count (bench/keys-of store))))))

(deftest logging-out-of-an-old-session-ends-it
  (let [store   (store)
        browser (signed-in-long-ago store)]
    (visit/visit store browser (constantly {:session nil}))
    (is (= {} (visit/look store browser)))
    (is (empty? (bench/keys-of store)))))

(deftest a-logout-in-flight-over-a-move-ends-the-session
  (let [store          (store)
        browser        (signed-in-long-ago store)
        [read? finish] (visit/slow store (visit/browser @browser) (constantly {:session nil}))]
    (is (read?))
    (visit/change store browser assoc :n 1)
    (finish)
    (is (= {} (visit/look store browser)))
    (is (empty? (bench/keys-of store)))))

(deftest a-logout-with-the-old-cookie-of-a-moved-session-ends-it
  (let [store   (store)
        browser (signed-in-long-ago store)
        old     (visit/browser @browser)]
    (visit/change store browser assoc :n 1)
    (visit/visit store old (constantly {:session nil}))
    (is (= {} (visit/look store browser)))
    (is (empty? (bench/keys-of store)))))

(deftest legacy-keep-recreates-nothing-that-was-deleted-meanwhile
  (let [store          (bench/store {:write-handler pr-str :read-handler edn/read-string :legacy :keep})
        browser        (signed-in-long-ago store)
        [read? finish] (visit/slow store browser #(hash-map :session (vary-meta % assoc :recreate true)))]
    (is (read?))
    (visit/visit store (visit/browser @browser) (constantly {:session nil}))
    (is (nil? (visit/set-cookie (finish))))
    (is (empty? (bench/keys-of store)))))
