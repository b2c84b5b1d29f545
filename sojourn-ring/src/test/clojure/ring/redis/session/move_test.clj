(ns ^{:needs [:ring :nippy]} ring.redis.session.move-test
  "The move from ring-redis-session, forward and back, with answers that get lost: nobody is signed out."
  (:require [clojure.test :refer [deftest is testing]]
            [ring.middleware.session.store :as ring]
            [ring.redis.session :as session]
            [ring.redis.session.carmine :as carmine]
            [ring.redis.session.legacy :as legacy]
            [sojourn.bench :as bench]
            [sojourn.visit :as visit])
  (:import (io.sojourn.testkit RedisProbe)
           (java.util UUID)))

(set! *warn-on-reflection* true)

(defn- utf8 ^bytes [^String s] (.getBytes s "UTF-8"))

(defn- put-raw [^String key ^bytes bytes]
  (.callBytes ^RedisProbe (bench/probe) (into-array (Class/forName "[B") [(utf8 "SET") (utf8 key) bytes]))
  key)

(defn- old-session
  "Stores a session as ring-redis-session does; its cookie."
  [store data]
  (put-raw (str (:prefix store) ":" (UUID/randomUUID)) (carmine/encode data)))

(deftest the-old-cookie-goes-on-opening-the-session-until-the-new-one-was-seen
  (let [store   (bench/store)
        browser (visit/browser (old-session store {:user "ada"}))
        old     @browser]
    (visit/change store (visit/browser old) assoc :n 1)
    (is (= {:user "ada" :n 1} (visit/look store browser)) "the answer with the new one was lost")
    (visit/change store browser assoc :n 2)
    (is (= {:user "ada" :n 2} (visit/look store browser)))
    (is (= 1 (count (bench/keys-of store))))))

