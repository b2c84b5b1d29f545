(ns ring.redis.session.principal-test
  "Whose a session is, and what the engine gives besides: limits, the near cache, encryption, compression."
  (:require [clojure.string :as string]
            [clojure.test :refer [deftest is testing]]
            [ring.middleware.session.store :as ring]
            [ring.redis.session :as session]
            [ring.redis.session.options :as options]
            [sojourn.bench :as bench])
  (:import (com.google.crypto.tink KeyTemplates KeysetHandle InsecureSecretKeyAccess TinkJsonProtoKeysetFormat)
           (com.google.crypto.tink.aead AeadConfig)
           (java.nio.file Files OpenOption)
           (java.nio.file.attribute FileAttribute)
           (java.util UUID)))

(set! *warn-on-reflection* true)

(defn- sign-in
  "The key of a new session of a user."
  [store id]
  (let [before (ring/write-session store nil {:lang "de"})]
    (ring/write-session store before (assoc (ring/read-session store before) :user-id id))))

(deftest a-session-that-names-a-user-is-a-sign-in-and-gets-a-new-key
  (let [store  (bench/store {:principal-key :user-id})
        before (ring/write-session store nil {:lang "de"})
        after  (ring/write-session store before (assoc (ring/read-session store before) :user-id 42))]
    (is (not= before after))
    (is (nil? (ring/read-session store before)))
    (is (= {:lang "de" :user-id 42} (ring/read-session store after)))
    (is (= after (ring/write-session store after (assoc (ring/read-session store after) :n 1))) "and no other at the next write")
    (let [out (ring/write-session store after (dissoc (ring/read-session store after) :user-id))]
      (is (not= after out) "a sign-out too")
      (is (empty? (session/sessions-of store 42))))))

(deftest recreate-binds-the-session-too
  (let [store (bench/store {:principal-key :user-id})
        key   (ring/write-session store nil {:lang "de"})
        read  (ring/read-session store key)]
    (ring/delete-session store key)
    (let [fresh (ring/write-session store nil (assoc read :user-id 42))]
      (is (= {:lang "de" :user-id 42} (ring/read-session store fresh)))
      (is (= 1 (count (session/sessions-of store 42)))))))

