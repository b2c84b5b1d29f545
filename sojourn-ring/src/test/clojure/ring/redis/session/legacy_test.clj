(ns ring.redis.session.legacy-test
  "Sessions that ring-redis-session wrote: strings at <prefix>:<uuid>, as Carmine stores them."
  (:require [clojure.edn :as edn]
            [clojure.string :as string]
            [clojure.test :refer [deftest is testing]]
            [ring.middleware.session.store :as ring]
            [ring.redis.session :as session]
            [sojourn.bench :as bench])
  (:import (io.sojourn SessionToken)
           (java.util UUID)))

(set! *warn-on-reflection* true)

(def ^:private handlers {:write-handler pr-str :read-handler edn/read-string})

(defn- store
  ([] (store {}))
  ([options] (bench/store (merge handlers options))))

(defn- old-session
  "A session as the original wrote it with a :write-handler that gives strings. Returns its key, which is its cookie."
  ([store data] (old-session store data nil))
  ([store data seconds]
   (let [key (str (:prefix store) ":" (UUID/randomUUID))]
     (if seconds
       (bench/call "SETEX" key seconds (pr-str data))
       (bench/call "SET" key (pr-str data)))
     key)))

(defn- token? [key]
  (and (string? key) (.isPresent (SessionToken/parse key))))

(deftest an-old-session-is-read
  (let [store (store)
        key   (old-session store {:user "ada"})]
    (ring/read-session store key) ; Redis gets the script.
    (is (= ["hgetall" "evalsha"] (mapv first (bench/commands (is (= {:user "ada"} (ring/read-session store key)))))))))

(deftest reading-an-old-session-leaves-it-where-it-is
  (let [store (store {:expire-secs 600})
        key   (old-session store {:user "ada"} 600)]
    (ring/read-session store key)
    (is (= [key] (bench/keys-of store)))))

(deftest the-first-write-moves-an-old-session
  (let [store (store)
        key   (old-session store {:user "ada"})
        token (ring/write-session store key (ring/read-session store key))]
    (is (token? token) "even one that changes nothing")
    (is (= {:user "ada"} (ring/read-session store token)))))

(deftest the-move-of-an-old-session-takes-what-was-changed
  (let [store (store {:expire-secs 600})
        key   (old-session store {:user "ada"} 100)
        token (ring/write-session store key (assoc (ring/read-session store key) :n 1))]
    (is (token? token))
    (is (= {:user "ada" :n 1} (ring/read-session store token)))
    (is (= "hash" (.type (bench/probe) (bench/only-key store))) "and the old key is gone")
    (is (= {:user "ada" :n 1} (ring/read-session store key)) "which opens the session still, if the answer was lost")
    (is (<= 600 (bench/ttl store)))))

(deftest a-whole-new-map-moves-an-old-session-too
  (let [store (store)
        key   (old-session store {:user "ada"})
        token (ring/write-session store key {:n 1})]
    (is (token? token))
    (is (= {:n 1} (ring/read-session store token)))
    (is (= 1 (count (bench/keys-of store))))))

(deftest recreate-moves-an-old-session
  (let [store (store)
        key   (old-session store {:user "ada"})
        read  (ring/read-session store key)]
    (ring/delete-session store key)
    (let [token (ring/write-session store nil (assoc read :n 1))]
      (is (token? token))
      (is (= {:user "ada" :n 1} (ring/read-session store token))))))

(deftest two-requests-that-move-an-old-session-at-once-make-one
  (let [store (store)
        key   (old-session store {:user "ada"})
        one   (ring/read-session store key)
        two   (ring/read-session store key)
        token (ring/write-session store key (assoc one :one 1))]
    (is (token? token))
    (is (not (token? (ring/write-session store key (assoc two :two 2)))) "the second gets no token of its own")
    (is (= 1 (count (bench/keys-of store))))
    (is (= 1 (:one (ring/read-session store token))))))

