(ns ^:lowest ring.redis.session.same-test
  "What the other tests compare with sees each difference, and none where there is none."
  (:require [clojure.test :refer [are deftest is]]
            [sojourn.same :as same]))

(def ^:private float-and-double
  "Equal to each other, with different hashes."
  #{[(float -1.0)] [-1.0]})

(deftest nothing-differs-from-itself
  (are [value] (nil? (same/difference value value))
    nil
    {:a [1 {:b #{nil false}}]}
    {nil 1}
    #{nil}
    float-and-double
    (zipmap float-and-double [1 2])
    (with-meta [1] {:a 1})))

(deftest equal-members-are-told-apart-by-type
  (is (= 2 (count float-and-double)))
  (is (some? (same/difference float-and-double #{[-1.0] [1.0]})))
  (is (some? (same/difference #{[(float -1.0)]} #{[-1.0]})))
  (is (some? (same/difference {[(float -1.0)] 1} {[-1.0] 1}))))

(deftest what-differs-is-seen
  (are [went came] (some? (same/difference went came))
    nil 1
    1 nil
    1 1N
    [1] '(1)
    #{nil} #{1}
    {nil 1} {:a 1}
    {:a nil} {:b nil}
    {:a 1 :b 2} {:a 1}
    (with-meta [1] {:a 1}) [1]
    {(with-meta [1] {:a 1}) 1} {[1] 1}
    0.0 -0.0))