(deftest the-sessions-of-a-user-are-listed-and-ended
  (let [store (bench/store {:principal-key (comp :id :user)})
        key   #(ring/write-session store nil {:user {:id %}})
        [a b] [(key 1) (key 1)]
        other (key 2)]
    (is (= (set (map #(subs % 0 22) [a b])) (set (map :id (session/sessions-of store 1)))))
    (is (every? #(instance? java.time.Instant %) (mapcat (juxt :created-at :last-used-at) (session/sessions-of store 1))))
    (is (= 2 (session/sign-out-everywhere store 1)))
    (is (nil? (ring/read-session store a)))
    (is (nil? (ring/read-session store b)))
    (is (= [] (session/sessions-of store 1)))
    (is (= {:user {:id 2}} (ring/read-session store other)))))

(deftest a-store-that-knows-no-users-says-so
  (let [store (bench/store)]
    (is (instance? IllegalStateException (bench/thrown (session/sessions-of store 1))))
    (is (instance? IllegalStateException (bench/thrown (session/sign-out-everywhere store 1))))))

(deftest old-sessions-that-have-not-moved-are-signed-out-everywhere-too
  (let [store (bench/store {:principal-key :user-id :read-handler #(if (string? %) (read-string %) %)})
        old   #(let [key (str (:prefix store) ":" (UUID/randomUUID))]
                 (bench/call "SET" key (pr-str {:user-id %}))
                 key)
        [ada bob] [(old "ada") (old "bob")]]
    (let [late (ring/read-session store ada)]
      (session/sign-out-everywhere store "ada")
      (is (nil? (ring/write-session store ada (assoc late :n 1)))))
    (is (nil? (ring/read-session store ada)))
    (let [another (old "ada")]
      (is (nil? (ring/read-session store another)) "a read alone does not open it either")
      (is (nil? (bench/call "GET" another))))
    (is (= {:user-id "bob" :n 1} (ring/read-session store (ring/write-session store bob (assoc (ring/read-session store bob) :n 1)))))
    (is (= 1 (count (session/sessions-of store "bob"))))
    (is (= "ada" (:user-id (ring/read-session store (sign-in store "ada")))) "a new sign-in is one")))

(deftest sign-out-everywhere-hands-nothing-to-the-write-handler
  (let [store (bench/store {:principal-key :user-id
                            :read-handler  read-string
                            :write-handler #(if (:user-id %) (pr-str %) (throw (ex-info "this is no session of ours" {})))})]
    (ring/write-session store nil {:user-id 1})
    (is (= 1 (session/sign-out-everywhere store 1)))
    (is (= [] (session/sessions-of store 1)))))

(deftest sign-out-everywhere-does-not-pretend-to-end-sessions-of-the-old-form
  (let [store (bench/store {:principal-key :user-id :legacy :keep})]
    (is (re-find #":legacy :keep" (ex-message (bench/thrown (session/sign-out-everywhere store "ada")))))))

(deftest the-oldest-session-ends-when-a-user-has-too-many
  (let [store (bench/store {:principal-key :user-id :max-sessions 2})
        keys  (mapv (fn [_] (sign-in store 1)) (range 3))]
    (is (= [nil 1 1] (mapv #(:user-id (ring/read-session store %)) keys)))))

(deftest a-name-of-the-applications-own-belongs-to-nobody
  (let [store (bench/store {:principal-key :user-id})]
    (is (= "job" (ring/write-session store "job" {:user-id 1})))
    (is (= {:user-id 1} (ring/read-session store "job")))
    (is (= [] (session/sessions-of store 1)))))

(deftest a-principal-key-that-gives-false-or-nothing-signs-no-user-in
  (let [store (bench/store {:principal-key #(and (:signed-in? %) (:id %)) :max-sessions 1})
        keys  (mapv #(ring/write-session store nil {:signed-in? false :n %}) (range 3))]
    (is (= [0 1 2] (mapv #(:n (ring/read-session store %)) keys)))
    (is (= keys (mapv #(ring/write-session store % (assoc (ring/read-session store %) :m 1)) keys)) "and no key is replaced")
    (is (= [] (session/sessions-of store false))))
  (let [store (bench/store {:principal-key :user-id})]
    (is (= {:user-id ""} (bench/round-trip store {:user-id ""})) "an empty id is none")))

(deftest a-swap-does-not-take-the-browsers-key-away
  (let [prefix (bench/fresh-prefix)
        before (bench/store {:prefix prefix})
        key    (ring/write-session before nil {:user-id 42 :n 0}) ; of no user: the store had no :principal-key yet
        store  (bench/store {:prefix prefix :principal-key :user-id})]
    (is (= {:user-id 42 :n 1} (session/swap-session! store key update :n inc)))
    (is (= {:user-id 42 :n 1} (ring/read-session store key)))
    (let [bound (ring/write-session store key (assoc (ring/read-session store key) :m 1))]
      (is (= {:user-id 42 :n 1 :m 1} (ring/read-session store bound)))
      (is (= 1 (count (session/sessions-of store 42))) "the next write binds it")
      (doseq [change [#(assoc % :user-id 2) #(dissoc % :user-id)]
              :let   [failure (bench/thrown (session/swap-session! store bound change))]]
        (is (instance? IllegalArgumentException failure))
        (is (re-find #"return the session from the handler" (str (ex-message failure)))))
      (is (= {:user-id 42 :n 1 :m 1} (ring/read-session store bound))))))

(deftest swap-session-never-calls-its-function-with-what-a-sign-in-has-made
  (let [store   (bench/store {:principal-key :user-id})
        planted (ring/write-session store nil {:lang "de"})
        seen    (atom [])
        key     (atom nil)
        look    (fn [s] (swap! seen conj s) (assoc s :n 1))]
    (is (nil? (session/swap-session! store planted
                                     (fn [s]
                                       (when (empty? @seen) ; The sign-in comes between the read and the write.
                                         (reset! key (ring/write-session store planted
                                                                         (assoc (ring/read-session store planted) :user-id 42 :iban "DE1"))))
                                       (look s)))))
    (is (nil? (session/swap-session! store planted look)) "nor afterwards")
    (is (= [{:lang "de"}] @seen))
    (is (= {:lang "de" :user-id 42 :iban "DE1"} (ring/read-session store @key)))))

(deftest with-the-near-cache-a-second-read-costs-no-command
  (with-open [server (bench/start-server)]
    (let [store (session/redis-store (bench/connection server) {:near-cache true})
          other (session/redis-store (assoc-in (bench/connection server) [:spec :timeout-ms] 900) {})
          key   (ring/write-session store nil {:a 1})]
      (ring/read-session store key)
      (is (= [] (remove #{["hgetall"]} (bench/commands-on server (fn [] (is (= {:a 1} (ring/read-session store key))))))))
      (ring/write-session other key (assoc (ring/read-session other key) :a 2))
      (is (bench/eventually (= {:a 2} (ring/read-session store key))))
      (bench/close store)
      (bench/close other))))

(defn- keyset-file []
  (AeadConfig/register)
  (let [file (Files/createTempFile "keyset" ".json" (make-array FileAttribute 0))]
    (Files/writeString file (TinkJsonProtoKeysetFormat/serializeKeyset (KeysetHandle/generateNew (KeyTemplates/get "AES256_GCM"))
                                                                       (InsecureSecretKeyAccess/get))
                       (make-array OpenOption 0))
    (str file)))

(deftest an-encrypted-session-shows-nothing-in-redis
  (doseq [options [{} {:compress true}]]
    (testing (pr-str options)
      (let [secret "4111-1111-1111-1111"
            store  (bench/store (assoc options :encryption-keyset (keyset-file)))
            key    (ring/write-session store nil {:card secret :large (apply str (repeat 1000 secret))})]
        (is (= secret (:card (ring/read-session store key))))
        (is (not (bench/lies-in-redis? store secret)))
        (is (not (bench/lies-in-redis? store ":card")))
        (ring/write-session store "name" {:card secret})
        (is (= {:card secret} (ring/read-session store "name")))))))

(deftest a-compressed-session-is-smaller
  (let [store (bench/store {:compress true})
        key   (ring/write-session store nil {:large (apply str (repeat 10000 "text "))})]
    (is (= 50000 (count (:large (ring/read-session store key)))))
    (is (> 5000 (reduce + (map #(alength ^bytes %) (vals (bench/fields store))))))))

(deftest an-option-that-there-is-not-is-refused-with-the-nearest-name
  (doseq [[given nearest] {:expire-sec ":expire-secs" :prefixx ":prefix" "legacy" ":legacy" :principle-key ":principal-key" :zzz nil}]
    (let [message (str (some-> (bench/thrown (bench/store {given 1})) ex-message))]
      (is (string/includes? message (pr-str given)))
      (is (= (some? nearest) (string/includes? message (str "did you mean " nearest)))))))

(defn- table-of-options []
  (string/join "\n" (concat ["| option | type | default | meaning |" "|---|---|---|---|"]
                            (for [[option [type] _ default meaning] options/table]
                              (str "| `" option "` | " type " | " default " | " meaning " |")))))

(deftest the-page-and-the-docstring-have-the-table-of-options
  (let [page (slurp (first (filter #(.exists (java.io.File. ^String %)) ["../docs/ring.md" "docs/ring.md"])))]
    (is (string/includes? page (str "<!-- options -->\n" (table-of-options) "\n<!-- /options -->")))
    (is (string/includes? (:doc (meta #'session/redis-store)) ":principal-key"))))
