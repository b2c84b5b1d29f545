(ns sojourn.same
  "Whether a value came back as it went: equal, of the same type, with the same metadata, at every level."
  (:import (clojure.lang IPersistentList IRecord PersistentQueue Sorted)))

(defn- kind
  "What must stay the same about a value's class. Which of Clojure's classes a vector, an unsorted map or a sequence has
  depends on its size and its making."
  [x]
  (cond
    (instance? IRecord x)         (class x)
    (and (map? x) (sorted? x))    :sorted-map
    (map? x)                      :map
    (and (set? x) (sorted? x))    :sorted-set
    (set? x)                      :set
    (vector? x)                   :vector
    (instance? PersistentQueue x) :queue
    (instance? IPersistentList x) :list
    (seq? x)                      :seq
    :else                         (class x)))

(declare difference)

(defn- equal?
  "= which is false where Clojure fails to compare: a sorted map with a map whose keys cannot be sorted among its own."
  [a b]
  (try
    (= a b)
    (catch ClassCastException _ false)))

(defn- alike? [a b]
  (and (= (kind a) (kind b)) (equal? a b)))

(defn- first-difference [path pairs]
  (first (keep (fn [[step a b]] (difference (conj path step) a b)) pairs)))

(defn- in-order [a b]
  (map vector (range) a b))

(defn- counterpart
  "The member of a set, or the entry of a map (part is key), that x came back as, as [it]; nil if there is none. Where
  several are equal to x it is the one without a difference: to Clojure a vector of a float equals the vector of the
  same double, and a set holds both, for their hashes differ."
  [part x among]
  (let [candidates (filter #(alike? (part %) x) among)]
    (seq (take 1 (concat (remove #(difference x (part %)) candidates) candidates)))))

(defn- entries
  "The entries of two maps, paired by key, and the keys paired with themselves as they came back."
  [a b]
  (mapcat (fn [[k v]]
            (if-let [[[k' v']] (counterpart key k b)]
              [[[:key k] k k'] [k v v']]
              [[[:key k] k ::missing]]))
          a))

(defn- members [a b]
  (map (fn [x] [[:member x] x (if-let [[y] (counterpart identity x b)] y ::missing)]) a))

(defn- content-difference [path a b]
  (cond
    (and (seq? a) (seq? b))                     (or (when (not= (count a) (count b)) [path :count])
                                                    (first-difference path (in-order a b)))
    (not= (if (coll? a) (count a)) (if (coll? b) (count b))) [path :count]
    (or (sorted? a) (sequential? a))            (first-difference path (if (map? a)
                                                                         (mapcat (fn [[k v] [k' v']] [[[:key k] k k'] [k v v']]) a b)
                                                                         (in-order a b)))
    (map? a)                                    (first-difference path (entries a b))
    (set? a)                                    (first-difference path (members a b))
    (and (class a) (.isArray ^Class (class a))) (first-difference path (concat [[:length (alength ^objects (to-array a))
                                                                                         (alength ^objects (to-array b))]]
                                                                               (in-order a b)))
    ;; equals tells -0.0 from 0.0, 1.0M from 1.00M, and finds NaN equal to itself; = finds 1N equal to 1N
    (or (.equals ^Object a b) (equal? a b))          (when (and (float? a) (not (.equals ^Object a b))) [path a b])
    (instance? java.util.regex.Pattern a)       (when (not= (str a) (str b)) [path a b])
    :else                                       [path a b]))

(defn difference
  "The first difference between what went and what came back, as [path ...]; nil if there is none."
  ([a b] (difference [] a b))
  ([path a b]
   (cond
     (nil? a)                            (when (some? b) [path a b])
     (nil? b)                            [path a b]
     (and (= :seq (kind a)) (seq? b))    (content-difference path a b) ; a lazy sequence comes back as a list
     (not= (kind a) (kind b))            [path (class a) (class b)]
     :else                               (or (content-difference path a b)
                                             (when (instance? clojure.lang.IObj a)
                                               (when-let [found (difference (conj path :meta)
                                                                            (not-empty (dissoc (meta a) :io.sojourn.ring/read))
                                                                            (not-empty (dissoc (meta b) :io.sojourn.ring/read)))]
                                                 found))))))
