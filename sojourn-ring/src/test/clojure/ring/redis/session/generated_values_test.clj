(ns ^:lowest ring.redis.session.generated-values-test
  "Values that nobody thought of."
  (:require [clojure.test :refer [deftest is]]
            [clojure.test.check.generators :as gen]
            [ring.redis.session :refer [redis-store]]
            [sojourn.bench :as bench]
            [sojourn.generated :as generated])
  (:import (io.sojourn.memory MemoryStore)))

(deftest any-session-comes-back-as-it-went
  (with-open [memory (MemoryStore.)]
    (is (generated/holds? 300 (generated/comes-back-as-it-went (redis-store memory) generated/session)))))

(deftest any-session-comes-back-from-redis-as-it-went
  (is (generated/holds? 60 (generated/comes-back-as-it-went (bench/store {:expire-secs 60}) generated/session))))

(deftest any-value-is-a-session-of-its-own
  (with-open [memory (MemoryStore.)]
    (is (generated/holds? 100 (generated/comes-back-as-it-went (redis-store memory) (gen/such-that some? generated/value))))))

(deftest any-change-of-a-session-is-stored
  (with-open [memory (MemoryStore.)]
    (is (generated/holds? 150 (generated/changes-to-what-was-written (redis-store memory))))))

(deftest changes-at-once-and-one-after-the-other-end-as-they-should
  (doseq [law generated/laws-of-changes]
    (with-open [memory (MemoryStore.)]
      (is (generated/holds? 120 (law (redis-store memory)))))))
