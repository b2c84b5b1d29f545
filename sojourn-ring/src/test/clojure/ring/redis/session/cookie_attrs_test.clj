(ns ^{:needs [:ring]} ring.redis.session.cookie-attrs-test
  "A cookie keeps the attributes that the application gave it."
  (:require [clojure.test :refer [deftest is testing]]
            [ring.middleware.session :refer [wrap-session]]
            [ring.middleware.session.store :as ring]
            [ring.redis.session :as session]
            [sojourn.bench :as bench]
            [sojourn.visit :as visit])
  (:import (java.util UUID)))

(set! *warn-on-reflection* true)

(defn- answer
  "The Set-Cookie header of a response to a request with a cookie; nil if there is none."
  ([store cookie handler] (answer store cookie handler nil))
  ([store cookie handler attrs]
   (let [app (wrap-session (session/wrap-cookie-attrs handler store attrs) {:store store})]
     (first (get-in (app (visit/request cookie)) [:headers "Set-Cookie"])))))

(defn- value [header]
  (second (re-find #"ring-session=([^;]*)" (str header))))

(defn- login [request]
  {:status 200 :session (vary-meta (assoc (:session request) :user "ada") assoc :recreate true) :session-cookie-attrs {:max-age 1000}})

(deftest a-key-that-is-replaced-later-keeps-the-attributes-of-the-login
  (doseq [[what change] {"a changed map" (fn [{:keys [session]}] {:status 200 :session (update session :n (fnil inc 0))})
                         "a fresh map"   (fn [{:keys [session]}] {:status 200 :session {:user (:user session) :n (System/nanoTime)}})
                         "recreate"      (fn [{:keys [session]}] {:status 200 :session (vary-meta session assoc :recreate true)})}]
    (testing what
      (let [store  (bench/store {:rotate-secs 1})
            cookie (value (answer store nil login))
            found  (atom nil)]
        (is (bench/eventually (reset! found (answer store cookie change))))
        (is (not= cookie (value @found)))
        (is (re-find #"Max-Age=1000" @found))
        (is (= "ada" (:user (visit/look store (visit/browser (value @found))))))))))

(deftest a-store-of-the-applications-own-in-front-keeps-them-too
  (let [store  (visit/delegating (bench/store {:rotate-secs 1}))
        cookie (value (answer store nil login))
        found  (atom nil)]
    (is (bench/eventually (reset! found (answer store cookie (fn [{:keys [session]}] {:status 200 :session (update session :n (fnil inc 0))})))))
    (is (re-find #"Max-Age=1000" @found))))

(deftest a-key-that-stays-is-not-sent-again
  (let [store  (bench/store)
        cookie (value (answer store nil login))]
    (is (nil? (answer store cookie (fn [{:keys [session]}] {:status 200 :session (assoc session :n 1)}))))
    (is (= 1 (:n (visit/look store (visit/browser cookie)))))
    (is (nil? (answer store cookie (fn [_] {:status 200}))))
    (is (= ["hgetall" "evalsha"] (mapv first (bench/commands (answer store cookie (fn [{:keys [session]}] {:status 200 :session (assoc session :n 2)}))))))))

(deftest an-old-session-that-moves-gets-the-attributes-that-are-given-for-it
  (let [store  (bench/store {:read-handler #(if (string? %) (read-string %) %)})
        old    (str (:prefix store) ":" (UUID/randomUUID))
        _      (bench/call "SET" old "{:user \"ada\"}")
        header (answer store old (fn [{:keys [session]}] {:status 200 :session (assoc session :n 1)}) {:max-age 2000})]
    (is (re-find #"Max-Age=2000" header))
    (is (= {:user "ada" :n 1} (visit/look store (visit/browser (value header)))))))

(deftest metadata-that-a-handler-removes-is-gone
  (let [store  (bench/store)
        cookie (value (answer store nil (fn [_] {:status 200 :session (with-meta {:n 1} {:own true}) :session-cookie-attrs {:max-age 1000}})))]
    (answer store cookie (fn [{:keys [session]}] {:status 200 :session (vary-meta session dissoc :own)}))
    (let [session (visit/look store (visit/browser cookie))]
      (is (= {:n 1} session))
      (is (= [{:max-age 1000}] (vals (meta session)))))))

(deftest a-logout-and-the-asynchronous-arity-work
  (let [store   (bench/store)
        cookie  (value (answer store nil login))
        app     (wrap-session (session/wrap-cookie-attrs (fn [_ respond _] (respond {:status 200 :session nil})) store) {:store store})
        got     (promise)]
    (app (visit/request cookie) #(deliver got %) #(deliver got %))
    (is (= 200 (:status (deref got 5000 nil))))
    (is (= {} (visit/look store (visit/browser cookie))))))

(deftest a-request-that-ends-after-the-logout-sets-no-cookie
  (let [store  (bench/store)
        cookie (value (answer store nil login))]
    (is (nil? (answer store cookie (fn [{:keys [session] :session/keys [key]}]
                                     (ring/delete-session store (String. ^String key)) ; another request's logout
                                     {:status 200 :session (assoc session :n 1)}))))
    (is (empty? (bench/keys-of store)))))

(deftest a-session-without-metadata-is-stored-with-the-attributes-of-its-response
  (let [store  (bench/store)
        header (answer store nil (fn [_] {:status 200 :session "text" :session-cookie-attrs {:max-age 1000}}))]
    (is (re-find #"Max-Age=1000" header))
    (is (= "text" (visit/look store (visit/browser (value header)))))))
