(ns ^{:needs [:ring]} ring.redis.session.mended-test
  "Faults of the original that are gone, seen through Ring's own wrap-session."
  (:require [clojure.string :as string]
            [clojure.test :refer [deftest is testing]]
            [ring.middleware.session :refer [wrap-session]]
            [ring.middleware.session.store :as ring]
            [ring.redis.session :as session]
            [ring.redis.session.mark :as mark]
            [sojourn.bench :as bench]
            [sojourn.visit :as visit])
  (:import (io.sojourn SessionToken StoreUnavailableException ValueNotAcceptedException)
           (io.sojourn.memory MemoryStore)
           (io.sojourn.testkit FaultyStore FaultyStore$Operation)
           (java.lang.ref WeakReference)
           (java.util.concurrent Executors)))

(set! *warn-on-reflection* true)

(defn- names [commands] (mapv first commands))

(defn- signed-in
  "A browser with a session."
  [store session]
  (let [browser (visit/browser)]
    (visit/change store browser (constantly session))
    browser))

;; --- the cookie names a session and nothing else

(defn- foreign-keys
  "Keys of somebody else's, of every type, one of them without a type that anybody expects under the store's prefix."
  [store]
  (let [own #(str "foreign-" (gensym) %)
        found {:string (own "s") :hash (own "h") :list (own "l") :set (own "z") :under (str (:prefix store) ":" (gensym "note"))}]
    (bench/call "SET" (:string found) "secret")
    (bench/call "HSET" (:hash found) "v" "1" "r" "2")
    (bench/call "RPUSH" (:list found) "a")
    (bench/call "SADD" (:set found) "a")
    (bench/call "SET" (:under found) "{:admin true}")
    (vals found)))

(defn- dumps [keys]
  (into {} (for [key keys] [key [(bench/call "DUMP" key) (.ttlMillis (bench/probe) key)]])))

(deftest a-cookie-that-names-another-key-reads-nothing-and-costs-no-command
  (let [store (bench/store {:expire-secs 60 :reset-on-read true})
        keys  (foreign-keys store)
        before (dumps keys)]
    (doseq [cookie keys]
      (is (= [] (bench/commands (is (= {} (visit/look store (visit/browser cookie))))))))
    (is (= before (dumps keys)))))

(deftest a-cookie-that-names-another-key-cannot-overwrite-it
  (let [store  (bench/store {:expire-secs 60})
        keys   (foreign-keys store)
        before (dumps keys)]
    (doseq [cookie keys
            :let   [browser (visit/browser cookie)]]
      (is (= ["evalsha"] (names (bench/commands (visit/change store browser assoc :a 1)))))
      (is (not= cookie @browser) "it gets a session of its own")
      (is (= {:a 1} (visit/look store browser))))
    (is (= before (dumps keys)))))

(deftest a-cookie-that-names-another-key-cannot-delete-it
  (let [store  (bench/store)
        keys   (foreign-keys store)
        before (dumps keys)]
    (doseq [cookie keys]
      (is (= [] (bench/commands (visit/visit store (visit/browser cookie) (constantly {:session nil})))))
      (visit/change store (visit/browser cookie) (constantly ^:recreate {:a 1})))
    (is (= before (dumps keys)))))

(deftest a-cookie-of-any-other-shape-costs-no-command
  (let [store (bench/store)
        token (ring/write-session store nil {:a 1})]
    (doseq [cookie ["*" "session:*" "a b" "é" "\r\nDEL x" "../.." (str token "x") (subs token 1) (str (subs token 0 22) ":" (subs token 22))
                    (str (:prefix store) ":" token) (apply str (repeat 10000 "A")) (subs token 0 22)
                    (first (bench/keys-of store)) "nil" "false" "{:a 1}" ":key" "42"]]
      (testing (pr-str cookie)
        (is (= [] (bench/commands (is (= {} (visit/look store (visit/browser cookie)))))))))))

(deftest a-name-of-the-applications-own-cannot-be-named-by-a-cookie
  (let [store (bench/store)]
    (ring/write-session store "admin" {:admin true})
    (is (= {} (visit/look store (visit/browser "admin"))))))

