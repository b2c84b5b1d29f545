(ns ^{:needs [:nippy]} ring.redis.session.nippy-test
  "Old sessions that Carmine froze with Nippy."
  (:require [clojure.string :as string]
            [clojure.test :refer [deftest is]]
            [ring.middleware.session.store :as ring]
            [ring.redis.session]
            [sojourn.bench :as bench]
            [sojourn.child :as child]
            [taoensso.nippy :as nippy])
  (:import (io.sojourn.testkit RedisProbe)
           (java.io ByteArrayOutputStream)
           (java.util Date UUID)))

(set! *warn-on-reflection* true)

(defn- marked
  "Bytes with one of Carmine's marks in front: NUL and a character."
  [^String mark ^bytes bytes]
  (let [out (ByteArrayOutputStream.)]
    (.write out (.getBytes mark "ISO-8859-1"))
    (.write out bytes)
    (.toByteArray out)))

(defn- frozen [data]
  (marked "\u0000>" (nippy/freeze data)))

(defn- utf8 ^bytes [^String s] (.getBytes s "UTF-8"))

(defn- put
  "Stores bytes under a key of the original's shape, and returns the key."
  [store ^bytes bytes]
  (let [key (str (:prefix store) ":" (UUID/randomUUID))]
    (.callBytes ^RedisProbe (bench/probe) (into-array (Class/forName "[B") [(utf8 "SET") (utf8 key) bytes]))
    key))