(deftest without-handlers-the-changes-of-both-are-merged
  (let [plain (bench/store {:read-handler #(if (string? %) (edn/read-string %) %)})
        key   (old-session plain {:user "ada"})
        one   (ring/read-session plain key)
        two   (ring/read-session plain key)
        token (ring/write-session plain key (assoc one :one 1))]
    (ring/write-session plain key (assoc two :two 2))
    (is (= 1 (:one (ring/read-session plain token))))
    (is (= 1 (count (bench/keys-of plain))))))

(deftest deleting-an-old-session-deletes-it
  (let [store (store)
        key   (old-session store {:user "ada"})]
    (is (nil? (ring/delete-session store key)))
    (is (empty? (bench/keys-of store)))))

(deftest a-late-write-does-not-bring-an-old-session-back
  (let [store (store)
        key   (old-session store {:user "ada"})
        read  (ring/read-session store key)]
    (ring/delete-session store key)
    (is (nil? (ring/write-session store key (assoc read :n 1))))
    (is (empty? (bench/keys-of store)))))

(deftest reset-on-read-extends-an-old-session
  (let [store (store {:expire-secs 600 :reset-on-read true})
        key   (old-session store {:user "ada"} 100)]
    (is (= {:user "ada"} (ring/read-session store key)))
    (is (bench/eventually (< 590 (bench/ttl store) 670)))))

(deftest without-reset-on-read-an-old-session-keeps-its-time
  (let [store (store {:expire-secs 600})
        key   (old-session store {:user "ada"} 100)]
    (ring/read-session store key)
    (is (<= 90 (bench/ttl store) 100))))

(deftest only-the-exact-shape-is-looked-up
  (let [store  (store {:legacy :ignore}) ; Else the application may name any key; a cookie may not, see legacy-cookie-test.
        prefix (:prefix store)
        uuid   (str (UUID/randomUUID))]
    (doseq [key [(str prefix ":" (string/upper-case uuid)) (str prefix ":" uuid "x") (str prefix ":" (subs uuid 1)) (str "other:" uuid) uuid
                 (str prefix ":*") (str prefix "::" uuid) (str prefix ":" (string/replace uuid "-" "")) (str " " prefix ":" uuid)]
            :let [key (if (re-find #"[a-f]" uuid) key (str key "x"))]]
      (bench/call "SET" key (pr-str {:admin true}))
      (testing key
        (is (nil? (ring/read-session store key)))
        (is (= (pr-str {:admin true}) (bench/call "GET" key))))
      (bench/call "DEL" key))))

(deftest another-type-at-an-old-key-reads-as-nothing-and-stays
  (let [store (store)
        key   (str (:prefix store) ":" (UUID/randomUUID))]
    (bench/call "HSET" key "a" "1")
    (is (nil? (ring/read-session store key)))
    (ring/write-session store key {:a 1})
    (is (= "hash" (.type (bench/probe) key)))
    (is (= "1" (bench/call "HGET" key "a")))))

(deftest an-old-session-that-is-too-large-reads-as-nothing-and-is-not-sent
  (let [store (store {:expire-secs 600 :reset-on-read true})
        key   (str (:prefix store) ":" (UUID/randomUUID))]
    (bench/call "SETRANGE" key (str (bit-shift-left 16 20)) "x")
    (try
      (is (nil? (ring/read-session store key)))
      (is (= -1 (.ttlMillis (bench/probe) key)) "and it ends as it would have ended")
      (finally (bench/call "DEL" key)))))

(deftest legacy-ignore-knows-no-old-sessions
  (let [store (store {:legacy :ignore})
        key   (old-session store {:user "ada"})]
    (is (not-any? #{"get" "getex" "eval" "evalsha"} (map first (bench/commands (is (nil? (ring/read-session store key)))))))
    (is (= (pr-str {:user "ada"}) (bench/call "GET" key)))))

;; --- {:legacy :keep}: the old layout, for as long as old servers run beside

(deftest legacy-keep-writes-new-sessions-for-old-servers
  (let [store (store {:legacy :keep :expire-secs 600})
        key   (ring/write-session store nil {:user "ada"})]
    (is (re-matches (re-pattern (str (:prefix store) ":[0-9a-f-]{36}")) key))
    (is (= "string" (.type (bench/probe) key)))
    (is (= (pr-str {:user "ada"}) (bench/call "GET" key)))
    (is (<= 590 (bench/ttl store) 660))
    (is (= {:user "ada"} (ring/read-session store key)))))

(deftest legacy-keep-changes-old-sessions-in-place
  (let [store (store {:legacy :keep})
        key   (old-session store {:user "ada"})]
    (is (= key (ring/write-session store key (assoc (ring/read-session store key) :n 1))))
    (is (= {:user "ada" :n 1} (edn/read-string (bench/call "GET" key))))
    (is (= [key] (bench/keys-of store)))))

(deftest legacy-keep-brings-no-deleted-session-back
  (let [store (store {:legacy :keep})
        key   (old-session store {:user "ada"})
        read  (ring/read-session store key)]
    (ring/delete-session store key)
    (is (nil? (ring/write-session store key (assoc read :n 1))))
    (is (empty? (bench/keys-of store)))))

(deftest legacy-keep-recreates-under-another-key
  (let [store (store {:legacy :keep})
        key   (old-session store {:user "ada"})
        read  (ring/read-session store key)]
    (ring/delete-session store key)
    (let [fresh (ring/write-session store nil (assoc read :n 1))]
      (is (not= key fresh))
      (is (= {:user "ada" :n 1} (edn/read-string (bench/call "GET" fresh))))
      (is (= [fresh] (bench/keys-of store))))))

(deftest after-legacy-keep-the-sessions-move
  (let [store (store {:legacy :keep})
        key   (ring/write-session store nil {:user "ada"})
        later (session/redis-store (bench/connection) (assoc handlers :prefix (:prefix store)))
        token (ring/write-session later key (assoc (ring/read-session later key) :n 1))]
    (is (token? token))
    (is (= {:user "ada" :n 1} (ring/read-session later token)))))

(deftest going-back-to-legacy-keep-still-reads-new-sessions
  (let [store (store)
        token (ring/write-session store nil {:user "ada"})
        keep  (session/redis-store (bench/connection) (assoc handlers :prefix (:prefix store) :legacy :keep))]
    (is (= {:user "ada"} (ring/read-session keep token)))))