(deftest all-requests-of-one-page-see-the-session
  (dotimes [_ 5]
    (let [store   (bench/store)
          cookie  (old-session store {:user "ada"})
          answers (mapv deref (mapv (fn [i] (future (visit/change store (visit/browser cookie) assoc i i))) (range 12)))
          fresh   (distinct (keep visit/set-cookie answers))]
      (is (every? #(= "ada" (:user (:seen %))) answers))
      (is (= 1 (count fresh)) "one of them has the new cookie")
      (is (= (into {:user "ada"} (map (juxt identity identity)) (range 12)) (visit/look store (visit/browser (first fresh))))))))

(deftest nothing-in-redis-gives-the-old-cookie-away
  (let [store  (bench/store)
        cookie (old-session store {:user "ada"})]
    (visit/change store (visit/browser cookie) assoc :n 1)
    (is (not (bench/lies-in-redis? store (subs cookie (inc (count (:prefix store)))))))
    (is (not= cookie (bench/only-key store)))))

(deftest a-logout-by-either-cookie-ends-an-adopted-session
  (doseq [which [:old :new]]
    (let [store   (bench/store)
          browser (visit/browser (old-session store {:user "ada"}))
          old     (visit/browser @browser)]
      (visit/change store browser assoc :n 1)
      (visit/visit store (if (= which :old) old browser) (constantly {:session nil}))
      (is (= {} (visit/look store browser) (visit/look store old)))
      (is (empty? (bench/keys-of store))))))

(deftest a-sign-in-ends-the-old-cookie-of-an-adopted-session
  (let [store   (bench/store)
        browser (visit/browser (old-session store {:lang "de"}))
        old     (visit/browser @browser)]
    (visit/change store browser assoc :n 1)
    (visit/change store browser #(vary-meta (assoc % :user "ada") assoc :recreate true))
    (is (= {} (visit/look store old)))
    (is (= {:lang "de" :n 1 :user "ada"} (visit/look store browser)))))

(deftest a-late-request-with-an-old-cookie-does-not-replace-the-cookie-of-a-sign-in
  (let [store   (bench/store)
        browser (visit/browser (old-session store {:lang "de"}))
        old     (visit/browser @browser)]
    (visit/change store browser #(vary-meta (assoc % :user "ada") assoc :recreate true))
    (is (nil? (visit/set-cookie (visit/change store old assoc :late true))))
    (is (= {:lang "de" :user "ada"} (visit/look store browser)))))

(deftest a-sign-in-with-an-old-session-whose-answer-was-lost-can-be-repeated
  (let [store   (bench/store)
        browser (visit/browser (old-session store {:lang "de"}))
        sign-in #(vary-meta (assoc % :user "ada") assoc :recreate true)]
    (visit/change store (visit/browser @browser) sign-in)
    (visit/change store browser sign-in)
    (is (= "ada" (:user (visit/look store browser))))))

(deftest an-old-session-that-was-ended-while-a-request-moved-it-stays-ended
  (let [store (bench/store)
        key   (old-session store {:user "ada"})
        read  (ring/read-session store key)]
    (bench/call "DEL" key)
    (is (nil? (ring/write-session store key (assoc read :n 1))))
    (is (empty? (bench/keys-of store)))))

(defn- keeping [store]
  (session/redis-store (bench/connection) {:prefix (:prefix store) :legacy :keep}))

(deftest a-fresh-map-does-not-bring-an-old-session-back-that-was-ended-meanwhile
  (doseq [which [identity keeping]]
    (let [store          (bench/store)
          cookie         (old-session store {:user "ada"})
          [read? finish] (visit/slow (which store) (visit/browser cookie) (constantly {:session {:user "ada" :n 1}}))]
      (is (read?))
      (visit/visit (which store) (visit/browser cookie) (constantly {:session nil}))
      (is (nil? (visit/set-cookie (finish))))
      (is (empty? (bench/keys-of store)))
      (is (= {} (visit/look store (visit/browser cookie)))))))

(deftest a-handler-that-ends-an-old-session-and-returns-a-fresh-map-has-ended-it
  (let [store (bench/store)
        key   (old-session store {:user "ada"})]
    (ring/read-session store key)
    (ring/delete-session store key)
    (is (nil? (ring/write-session store key {:user "ada"})))
    (is (empty? (bench/keys-of store)))))

(deftest swap-session-moves-an-old-session-and-its-cookie-goes-on-opening-it
  (let [store (bench/store {:principal-key :user})
        key   (old-session store {:user "ada" :n 0})]
    (is (= {:user "ada" :n 1} (session/swap-session! store key update :n inc)))
    (is (= {:user "ada" :n 1} (ring/read-session store key)))
    (is (nil? (bench/call "GET" key)))))

;; --- moves that are cut short: the new form is there, and the old one has not been removed

(defn- cut-short
  "A session that a request has begun to move: {:user \"ada\" :n 1} in the new form, {:user \"ada\"} in the old one. Its old
  cookie, the only one that a client has."
  [store]
  (let [cookie (old-session store {:user "ada"})]
    (visit/change store (visit/browser cookie) assoc :n 1)
    (put-raw cookie (carmine/encode {:user "ada"}))))

(deftest while-a-move-is-cut-short-all-nodes-know-the-new-form
  (let [store  (bench/store)
        cookie (cut-short store)]
    (is (= {:user "ada" :n 1} (visit/look (keeping store) (visit/browser cookie))))
    (visit/change (keeping store) (visit/browser cookie) assoc :kept true)
    (is (= {:user "ada" :n 1 :kept true} (visit/look store (visit/browser cookie))))))

(deftest a-logout-amid-a-move-ends-both-forms
  (doseq [which [identity keeping]]
    (let [store          (bench/store)
          cookie         (old-session store {:user "ada"})
          [read? finish] (visit/slow (which store) (visit/browser cookie) (constantly {:session nil}))]
      (is (read?))
      (visit/change store (visit/browser cookie) assoc :n 1)
      (put-raw cookie (carmine/encode {:user "ada"}))
      (finish)
      (is (= {} (visit/look store (visit/browser cookie)) (visit/look (keeping store) (visit/browser cookie))))
      (is (nil? (bench/call "GET" cookie))))))

(deftest a-request-between-the-two-steps-of-a-move-does-not-end-the-session
  (let [store    (bench/store)
        cookie   (old-session store {:user "ada"})
        remove   @#'legacy/delete-stage
        between? (atom true)
        browser  (visit/browser cookie)]
    (with-redefs [legacy/delete-stage (fn [& args]
                                        (when (compare-and-set! between? true false)
                                          (visit/change store (visit/browser cookie) assoc :between 1))
                                        (apply remove args))]
      (visit/change store browser assoc :n 1))
    (is (= {:user "ada" :n 1 :between 1} (visit/look store browser)))
    (is (= 1 (count (bench/keys-of store))))))

(deftest a-node-that-keeps-the-old-form-loses-nothing-to-one-that-moves
  (let [store          (bench/store)
        cookie         (old-session store {:user "ada"})
        [read? finish] (visit/slow (keeping store) (visit/browser cookie) #(hash-map :session (assoc % :kept true)))]
    (is (read?))
    (visit/change store (visit/browser cookie) assoc :n 1)
    (finish)
    (is (= {:user "ada" :n 1 :kept true} (visit/look store (visit/browser cookie))))))

;; --- values that do not move as they are

(deftest a-sorted-map-in-an-old-session-signs-nobody-out
  (let [store (bench/store)
        data  {:user "ada" :scores (sorted-map 1 :a 2 :b) :deep [{:m (sorted-map "x" 1)}]}
        key   (old-session store data)]
    (is (= data (ring/read-session store key)))
    (is (= (assoc data :n 1) (ring/read-session store (ring/write-session store key (assoc (ring/read-session store key) :n 1)))))))

(deftest what-nippy-has-quarantined-is-left-out-and-the-rest-is-kept
  (let [store (bench/store)
        lost  {:nippy/unthawable {:type :serializable :cause :quarantined :class-name "shop.Cart"}}
        key   (old-session store {:user "ada" :cart lost :nested [{:deep lost}]})
        lines (bench/warnings (is (= {:user "ada"} (ring/read-session store key))))]
    (is (= 1 (count lines)))
    (is (re-find #":cart" (first lines)))))

(deftest what-edn-refuses-is-kept-by-nippy-and-no-write-fails
  (let [store (bench/store)
        data  {:user "ada" :list [(object-array [1 2])] :ints (int-array [1 2]) :deep {:longs [(long-array [3])]}}
        key   (old-session store data)
        read  (ring/read-session store key)
        fresh (ring/write-session store key (assoc read :n 1))
        back  (ring/read-session store fresh)]
    (is (= "ada" (:user back)))
    (is (= [1 2] (seq (first (:list back))) (seq (:ints back))))
    (is (= 1 (:n back)))
    (is (= fresh (ring/write-session store fresh (assoc back :n 2))) "nor does a later one")
    (is (= [3] (seq (first (:longs (:deep (ring/read-session store fresh)))))))))

(deftest a-key-that-edn-refuses-is-left-out-with-one-warning
  (let [store (bench/store)
        key   (old-session store {:user "ada" (int-array [1]) :ints})
        fresh (atom nil)
        lines (bench/warnings (reset! fresh (ring/write-session store key (assoc (ring/read-session store key) :n 1))))]
    (is (= {:user "ada" :n 1} (ring/read-session store @fresh)))
    (is (= 1 (count lines)))
    (is (re-find #"left out" (str (first lines))))))

(deftest a-collection-with-such-a-value-in-it-can-be-changed-at-each-write
  (let [store (bench/store)
        cart  (fn [key] (:cart (ring/read-session store key)))
        key   (reduce (fn [key _] (ring/write-session store key (update-in (ring/read-session store key) [:cart :n] inc)))
                      (old-session store {:cart {:n 0 :ints (int-array [1 2])}})
                      (range 3))]
    (is (= 3 (:n (cart key))))
    (is (= [1 2] (seq (:ints (cart key)))))))

(deftest a-session-with-such-a-value-can-be-replaced-by-a-new-map-and-have-any-shape
  (doseq [[shape change] [[{:user "ada" :deep {:ints (int-array [1 2])}} #(into {} (update % :n (fnil inc 0)))]
                          [(sorted-map 1 "ada" 2 {:ints (int-array [1 2])}) #(update % 3 (fnil inc 0))]]
          :let [store (bench/store)
                write (fn [key _] (ring/write-session store key (change (ring/read-session store key))))
                back  (ring/read-session store (reduce write (old-session store shape) (range 3)))]]
    (testing (class shape)
      (is (= #{"ada" 3} (set (remove map? (vals back)))))
      (is (= [1 2] (seq (some :ints (filter map? (vals back)))))))))

;; --- names of the application's own, and odd prefixes

(deftest sessions-under-names-of-the-applications-own-are-found-and-move
  (let [store (bench/store)
        name  (str (gensym "report"))]
    (put-raw name (carmine/encode {:rows 12}))
    (is (= {:rows 12} (ring/read-session store name)))
    (is (= name (ring/write-session store name (assoc (ring/read-session store name) :more 1))))
    (is (= {:rows 12 :more 1} (ring/read-session store name)))
    (is (nil? (bench/call "GET" name)))
    (put-raw (str name "-b") (carmine/encode {:rows 1}))
    (is (= (str name "-b") (ring/write-session store (str name "-b") {:rows 2})))
    (is (= {:rows 2} (ring/read-session store (str name "-b"))))
    (put-raw (str name "-c") (carmine/encode {:rows 1}))
    (is (nil? (ring/delete-session store (str name "-c"))))
    (is (nil? (ring/read-session store (str name "-c"))))
    (is (nil? (bench/call "GET" (str name "-c"))))))

(deftest what-is-written-twice-to-an-old-session-under-a-name-ends-as-it-was-written-last
  (doseq [name-of [identity keyword]]
    (let [store (bench/store)
          text  (put-raw (str (gensym "report")) (carmine/encode {:rows 12}))
          name  (name-of text)
          read  (ring/read-session store name)]
      (is (= name (ring/write-session store name (assoc read :a 1))))
      (is (= name (ring/write-session store name (assoc read :b 2))))
      (is (= {:rows 12 :b 2} (ring/read-session store name)))
      (is (= {:rows 12} (some->> (ring/write-session store nil read) (ring/read-session store))) "a copy under a key of its own"))))

(deftest any-prefix-looks-at-the-keys-that-the-original-looks-at
  (doseq [prefix [:kw 'sym nil "my app" "ü" 7 :ns/kw]]
    (testing (pr-str prefix)
      (let [store (session/redis-store (bench/connection) {:prefix prefix})
            key   (put-raw (str prefix ":" (UUID/randomUUID)) (carmine/encode {:user "ada"}))]
        (is (= {:user "ada"} (ring/read-session store key)))
        (is (= {:user "ada" :n 1} (ring/read-session store (ring/write-session store key (assoc (ring/read-session store key) :n 1)))))))))

(deftest what-carmine-writes-is-read-as-carmine-reads-it
  (let [store (bench/store)]
    (doseq [[value read] [["text" "text"] [42 "42"] [1.5 "1.5"] [:kw "kw"] [:ns/kw "ns/kw"] [\c "c"] [nil nil] [[1 2] [1 2]] [true true]]]
      (testing (pr-str value)
        (is (= read (ring/read-session store (old-session store value))))))
    (is (= [1 2] (vec (ring/read-session store (old-session store (byte-array [1 2]))))))))

(deftest a-timeout-of-zero-is-a-long-one
  (is (= {:a 1} (bench/round-trip (session/redis-store (assoc-in (bench/connection) [:spec :timeout-ms] 0) {:prefix (bench/fresh-prefix)}) {:a 1}))))
