(ns ^:no-doc ring.redis.session.carmine
  "Values as Carmine, the client of ring-redis-session, leaves them in Redis: strings and numbers as text; nil as NUL and _;
  bytes behind NUL and <; all else behind NUL and >, in the format of Nippy, which the application brings."
  (:require [clojure.string :as string])
  (:import (io.sojourn ValueNotAcceptedException)
           (java.nio.charset StandardCharsets)
           (java.util Arrays)))

(set! *warn-on-reflection* true)

(defn- nippy
  "What gives a function of Nippy, looked up until it is found; throws if Nippy is not on the class path, or does not load."
  [name]
  (let [found (atom nil)]
    (fn []
      (or @found
          (try
            (reset! found (doto (requiring-resolve (symbol "taoensso.nippy" name)) deref))
            (catch Throwable e
              (throw (ex-info "com.taoensso/nippy, which {:format :nippy} and old sessions need, is not on the class path, or does not load"
                              {::nippy true} e))))))))

(def ^:private nippy-freeze (nippy "freeze"))
(def ^:private nippy-thaw (nippy "thaw"))

(defn nippy-missing? [e]
  (::nippy (ex-data e)))

(defn freeze
  "The bytes of a value by the application's Nippy; refused with the reason of Nippy if it does not take it."
  ^bytes [attribute value]
  (let [freeze (nippy-freeze)]
    (try
      (freeze value)
      (catch Exception e
        (throw (ValueNotAcceptedException. attribute (if (nil? value) "nil" (.getName (class value)))
                                           "is not taken by the application's Nippy." e))))))

(defn thaw [^bytes bytes]
  ((nippy-thaw) bytes))

(defn nippy?
  "Whether bytes are Nippy's, which begin with its name."
  [^bytes bytes]
  (and (< 3 (alength bytes)) (= 78 (aget bytes 0)) (= 80 (aget bytes 1)) (= 89 (aget bytes 2))))

(defn decode
  "The value of what lies in Redis."
  [^bytes stored]
  (let [marked? (and (<= 2 (alength stored)) (zero? (aget stored 0)))
        payload #(Arrays/copyOfRange stored 2 (alength stored))]
    (case (when marked? (char (aget stored 1)))
      \> (thaw (payload))
      \< (payload)
      \_ nil
      (String. stored StandardCharsets/UTF_8))))

(defn- marked ^bytes [c ^bytes bytes]
  (let [all (byte-array (+ 2 (alength bytes)))]
    (aset all 1 (byte c))
    (System/arraycopy bytes 0 all 2 (alength bytes))
    all))

(defn encode
  "What Carmine leaves in Redis for a value."
  ^bytes [value]
  (let [text (cond
               (string? value)                                   value
               (keyword? value)                                  (subs (str value) 1)
               (char? value)                                     (str value)
               (some #(instance? % value) [Long Integer Short Byte Double Float]) (str value))]
    (cond
      (nil? value)   (marked \_ (byte-array 0))
      (bytes? value) (marked \< value)
      (nil? text)    (marked \> (freeze "session" value))
      (string/starts-with? text "\u0000")
      (throw (IllegalArgumentException. "A string that begins with NUL cannot be kept in the old layout"))
      :else          (.getBytes ^String text StandardCharsets/UTF_8))))

(defn quarantined?
  "Whether a value is what Nippy puts into the place of one that it does not thaw."
  [value]
  (and (map? value) (not (sorted? value)) (contains? value :nippy/unthawable)))

(defn thawed
  "Data without the entries of a session that Nippy did not thaw, and the keys of those."
  [data]
  (let [broken? (fn broken? [x]
                  (cond
                    (quarantined? x) true
                    (map? x)         (or (some broken? (keys x)) (some broken? (vals x)))
                    (coll? x)        (some broken? x)))]
    (if (and (map? data) (not (quarantined? data)))
      (let [lost (vec (for [[k v] data :when (or (broken? k) (broken? v))] k))]
        [(reduce dissoc data lost) lost])
      [data (when (broken? data) [:all])])))
