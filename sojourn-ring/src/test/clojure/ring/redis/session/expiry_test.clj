(ns ring.redis.session.expiry-test
  "What the store's options say holds for sessions that were there before."
  (:require [clojure.test :refer [deftest is testing]]
            [ring.middleware.session.store :as ring]
            [ring.redis.session :as session]
            [sojourn.bench :as bench]))

(set! *warn-on-reflection* true)

(defn- after
  "The time to live, in seconds, of a session that was made with some options, after f with a store of others."
  [from to f]
  (let [prefix (bench/fresh-prefix)
        before (bench/store (assoc from :prefix prefix))
        now    (bench/store (assoc to :prefix prefix))
        key    (ring/write-session before nil {:a 1})]
    (f now key)
    (bench/ttl now)))

(def ^:private writes
  {"what was read"     #(ring/write-session %1 %2 (ring/read-session %1 %2))
   "a fresh equal map" #(ring/write-session %1 %2 {:a 1})
   "a changed map"     #(ring/write-session %1 %2 (assoc (ring/read-session %1 %2) :b 2))
   "a fresh other map" #(ring/write-session %1 %2 {:c 3})
   "a swapped map"     #(session/swap-session! %1 %2 assoc :d 4)})

(deftest any-write-has-the-session-end-when-the-store-says
  (doseq [[what write] writes
          [from to least most] [[{} {:expire-secs 1800} 1750 1900]
                                [{:expire-secs 86400} {:expire-secs 600} 550 670]
                                [{:expire-secs 600} {:expire-secs 86400} 86300 87000]
                                [{:expire-secs 600} {} -1 -1]
                                [{} {:absolute-secs 600} 550 600]
                                [{:absolute-secs 6000} {:absolute-secs 600} 550 600]
                                [{:absolute-secs 600} {} -1 -1]]]
    (testing (pr-str what from to)
      (is (<= least (after from to write) most)))))

(deftest a-read-counts-with-reset-on-read-alone
  (is (= -1 (after {} {:expire-secs 1800} ring/read-session)))
  (is (<= 1750 (after {} {:expire-secs 1800 :reset-on-read true} ring/read-session) 1900))
  (is (<= 550 (after {} {:absolute-secs 600 :reset-on-read true} ring/read-session) 600)))

(deftest names-of-the-applications-own-end-as-the-store-says-too
  (let [prefix (bench/fresh-prefix)]
    (ring/write-session (bench/store {:prefix prefix}) "key" {:a 1})
    (let [store (bench/store {:prefix prefix :expire-secs 1})]
      (ring/write-session store "key" {:a 1})
      (is (bench/eventually (nil? (ring/read-session store "key")))))))

(deftest a-session-older-than-it-may-be-now-ends-with-the-next-write
  (let [prefix (bench/fresh-prefix)
        before (bench/store {:prefix prefix})
        now    (bench/store {:prefix prefix :absolute-secs 1})
        key    (ring/write-session before nil {:a 1})]
    (is (bench/eventually (nil? (ring/write-session now key (assoc (ring/read-session before key) :b (System/nanoTime))))))
    (is (bench/eventually (nil? (ring/read-session before key))))))

(deftest a-session-that-ends-when-it-should-costs-no-command-more
  (let [store (bench/store {:expire-secs 600 :absolute-secs 6000})
        key   (ring/write-session store nil {:a 1})]
    (is (= ["hgetall"] (map first (bench/commands (ring/write-session store key (ring/read-session store key))))))
    (is (= ["hgetall" "evalsha"] (map first (bench/commands (ring/write-session store key (assoc (ring/read-session store key) :b 2))))))))
