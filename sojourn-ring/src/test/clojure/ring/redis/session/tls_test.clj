(ns ring.redis.session.tls-test
  "TLS, to a certificate that the JVM trusts and to one that it does not."
  (:require [clojure.java.io :as io]
            [clojure.java.shell :refer [sh]]
            [clojure.string :as string]
            [clojure.test :refer [deftest is testing]]
            [sojourn.bench :as bench]
            [sojourn.child :as child])
  (:import (java.io Closeable File InputStream OutputStream)
           (java.net InetAddress ServerSocket Socket)
           (java.security KeyStore)
           (javax.net.ssl KeyManagerFactory SSLContext)))

(set! *warn-on-reflection* true)

(def ^:private password "changeit")

(def ^:private ^File key-store
  "A fresh key and a certificate for this machine, signed by nobody."
  (delay
    (let [file (doto (File/createTempFile "sojourn" ".p12") .delete .deleteOnExit)]
      (sh (str (System/getProperty "java.home") "/bin/keytool") "-genkeypair" "-keystore" (str file) "-storetype" "PKCS12"
          "-storepass" password "-alias" "a" "-keyalg" "EC" "-dname" "CN=localhost" "-ext" "san=dns:localhost,ip:127.0.0.1")
      file)))

(defn- context ^SSLContext []
  (let [store (KeyStore/getInstance (io/file @key-store) (.toCharArray ^String password))
        keys  (doto (KeyManagerFactory/getInstance "PKIX") (.init store (.toCharArray ^String password)))]
    (doto (SSLContext/getInstance "TLS") (.init (.getKeyManagers keys) nil nil))))

(defn- daemon [f]
  (doto (Thread. ^Runnable #(try (f) (catch java.io.IOException _))) (.setDaemon true) .start))

(defn- pump [^InputStream in ^OutputStream out]
  (daemon #(with-open [out out]
             (let [buffer (byte-array 8192)]
               (loop []
                 (let [n (.read in buffer)]
                   (when (pos? n)
                     (.write out buffer 0 n)
                     (.flush out)
                     (recur))))))))

(defn- start-relay
  "What speaks TLS for the shared server. Returns a closeable server socket."
  ^ServerSocket []
  (let [relay (.createServerSocket (.getServerSocketFactory (context)) 0 10 (InetAddress/getByName "127.0.0.1"))]
    (daemon #(loop []
               (let [client (.accept relay)
                     redis  (Socket. "127.0.0.1" (.port (bench/server)))]
                 (pump (.getInputStream client) (.getOutputStream redis))
                 (pump (.getInputStream redis) (.getOutputStream client))
                 (recur))))
    relay))

(def ^:private program
  '(do (require '[ring.redis.session :as session] '[ring.middleware.session.store :as ring])
       (let [port (Long/parseLong (System/getProperty "port"))]
         (doseq [connection [(str "rediss://localhost:" port)
                             {:spec {:host "localhost" :port port :ssl-fn :default}}]
                 :let       [store (session/redis-store (if (map? connection)
                                                          (assoc-in connection [:spec :timeout-ms] 5000)
                                                          connection))]]
           (println (try
                      (ring/read-session store (ring/write-session store nil {:over "TLS"}))
                      (catch Exception e (str "refused: " (.getName (class e))))))))))

(deftest a-server-whose-certificate-is-trusted-is-connected-to
  (with-open [^Closeable relay (start-relay)]
    (let [{:keys [exit output]} (child/run program {:port (.getLocalPort ^ServerSocket relay)
                                                    :javax.net.ssl.trustStore         @key-store
                                                    :javax.net.ssl.trustStorePassword password})]
      (is (= 0 exit))
      (is (= 2 (count (re-seq #"\{:over TLS\}" output))) output))))

(deftest a-server-whose-certificate-is-not-trusted-is-not
  (with-open [^Closeable relay (start-relay)]
    (let [{:keys [exit output]} (child/run program {:port (.getLocalPort ^ServerSocket relay)})]
      (is (= 0 exit))
      (is (= 2 (count (re-seq #"refused: io.sojourn.StoreUnavailableException" output))) output)
      (is (not (string/includes? output "over TLS"))))))