(defn- computed-token
  "What the store makes of a name, and what anybody can compute who guesses the name and knows how."
  [name]
  (.reveal (SessionToken/derived "ring name" (pr-str name))))

(deftest a-name-of-the-applications-own-cannot-be-computed-into-a-cookie
  (let [store (bench/store)
        token computed-token]
    (ring/write-session store "admin" {:admin true})
    (is (= (str (:prefix store) ":n:" (subs (token "admin") 0 22)) (bench/only-key store))
        "this is the token that the store computes")
    (let [browser (visit/browser (token "admin"))]
      (is (= {} (visit/look store browser)))
      (visit/change store browser assoc :admin false)
      (visit/change store (visit/browser (token "admin")) (constantly ^:recreate {:admin false}))
      (visit/visit store (visit/browser (token "admin")) (constantly {:session nil})))
    (is (nil? (ring/read-session store (token "admin"))))
    (is (nil? (session/swap-session! store (token "admin") assoc :admin false)))
    (is (nil? (ring/delete-session store (token "admin"))))
    (is (= {:admin true} (ring/read-session store "admin")))))

(deftest a-store-in-front-of-ours-does-not-open-names-to-cookies
  (let [store (bench/store)]
    (ring/write-session store "admin" {:admin true})
    (is (= {} (visit/look (visit/delegating store) (visit/browser "admin"))))))

