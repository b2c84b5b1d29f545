(ns ^{:needs [:ring :site :jetty :routes]} ring.redis.session.site-test
  "An application with Ring's defaults on two nodes, over HTTP."
  (:require [clojure.string :as string]
            [clojure.test :refer [deftest is testing]]
            [ring.redis.session :as session]
            [sojourn.bench :as bench]
            [sojourn.site :as site])
  (:import (org.eclipse.jetty.server Server)))

(set! *warn-on-reflection* true)

(defn- separate-store
  "A store with a connection of its own: its specification is like no other."
  [prefix n]
  (session/redis-store (assoc-in (bench/connection) [:spec :timeout-ms] (+ 2000 n)) {:prefix prefix :expire-secs 600}))

(defn- on-two-nodes*
  "Runs `f` on two nodes, once with the synchronous and once with the asynchronous arity."
  [f]
  (doseq [async? [false true]]
    (testing (if async? "asynchronous" "synchronous")
      (let [prefix (bench/fresh-prefix)
            gates  (atom {})
            stores (mapv #(separate-store prefix %) (range 2))
            nodes  (mapv #(site/start (site/application % gates) async?) stores)]
        (try
          (f {:a (first nodes) :b (second nodes) :gates gates :store (first stores)})
          (finally
            (run! #(.stop ^Server %) nodes)
            (run! bench/close stores)))))))

(defmacro ^:private on-two-nodes [[binding] & body]
  `(on-two-nodes* (fn [~binding] ~@body)))

(defn- names [commands] (mapv first commands))

(deftest a-session-made-on-one-node-is-known-on-the-other
  (on-two-nodes [{:keys [a b]}]
    (let [browser (site/browser)]
      (is (= 200 (:status (site/post browser a "/put" {"key" "cart" "value" "tea"}))))
      (is (= {:cart "tea"} (:session (site/session browser b))))
      (is (= 200 (:status (site/post browser b "/put" {"key" "more" "value" "biscuits"}))))
      (is (= {:cart "tea" :more "biscuits"} (:session (site/session browser a)))))))

(deftest the-cookie-carries-the-attributes-of-the-defaults
  (on-two-nodes [{:keys [a]}]
    (let [cookie (site/session-cookie (site/visit (site/browser) a "/token"))]
      (is (re-find #"(?i);\s*HttpOnly" cookie))
      (is (re-find #"(?i);\s*SameSite=Strict" cookie))
      (is (re-find #"(?i);\s*Path=/" cookie)))))

(deftest anti-forgery-works-across-nodes
  (on-two-nodes [{:keys [a b]}]
    (let [browser (site/browser)
          token   (site/token browser a)]
      (is (= token (site/token browser b)))
      (is (= 403 (:status (site/request b @browser :post "/put" {"key" "a" "value" "1"} {}))))
      (is (= 403 (:status (site/request b @browser :post "/put" {"key" "a" "value" "1" "__anti-forgery-token" "guess"} {}))))
      (is (= 200 (:status (site/request b @browser :post "/put" {"key" "a" "value" "1"} {"X-CSRF-Token" token})))))))

(deftest a-flash-message-is-seen-once-on-the-other-node
  (on-two-nodes [{:keys [a b]}]
    (let [browser (site/browser)]
      (is (= 303 (:status (site/post browser a "/flash" {}))))
      (is (= "saved" (:flash (site/session browser b))))
      (is (nil? (:flash (site/session browser a)))))))

(deftest recreate-at-login-changes-the-cookie-and-keeps-the-session
  (on-two-nodes [{:keys [a b]}]
    (let [browser (site/browser)
          _       (site/post browser a "/put" {"key" "cart" "value" "tea"})
          before  @browser]
      (site/post browser b "/login" {"user" "ada"})
      (is (not= before @browser))
      (is (= {:cart "tea" :user "ada"} (:session (site/session browser a))))
      (is (= {} (:session (site/session (atom before) a))) "and the old cookie opens nothing"))))

(deftest recreate-of-a-fresh-map-leaves-nothing-of-the-old-session
  (on-two-nodes [{:keys [a b store]}]
    (let [browser (site/browser)]
      (site/post browser a "/put" {"key" "cart" "value" "tea"})
      (site/post browser b "/fresh-login" {"user" "ada"})
      (is (= {:user "ada"} (:session (site/session browser a))))
      (is (= 1 (count (bench/keys-of store)))))))

(deftest session-cookie-attrs-reach-the-cookie
  (on-two-nodes [{:keys [a b]}]
    (let [browser (site/browser)
          cookie  (site/session-cookie (site/post browser a "/remember" {}))]
      (is (re-find #"(?i)max-age=3600" cookie))
      (let [again (site/session-cookie (site/visit browser b "/remember"))]
        (is (re-find #"(?i)max-age=7200" again))
        (is (= @browser (first (string/split again #";"))) "the same session")
        (is (true? (:remember (:session (site/session browser b)))))))))

(deftest logging-out-on-one-node-counts-on-the-other
  (on-two-nodes [{:keys [a b store]}]
    (let [browser (site/browser)]
      (site/post browser a "/login" {"user" "ada"})
      (let [cookie @browser]
        (site/post browser b "/logout" {})
        (is (= {} (:session (site/session (atom cookie) a))))
        (is (every? #(not (string/includes? cookie (subs % (inc (count (:prefix store)))))) (bench/keys-of store)))))))

(defn- gate
  "Lets requests with the header X-Gate: name wait at their page. Returns [entered open]: what waits until one is there, and
  what lets all go on."
  [gates name]
  (let [entered (promise)
        open    (promise)]
    (swap! gates assoc name #(do (deliver entered true) (deref open 20000 nil)))
    [#(deref entered 20000 nil) #(deliver open true)]))

(deftest a-logout-is-not-undone-by-a-slow-request
  (on-two-nodes [{:keys [a b gates store]}]
    (let [browser        (site/browser)
          _              (site/post browser a "/login" {"user" "ada"})
          token          (site/token browser a)
          cookie         @browser
          [entered open] (gate gates "slow")
          slow           (future (site/request a cookie :post "/put" {"key" "late" "value" "1" "__anti-forgery-token" token}
                                               {"X-Gate" "slow"}))]
      (is (entered))
      (is (= 200 (:status (site/request b cookie :post "/logout" {"__anti-forgery-token" token} {}))))
      (open)
      (let [response (deref slow 20000 nil)]
        (is (= 200 (:status response)))
        (is (nil? (site/session-cookie response))))
      (is (= {} (:session (site/session (atom cookie) b))))
      (is (not-any? #(string/includes? cookie (subs % (inc (count (:prefix store))))) (bench/keys-of store))))))

(deftest a-login-is-not-undone-by-requests-with-the-old-cookie
  (on-two-nodes [{:keys [a b gates]}]
    (let [browser        (site/browser)
          _              (site/post browser a "/put" {"key" "cart" "value" "tea"})
          token          (site/token browser a)
          old            @browser
          [entered open] (gate gates "slow")
          in-flight      (future (site/request a old :post "/put" {"key" "slow" "value" "1" "__anti-forgery-token" token} {"X-Gate" "slow"}))]
      (is (entered))
      (site/post browser b "/login" {"user" "ada"})
      (open)
      (is (nil? (site/session-cookie (deref in-flight 20000 nil))) "one that had begun before")
      (let [late (for [_ (range 10) node [a b]]
                   (future (site/request node old :get "/token")))]
        (doseq [response (map #(deref % 20000 nil) (doall late))]
          (is (= 200 (:status response)))
          (is (nil? (site/session-cookie response)) "those that began after it")))
      (is (= {:cart "tea" :user "ada" :slow "1"} (:session (site/session browser a)))))))

(def ^:private logins
  "Of each arity."
  (Long/getLong "sojourn.logins" 20))

(defn- put
  "Starts a request that writes `name` with an old cookie. Returns [name response]."
  [node cookie token name headers]
  [name (future (site/request node cookie :post "/put" {"key" name "value" "1" "__anti-forgery-token" token} headers))])

(defn- login-amid-requests
  "One login, and five requests with the old cookie: one under way the whole time, one that may be overtaken, one at the same
  moment, and two once the login is answered. Returns whether each write came in time, by name."
  [{:keys [a b gates]} n]
  (let [browser        (site/browser)
        _              (site/post browser a "/put" {"key" "cart" "value" "tea"})
        token          (site/token browser a)
        old            @browser
        gate-name      (str "held" n)
        [entered open] (gate gates gate-name)
        held           (put b old token "held" {"X-Gate" gate-name})
        _              (is (entered))
        before         (put a old token "before" {})
        login          (future (site/request a old :post "/login" {"user" (str "user" n) "__anti-forgery-token" token} {}))
        during         (put b old token "during" {})
        cookie         (first (string/split (site/session-cookie (deref login 20000 nil)) #";"))
        late           [(put a old token "after" {}) (put b old token "afterwards" {})]
        _              (open)
        responses      (into {} (map (fn [[name response]] [name (deref response 20000 nil)])) (list* held before during late))
        in-time        (into {} (map (fn [[name response]] [name (= 200 (:status response))])) responses)
        written        (set (keep (fn [[name in-time?]] (when in-time? (keyword name))) in-time))]
    (is (every? (comp nil? site/session-cookie) (vals responses)) "none of them has a cookie for the browser")
    (is (in-time "held"))
    (is (not-any? in-time ["after" "afterwards"]) "the old cookie opens nothing once the login is answered")
    (doseq [node [a b]]
      (is (= (into {:cart "tea" :user (str "user" n)} (map #(vector % "1")) written)
             (:session (site/session (atom cookie) node)))
          "signed in, and nothing lost that was written in time")
      (is (= {} (:session (site/session (atom old) node)))))
    in-time))

(deftest logins-amid-requests-with-the-old-cookie-are-not-undone-and-lose-nothing
  (on-two-nodes [{:keys [store] :as nodes}]
    (doseq [in-time (mapcat #(pmap (partial login-amid-requests nodes) %) (partition-all 4 (range logins)))]
      (is (= 5 (count in-time))))
    (is (>= (* 2 logins) (count (bench/keys-of store))) "a session, and at most what came with its replaced cookie")
    (is (every? #(pos? (.ttlMillis (bench/probe) %)) (bench/keys-of store)))))

(deftest parallel-increments-on-two-nodes-are-all-kept
  (on-two-nodes [{:keys [a b]}]
    (let [browser (site/browser)
          _       (site/post browser a "/put" {"key" "cart" "value" "tea"})
          token   (site/token browser a)
          cookie  @browser
          run     (fn [node key]
                    (future
                      (dotimes [_ 200]
                        (site/request node cookie :post "/count" {"key" key "__anti-forgery-token" token} {}))))]
      (run! deref (mapv run [a b] ["left" "right"]))
      (is (= {:cart "tea" :left 200 :right 200} (:session (site/session browser b)))))))

(deftest commands-per-request-are-few
  (on-two-nodes [{:keys [a b]}]
    (let [browser (site/browser)
          _       (site/post browser a "/put" {"key" "cart" "value" "tea"})
          token   {"__anti-forgery-token" (site/token browser a)}
          sent    (fn [method path form]
                    (names (bench/commands (site/request b @browser method path (merge token form) {}))))]
      (is (= ["hgetall"] (sent :get "/session" {})) "untouched")
      (is (= ["hgetall"] (sent :get "/again" {})) "written as it was")
      (is (= ["hgetall" "evalsha"] (sent :post "/put" {"key" "cart" "value" "biscuits"})) "changed")
      (is (= ["hgetall" "evalsha" "evalsha"] (sent :post "/login" {"user" "ada"})) "recreated")
      (is (= [] (names (bench/commands (site/request b "ring-session=nobody" :post "/put" {} {})))) "a forged cookie"))))

(deftest a-value-that-cannot-be-stored-is-an-error-and-the-session-stays
  (on-two-nodes [{:keys [a b]}]
    (let [browser (site/browser)]
      (site/post browser a "/put" {"key" "cart" "value" "tea"})
      (is (= 500 (:status (site/post browser a "/broken" {}))))
      (is (= {:cart "tea"} (:session (site/session browser b)))))))