(def ^:private data
  {:user "ada" :n 1 :set #{:a} :when (Date. 0) :nested {:v [1 2.5 nil]} "string" 'symbol})

(deftest a-frozen-session-is-read
  (let [store (bench/store)]
    (is (= data (ring/read-session store (put store (frozen data)))))))

(deftest a-frozen-session-moves-when-it-is-changed
  (let [store (bench/store)
        key   (put store (frozen data))
        token (ring/write-session store key (assoc (ring/read-session store key) :n 2))]
    (is (not= key token))
    (is (= (assoc data :n 2) (ring/read-session store token)))
    (is (= 1 (count (bench/keys-of store))))))

(deftest two-changes-of-a-frozen-session-at-once-are-merged
  (let [store (bench/store)
        key   (put store (frozen data))
        one   (ring/read-session store key)
        two   (ring/read-session store key)
        token (ring/write-session store key (assoc one :one 1))]
    (is (not= token (ring/write-session store key (assoc two :two 2))))
    (is (= (assoc data :one 1 :two 2) (ring/read-session store token)))
    (is (= 1 (count (bench/keys-of store))))))

(deftest marked-bytes-reach-the-read-handler-as-bytes
  (let [store (bench/store {:read-handler vec :write-handler byte-array})]
    (is (= [1 2 3] (ring/read-session store (put store (marked "\u0000<" (byte-array [1 2 3]))))))))

(deftest a-frozen-value-goes-through-the-read-handler
  (let [store (bench/store {:read-handler #(assoc % :handled true)})]
    (is (= (assoc data :handled true) (ring/read-session store (put store (frozen data)))))))

(deftest a-frozen-value-that-cannot-be-thawed-reads-as-nothing
  (let [store (bench/store)
        key   (put store (marked "\u0000>" (utf8 "NPY this is none")))]
    (is (nil? (ring/read-session store key)))
    (is (= [key] (bench/keys-of store)) "and stays")))

(deftest legacy-keep-freezes-for-old-servers
  (let [store (bench/store {:legacy :keep :expire-secs 600})
        key   (ring/write-session store nil data)
        bytes (.callBytes ^RedisProbe (bench/probe) (into-array (Class/forName "[B") [(utf8 "GET") (utf8 key)]))]
    (is (= [0 62] (take 2 bytes)))
    (is (= data (nippy/thaw (byte-array (drop 2 bytes)))))
    (is (= data (ring/read-session store key)))
    (is (= key (ring/write-session store key (assoc (ring/read-session store key) :n 2))))
    (is (= (assoc data :n 2) (ring/read-session store key)))))

(deftest without-nippy-old-strings-are-read-frozen-sessions-are-none-and-one-warning-says-why
  (let [store (bench/store)
        old   {:one (put store (frozen data)) :two (put store (frozen data)) :text (put store (utf8 "{:user \"ada\"}"))}
        {:keys [exit output]}
        (child/run '(do (require '[ring.redis.session :as session]
                                 '[ring.middleware.session.store :as ring])
                        (let [store (session/redis-store (System/getProperty "uri") {:prefix (System/getProperty "prefix")})]
                          (prn {:read (mapv #(ring/read-session store (System/getProperty %)) ["one" "two" "text"])
                                :own  (ring/read-session store (ring/write-session store nil {:a 1}))})))
                   (merge {:uri (.uri (bench/server)) :prefix (:prefix store)} old)
                   (remove #(re-find #"nippy" %) (child/class-path)))]
    (is (= 0 exit) output)
    (is (string/includes? output "{:read [nil nil \"{:user \\\"ada\\\"}\"], :own {:a 1}}") output)
    (is (= 1 (count (re-seq #"(?i)com\.taoensso/nippy" output))) output)
    (is (every? (set (bench/keys-of store)) (vals old)) "and nothing is lost")))

(deftest without-nippy-a-store-in-its-format-is-refused-when-it-is-made
  (let [{:keys [output]} (child/run '(do (require '[ring.redis.session :as session])
                                         (prn (try (session/redis-store nil {:format :nippy}) (catch Exception e (ex-message e)))))
                                    {}
                                    (remove #(re-find #"nippy" %) (child/class-path)))]
    (is (string/includes? output "com.taoensso/nippy, which {:format :nippy}") output)))

(deftest short-values-are-stored-in-edn-with-nippy-too
  (let [store   (bench/store {:format :nippy})
        session {:n 1 :s "NPY \"quoted\"" :k :shop/tea :t true :none nil :long (apply str (repeat 300 "NPY")) :v [1 "a"] :double 1.5}
        key     (ring/write-session store nil session)]
    (is (= session (ring/read-session store key)))
    (is (every? #(bench/lies-in-redis? store %) [":shop/tea" "\"NPY \\\"quoted\\\"\"" "true"]))
    (is (= 2 (:n (ring/read-session store (ring/write-session store key (assoc (ring/read-session store key) :n 2))))))))

(deftest a-session-that-was-read-can-be-frozen-by-the-application
  (let [store   (bench/store)
        session (ring/read-session store (ring/write-session store nil data))]
    (is (= data (nippy/thaw (nippy/freeze session))))
    (is (= (select-keys data [:n]) (nippy/thaw (nippy/freeze (select-keys session [:n])))))))

(deftest a-write-handler-that-freezes-without-a-read-handler-gives-the-bytes-back
  (doseq [legacy [:move :keep]]
    (let [store (bench/store {:write-handler nippy/freeze :legacy legacy})
          key   (ring/write-session store nil data)]
      (is (= data (nippy/thaw (ring/read-session store key))))
      (is (= key (ring/write-session store key (assoc data :n 2))))
      (is (= (assoc data :n 2) (nippy/thaw (ring/read-session store key)))))))

(deftest a-write-handler-that-freezes-metadata-may-get-a-session-within-a-session
  (let [store (bench/store {:write-handler nippy/freeze :read-handler nippy/thaw})
        key   (ring/write-session store nil data)]
    (ring/write-session store key (let [session (ring/read-session store key)] (assoc session :before session)))
    (is (= (assoc data :before data) (ring/read-session store key)))))

(deftest a-session-takes-little-more-room-than-the-originals
  (doseq [options [{:format :nippy} {:write-handler nippy/freeze :read-handler nippy/thaw}]
          cart    [0 1 10 100 1000]
          :let    [store (bench/store (assoc options :expire-secs 1800))
                   data  {:user-id 4711 :csrf (apply str (repeat 60 \c)) :cart (mapv #(array-map :id % :sku (str "SKU-" %) :price 19.99M) (range cart))}
                   old   (count (frozen data))]]
    (ring/write-session store nil data)
    (is (>= (+ 250 (* 1.15 old)) (reduce + (mapcat (fn [[field bytes]] [(count field) (count bytes)]) (bench/fields store)))))))

(deftest the-end-of-a-session-tells-what-nippy-thaws
  (let [heard (atom [])
        store (bench/store {:format :nippy :on-end #(swap! heard conj (:session %))})
        key   (ring/write-session store nil (assoc data :doubles (double-array [1.5])))]
    (ring/delete-session store key)
    (is (bench/eventually (seq @heard)))
    (is (= data (dissoc (first @heard) :doubles)))
    (is (= [1.5] (vec (:doubles (first @heard)))))
    (bench/close store)))