(deftest without-names-no-string-of-another-shape-is-a-key-whoever-asks
  (let [store (bench/store {:names false})
        named (bench/store {:prefix (:prefix store)})]
    (ring/write-session named "admin" {:admin true})
    (is (= [] (bench/commands (is (nil? (ring/read-session store "admin")))
                              (is (nil? (ring/read-session store :admin)))
                              (is (nil? (session/swap-session! store "admin" assoc :admin false)))
                              (is (nil? (ring/delete-session store "admin"))))))
    (is (re-find #":names false" (str (some-> (bench/thrown (ring/write-session store "admin" {:admin false})) ex-message))))
    (is (= {:admin true} (ring/read-session named "admin")))
    (is (= {:a 1} (visit/look store (signed-in store {:a 1}))))))

(deftest a-handler-may-use-names-of-its-own
  (let [store   (bench/store)
        browser (signed-in store {:a 1})]
    (visit/visit store browser (fn [_] (ring/write-session store "report" {:rows 1}) nil))
    (visit/visit store browser (fn [_] (is (= {:rows 1} (ring/read-session store "report"))) nil))))

;; --- commands per request

(deftest a-request-without-a-cookie-costs-nothing
  (let [store (bench/store)]
    (is (= [] (bench/commands (visit/look store (visit/browser)))))))

(deftest a-request-that-reads-costs-one-command
  (let [store   (bench/store)
        browser (signed-in store {:a 1})]
    (is (= ["hgetall"] (names (bench/commands (visit/look store browser)))))))

(deftest reading-with-reset-on-read-takes-one-round-trip
  (let [store   (bench/store {:expire-secs 600 :reset-on-read true})
        browser (signed-in store {:a 1})]
    (is (= ["hgetall"] (names (bench/commands (visit/look store browser)))) "a touch is not due yet")))

(deftest a-request-that-writes-what-it-read-costs-one-command
  (let [store   (bench/store {:expire-secs 600})
        browser (signed-in store {:a 1 :b {:c 2}})]
    (is (= ["hgetall"] (names (bench/commands (visit/change store browser identity)))))
    (is (= ["hgetall"] (names (bench/commands (visit/change store browser assoc-in [:b :c] 2)))))
    (is (= ["hgetall"] (names (bench/commands (visit/change store browser #(-> % (assoc :x 1) (dissoc :x)))))))))

(deftest a-request-that-changes-its-session-costs-two-commands
  (let [store   (bench/store {:expire-secs 600})
        browser (signed-in store {:a 1})]
    (is (= ["hgetall" "evalsha"] (names (bench/commands (visit/change store browser assoc :a 2)))))))

(deftest a-new-session-costs-one-command
  (let [store (bench/store {:expire-secs 600})]
    (visit/change store (visit/browser) assoc :a 1)
    (is (= ["evalsha"] (names (bench/commands (visit/change store (visit/browser) assoc :a 1)))))))

(deftest a-request-that-deletes-costs-two-commands
  (let [store   (bench/store)
        browser (signed-in store {:a 1})]
    (is (= 2 (count (bench/commands (visit/visit store browser (constantly {:session nil}))))))
    (is (= {} (visit/look store browser)))))

(deftest recreate-costs-three-commands-with-the-read
  (let [store   (bench/store)
        browser (signed-in store {:a 1})]
    (is (= ["hgetall" "evalsha" "evalsha"]
           (names (bench/commands (visit/change store browser #(vary-meta (assoc % :user "ada") assoc :recreate true))))))))

(deftest an-unchanged-session-is-not-rewritten-but-extended-when-that-is-due
  (let [store   (bench/store {:expire-secs 10})
        browser (signed-in store {:a 1})
        before  (get (bench/fields store) "v")]
    (is (bench/eventually (< (.ttlMillis (bench/probe) (bench/only-key store)) 9500)))
    (visit/change store browser identity)
    (is (bench/eventually (< 9700 (.ttlMillis (bench/probe) (bench/only-key store)))))
    (is (some? before))))

(deftest only-what-changed-is-written
  (let [store   (bench/store)
        browser (signed-in store {:large (apply str (repeat 5000 "x")) :small 1})
        sent    (bench/commands (visit/change store browser assoc :small 2))]
    (is (= ["hgetall" "evalsha"] (names sent)))
    (is (not-any? #(string/includes? % "xxxxxxxxxx") (flatten sent)))))

;; --- gone stays gone

(deftest a-late-write-does-not-bring-a-deleted-session-back
  (let [store          (bench/store)
        browser        (signed-in store {:user "ada"})
        [read? finish] (visit/slow store browser #(hash-map :session (assoc % :late true)))]
    (is (read?))
    (visit/visit store browser (constantly {:session nil}))
    (let [response (finish)]
      (is (= 200 (:status response)))
      (is (nil? (visit/set-cookie response))))
    (is (empty? (bench/keys-of store)))
    (is (= {} (visit/look store browser)))))

(deftest a-late-write-does-not-bring-an-expired-session-back
  (let [store          (bench/store {:expire-secs 600})
        browser        (signed-in store {:user "ada"})
        [read? finish] (visit/slow store browser #(hash-map :session (assoc % :late true)))]
    (is (read?))
    (bench/call "DEL" (bench/only-key store))
    (is (nil? (visit/set-cookie (finish))))
    (is (empty? (bench/keys-of store)))))

(deftest a-late-recreate-does-not-bring-a-deleted-session-back
  (let [store          (bench/store)
        browser        (signed-in store {:user "ada"})
        [read? finish] (visit/slow store browser #(hash-map :session (vary-meta (assoc % :late true) assoc :recreate true)))]
    (is (read?))
    (visit/visit store browser (constantly {:session nil}))
    (is (nil? (visit/set-cookie (finish))))
    (is (empty? (bench/keys-of store)))))

(deftest writing-to-a-session-that-is-gone-returns-nil
  (let [store (bench/store)
        key   (ring/write-session store nil {:a 1})
        read  (ring/read-session store key)]
    (ring/delete-session store key)
    (is (nil? (ring/write-session store key (assoc read :a 2))))
    (is (nil? (ring/write-session store key {:a 2})) "nor a whole new map under the dead token")
    (is (empty? (bench/keys-of store)))))

;; --- nothing is lost

(deftest parallel-requests-keep-each-others-keys
  (let [store          (bench/store)
        browser        (signed-in store {:a 1})
        [read? finish] (visit/slow store browser #(hash-map :session (-> % (assoc :slow true) (dissoc :a))))]
    (is (read?))
    (visit/change store browser assoc :quick true)
    (is (= 200 (:status (finish))))
    (is (= {:slow true :quick true} (visit/look store browser)))))

(deftest two-hundred-and-two-hundred-parallel-increments-of-different-keys-are-all-kept
  (let [store   (bench/store)
        browser (signed-in store {:left 0 :right 0})
        run     (fn [key] (future (dotimes [_ 200] (visit/change store browser update key inc))))]
    (run! deref (mapv run [:left :right]))
    (is (= {:left 200 :right 200} (visit/look store browser)))))

(deftest swap-session-loses-no-increment-of-the-same-key
  (let [store (bench/store)
        key   (ring/write-session store nil {:n 0})]
    (run! deref (mapv (fn [_] (future (dotimes [_ 50] (session/swap-session! store key update :n inc)))) (range 4)))
    (is (= {:n 200} (ring/read-session store key)))))

;; --- recreate is a rotation

(defn- sign-in [session]
  (vary-meta (assoc session :user "ada") assoc :recreate true))

(deftest recreate-gives-a-new-cookie-to-the-same-session
  (let [store   (bench/store)
        browser (signed-in store {:cart [:tea]})
        old     @browser
        redis   (bench/only-key store)]
    (visit/change store browser sign-in)
    (is (not= old @browser))
    (is (= redis (bench/only-key store)))
    (is (= {:cart [:tea] :user "ada"} (visit/look store browser)))
    (is (not (:recreate (meta (visit/look store browser)))))))

(deftest recreate-without-a-change-gives-a-new-cookie-too
  (let [store   (bench/store)
        browser (signed-in store {:a 1})
        old     @browser]
    (visit/change store browser vary-meta assoc :recreate true)
    (is (not= old @browser))
    (is (= {:a 1} (visit/look store browser)))
    (is (= {} (visit/look store (visit/browser old))))))

(deftest after-recreate-the-old-cookie-opens-nothing
  (let [store   (bench/store)
        browser (signed-in store {:a 1})
        old     @browser]
    (visit/change store browser sign-in)
    (is (= {} (visit/look store (visit/browser old))))
    (is (nil? (ring/read-session store old)))))

(deftest after-recreate-a-request-with-the-old-cookie-logs-nobody-out
  (let [store   (bench/store)
        browser (signed-in store {:a 1})
        old     (visit/browser @browser)]
    (visit/change store browser sign-in)
    (let [response (visit/change store old assoc :b 2)]
      (is (nil? (visit/set-cookie response)) "it sets no cookie over the new one"))
    (visit/visit store old (constantly {:session nil}))
    (is (= 1 (count (bench/keys-of store))) "and ends no session but its own")
    (is (= {:a 1 :user "ada"} (visit/look store browser)))))

(deftest behind-another-store-too-a-late-request-does-not-replace-the-cookie-of-a-login
  (let [store   (visit/delegating (bench/store))
        browser (signed-in store {:a 1})
        old     (visit/browser @browser)]
    (visit/change store browser sign-in)
    (is (nil? (visit/set-cookie (visit/change store old assoc :b 2))))
    (is (= {:a 1 :user "ada"} (visit/look store browser)))))

(deftest what-a-thread-read-for-an-earlier-request-opens-nothing-to-a-late-one
  (doseq [late [{:session {:user "eve"}} {:session nil}]]
    (let [store   (bench/store)
          browser (signed-in store {:a 1})
          old     @browser
          worker  (Executors/newSingleThreadExecutor)
          on      (fn [f] @(.submit worker ^Callable f))
          app     (wrap-session (fn [_ respond _] (on #(respond late))) {:store store})]
      (try
        (on #(visit/look store (visit/browser old)))
        (visit/change store browser sign-in)
        (app (visit/request old) (fn [_]) (fn [e] (throw e)))
        (is (= {:a 1 :user "ada"} (visit/look store browser)))
        (finally
          (.shutdown worker))))))

(deftest a-request-in-flight-over-a-recreate-keeps-its-changes
  (let [store          (bench/store)
        browser        (signed-in store {:a 1})
        [read? finish] (visit/slow store (visit/browser @browser) #(hash-map :session (assoc % :slow true)))]
    (is (read?))
    (visit/change store browser sign-in)
    (is (nil? (visit/set-cookie (finish))))
    (is (= {:a 1 :user "ada" :slow true} (visit/look store browser)))))

(deftest a-request-in-flight-over-a-recreate-may-take-back-what-it-wrote
  (let [store   (bench/store)
        browser (signed-in store {:a 1})
        old     (String. ^String @browser)
        read    (ring/read-session store old)]
    (visit/change store browser sign-in)
    (ring/write-session store old (assoc read :lock true))
    (is (= {:a 1 :user "ada" :lock true} (visit/look store browser)))
    (ring/write-session store old read)
    (is (= {:a 1 :user "ada"} (visit/look store browser)))))

(deftest recreate-on-a-fresh-map-makes-a-new-session-and-deletes-the-old
  (let [store   (bench/store)
        browser (signed-in store {:a 1})
        old     @browser
        redis   (bench/only-key store)]
    (visit/change store browser (constantly ^:recreate {:user "ada"}))
    (is (= {:user "ada"} (visit/look store browser)))
    (is (not= redis (bench/only-key store)))
    (is (= {} (visit/look store (visit/browser old))))))

(deftest recreate-without-a-session-makes-one
  (let [store   (bench/store)
        browser (visit/browser)]
    (visit/change store browser sign-in)
    (is (= {:user "ada"} (visit/look store browser)))
    (is (not (:recreate (meta (visit/look store browser)))))))

;; --- a moment without Redis

(deftest going-on-without-session-costs-nobody-the-session-when-redis-is-back
  (doseq [change [#(assoc % :n 1) sign-in]]
    (with-open [memory (MemoryStore.)]
      (let [faulty  (FaultyStore. memory)
            store   (session/redis-store faulty {:on-outage :without-session})
            browser (signed-in store {:cart [:tea]})]
        (.failNext faulty FaultyStore$Operation/LOAD)
        (let [response (visit/change store browser change)]
          (is (= {} (:seen response)))
          (is (= (= change sign-in) (some? (visit/set-cookie response))) "only a sign-in gets a new cookie"))
        (is (= (if (= change sign-in) {:cart [:tea] :user "ada"} {:cart [:tea]}) (visit/look store browser)))))))

(deftest a-logout-is-one-though-redis-was-away-when-the-request-began
  (with-open [memory (MemoryStore.)]
    (let [faulty  (FaultyStore. memory)
          store   (session/redis-store faulty {:on-outage :without-session})
          browser (signed-in store {:user "ada"})]
      (.failNext faulty FaultyStore$Operation/LOAD)
      (visit/visit store browser (constantly {:session nil}))
      (is (= {} (visit/look store browser)))
      (let [browser (signed-in store {:user "ada"})]
        (.goDown faulty)
        (is (instance? StoreUnavailableException (bench/thrown (visit/visit store browser (constantly {:session nil})))))))))

;; --- a wrong type at the key

(deftest another-type-at-the-key-of-a-session-reads-as-nothing
  (let [store   (bench/store)
        browser (signed-in store {:a 1})
        key     (bench/only-key store)]
    (doseq [make [["SET" key "text"] ["RPUSH" key "a"] ["SADD" key "a"] ["HSET" key "other" "hash"]]]
      (bench/call "DEL" key)
      (apply bench/call make)
      (testing (first make)
        (is (= {} (visit/look store browser)))
        (is (= {:b 1} (bench/round-trip store {:b 1})) "and the connection is fine")))))

(deftest a-session-of-one-store-replaces-the-whole-in-another
  (let [here  (bench/store)
        there (bench/store)]
    (ring/write-session here "key" {:a 1 :b 2})
    (ring/write-session there "key" {:c 3})
    (is (= "key" (ring/write-session there "key" (dissoc (ring/read-session here "key") :b))))
    (is (= {:a 1} (ring/read-session there "key")))
    (is (= {:a 1 :b 2} (ring/read-session here "key")))))

(deftest an-old-secret-is-replaced-by-the-next-write
  (let [store (bench/store {:rotate-secs 1})
        key   (ring/write-session store nil {:n 1})]
    (is (= key (ring/write-session store key (assoc (ring/read-session store key) :n 2))))
    (let [next (atom key)]
      (bench/eventually
       (not= key (reset! next (ring/write-session store key (assoc (ring/read-session store key) :n 3)))))
      (is (= {:n 3} (ring/read-session store @next)))
      (is (= {:n 3} (ring/read-session store key)) "for requests that are under way")
      (is (= 1 (count (bench/keys-of store)))))))

(deftest a-name-of-the-applications-own-is-never-replaced
  (let [store (bench/store {:rotate-secs 1})]
    (ring/write-session store "key" {:n 1})
    (Thread/sleep 1100)
    (is (= "key" (ring/write-session store "key" (assoc (ring/read-session store "key") :n 2))))
    (is (= "key" (ring/write-session store "key" {:n 3})))
    (is (= {:n 3} (ring/read-session store "key")))))

(deftest a-session-map-can-be-serialized-and-leaves-the-mark-behind
  (let [store (bench/store)
        key   (ring/write-session store nil (with-meta {:n 1} {:own true}))
        out   (java.io.ByteArrayOutputStream.)]
    (.writeObject (java.io.ObjectOutputStream. out) (ring/read-session store key))
    (let [back (.readObject (java.io.ObjectInputStream. (java.io.ByteArrayInputStream. (.toByteArray out))))]
      (is (= {:n 1} back))
      (is (= {:own true} (meta back))))))

(deftest what-a-request-writes-twice-ends-as-it-was-written-last
  (let [store (bench/store)
        key   (ring/write-session store nil {:n 1})
        read  (ring/read-session store key)]
    (ring/write-session store key (assoc read :lock true))
    (ring/write-session store key read)
    (is (= {:n 1} (ring/read-session store key)))
    (ring/write-session store key (assoc read :a 1))
    (ring/write-session store key (assoc read :b 2))
    (is (= {:n 1 :b 2} (ring/read-session store key)))))

(deftest a-logout-on-another-thread-ends-a-session-whose-secret-was-replaced-meanwhile
  (let [store  (bench/store)
        key    (ring/write-session store nil {:n 1})
        shown  (String. ^String key)
        other  (String. ^String key)
        _      (ring/read-session store shown)
        in     (wrap-session
                (fn [request] {:status 200 :session (vary-meta (:session request) assoc :recreate true)})
                {:store store})]
    (in {:request-method :get :uri "/" :headers {"cookie" (str "ring-session=" other)}})
    (is (= 1 (count (bench/keys-of store))))
    @(future (ring/delete-session store shown))
    (is (empty? (bench/keys-of store)))))

;; --- what is remembered of a request

(deftest what-was-read-is-forgotten-with-the-request
  (let [store (bench/store)
        key   (ring/write-session store nil {:a 1})
        read  #(ring/read-session store (String. ^String key)) ; Each request has a string of its own.
        seen  (WeakReference. (mark/of (read)))]
    (is (some (fn [_] (read) (System/gc) (nil? (.get seen))) (range 20)))))

(deftest what-was-read-is-known-as-long-as-its-key
  (let [store (bench/store)
        key   (String. ^String (ring/write-session store nil {:a 1}))]
    (ring/read-session store key)
    (dotimes [_ 3] (System/gc))
    (is (= ["evalsha"] (names (bench/commands (ring/write-session store key {:a 2})))) "no second read")))

;; --- a hostile form

(deftest a-form-with-keys-of-one-hash-is-an-error-once-and-costs-no-session
  (let [store   (bench/store)
        browser (signed-in store {:cart [:tea]})
        form    (zipmap (for [i (range 2500)] (string/join (map #(if (bit-test i %) "Aa" "BB") (range 13)))) (repeat "x"))
        failure (bench/thrown (visit/change store browser assoc :form form))]
    (is (instance? ValueNotAcceptedException failure))
    (is (< (count (str (ex-message failure))) 1000))
    (is (= {:cart [:tea]} (visit/look store browser)))))
