;; Measures the Ring store beside the layout of ring-redis-session: ./bench ring. The peer sends the commands that Carmine sends
;; (GET, SETEX) over Lettuce, too, with the same Nippy. Both take turns, and what is compared are the medians of their rounds.
(ns ring-bench
  (:require [clojure.string :as string]
            [ring.middleware.session.store :as ring]
            [ring.redis.session :as session]
            [ring.redis.session.carmine :as carmine]
            [taoensso.nippy :as nippy])
  (:import (io.lettuce.core RedisClient)
           (io.lettuce.core.api StatefulRedisConnection)
           (io.lettuce.core.codec ByteArrayCodec)
           (io.sojourn.testkit RedisProbe RedisServers)
           (java.util Random)))

(set! *warn-on-reflection* true)

(defn- line [i]
  {:id i :sku (str "SKU-" i) :name (str "Article number " i " in some colour") :price 19.99M :qty (mod i 7) :added #inst "2026-11-01"})

(def ^:private sessions
  [["100 bytes" {:user-id 4711 :note (apply str (repeat 60 \x))}]
   ["typical"   {:user-id 4711 :csrf (apply str (repeat 60 \c)) :locale "de" :flash nil :last-page "/shop/articles?page=3" :n 0}]
   ["100 lines" {:user-id 1 :n 0 :cart (mapv line (range 100))}]
   ["1000 lines" {:user-id 1 :n 0 :cart (mapv line (range 1000))}]
   ["1 MB"      {:user-id 1 :n 0 :text (let [random (Random. 1)]
                                         (apply str (repeatedly 180000 #(nth ["Lorem " "ipsum " "dolor " "sit " "amet, "] (.nextInt random 5)))))}]])

(defn- original
  "Functions that do what ring-redis-session does."
  [^StatefulRedisConnection connection write-handler read-handler]
  (let [commands (.sync connection)
        put      (fn [^String key data] (.setex commands (.getBytes key) 1800 (carmine/encode (write-handler data))))]
    {:create (fn [data] (let [key (str "session:" (java.util.UUID/randomUUID))] (put key data) key))
     :read   (fn [^String key] (read-handler (carmine/decode (.get commands (.getBytes key)))))
     :write  put}))

(defn- ours [store]
  {:create #(ring/write-session store nil %)
   :read   #(ring/read-session store %)
   :write  #(ring/write-session store %1 %2)})

(defn- bytes-of [^RedisProbe probe prefix]
  (reduce + (for [^String key (.keys probe) :when (string/starts-with? key prefix)]
              (if (= "hash" (.type probe key))
                (reduce + (map (fn [[field value]] (+ (count field) (alength ^bytes value))) (.hash probe key)))
                (.call probe (into-array String ["STRLEN" key]))))))

(defn- micros [n f]
  (let [start (System/nanoTime)]
    (dotimes [_ n] (f))
    (/ (- (System/nanoTime) start) 1e3 n)))

(defn- median [xs] (nth (sort xs) (quot (count xs) 2)))

(defn- compared
  "The medians of two functions that take turns, in microseconds."
  [rounds f g]
  (let [n (max 5 (long (/ 3000 (max 1 (micros 20 f)))))] ; Short turns, so that other work of the machine meets both.
    ;; Until the JIT compiler has done its work: so many calls of both, or as long as that takes them.
    (loop [calls 0, end (+ (System/nanoTime) 8000000000)]
      (micros n f)
      (micros n g)
      (when (and (< calls 30000) (< (System/nanoTime) end)) (recur (+ calls n) end)))
    (let [both (vec (repeatedly (* 10 rounds) #(vector (micros n f) (micros n g))))]
      [(median (map first both)) (median (map second both))])))

(defn- row [what size unit ours theirs most]
  (println (format "%-11s %-22s %-11s %12.1f %12.1f %6.2f  %s" what size unit (double ours) (double theirs) (double (/ ours (max 1 theirs)))
                   (if (<= ours most) "" "OVER THE LIMIT"))))

(defn -main [rounds]
  (with-open [server (RedisServers/start (into-array String ["save \"\"" "appendonly no"]))
              probe  (.probe server)
              client (RedisClient/create (.uri server))
              peer   (.connect client ByteArrayCodec/INSTANCE)]
    (println (format "%-11s %-22s %-11s %12s %12s %6s" "" "" "" "Sojourn" "the original" "times"))
    (doseq [[format options write-handler read-handler time-limit]
            [["Nippy"    {:format :nippy} identity identity 1.15]
             ["handlers" {:write-handler nippy/freeze :read-handler nippy/thaw} nippy/freeze nippy/thaw 1.15]
             ["EDN"      {} identity identity 1.5]]
            [size data] sessions]
      (.call probe (into-array String ["FLUSHALL"]))
      (let [a    (ours (session/redis-store (.uri server) (assoc options :expire-secs 1800 :prefix "ours" :max-session-bytes 100000000)))
            b    (original peer write-handler read-handler)
            [ka kb] [((:create a) data) ((:create b) data)]
            [ba bb] [(bytes-of probe "ours:") (bytes-of probe "session:")]
            n    (atom 0)
            save (fn [{:keys [read write]} key] (write key (assoc (read key) :n (swap! n inc))))
            name (str size ", " format)]
        (when (not= "EDN" format)
          (row "ring-bytes" name "bytes" ba bb (+ 250 (* 1.15 bb))))
        (let [[ta tb] (compared rounds #((:read a) ka) #((:read b) kb))]
          (row "ring-read" name "us" ta tb (* time-limit tb)))
        (let [[ta tb] (compared rounds #(save a ka) #(save b kb))]
          (row "ring-write" name "us" ta tb (if (= "EDN" format) ##Inf (* time-limit tb))))))))

(-main (Long/parseLong (or (first *command-line-args*) "9")))
(System/exit 0)
