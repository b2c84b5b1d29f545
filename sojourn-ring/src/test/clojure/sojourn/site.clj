(ns sojourn.site
  "A small application with Ring's defaults, on real servers, and browsers that visit it."
  (:require [clojure.edn :as edn]
            [clojure.string :as string]
            [compojure.core :refer [GET POST routes]]
            [ring.adapter.jetty :refer [run-jetty]]
            [ring.middleware.anti-forgery :refer [*anti-forgery-token*]]
            [ring.middleware.defaults :refer [site-defaults wrap-defaults]]
            [ring.util.codec :as codec]
            [ring.util.response :as response])
  (:import (java.net URI)
           (java.net.http HttpClient HttpRequest HttpRequest$BodyPublishers HttpResponse HttpResponse$BodyHandlers)
           (java.time Duration)
           (org.eclipse.jetty.server Server ServerConnector)))

(set! *warn-on-reflection* true)

(defn- with-session [value session]
  (assoc (response/response (pr-str value)) :session session))

(def ^:private pages
  (routes
    (GET "/public" [] "no session here")
    (GET "/token" [] (force *anti-forgery-token*))
    (GET "/session" {:keys [session flash]}
      (pr-str {:session (into {} (filter (comp simple-keyword? key)) session) :flash flash}))
    (GET "/again" {:keys [session]} (with-session :again session))
    (POST "/put" {:keys [session params]}
      (with-session :put (assoc session (keyword (:key params)) (:value params))))
    (POST "/count" {:keys [session params]}
      (with-session :counted (update session (keyword (:key params)) (fnil inc 0))))
    (POST "/login" {:keys [session params]}
      (with-session :in (vary-meta (assoc session :user (:user params)) assoc :recreate true)))
    (POST "/fresh-login" {:keys [params]}
      (with-session :in ^:recreate {:user (:user params)}))
    (POST "/logout" []
      (with-session :out nil))
    (POST "/remember" {:keys [session]}
      (assoc (with-session :remembered (assoc session :remember true)) :session-cookie-attrs {:max-age 3600}))
    (GET "/remember" []
      (assoc (response/response "kept") :session-cookie-attrs {:max-age 7200}))
    (POST "/flash" []
      (assoc (response/redirect "/session" :see-other) :flash "saved"))
    (POST "/broken" {:keys [session]}
      (with-session :broken (assoc session :f inc)))))

(defn- async-pages
  "The same pages for the asynchronous arity, answered by another thread."
  [request respond raise]
  (let [token (when (bound? #'*anti-forgery-token*) *anti-forgery-token*)]
    (future
      (try
        (respond (binding [*anti-forgery-token* token] (pages request)))
        (catch Throwable e (raise e)))))
  nil)

(defn application
  "The pages behind wrap-defaults. `gates` are called with each request before its page, by its header X-Gate: a page can be
  made to wait."
  [store gates]
  (let [gate! (fn [request]
                (when-let [gate (get @gates (get-in request [:headers "x-gate"]))]
                  (gate)))]
    (wrap-defaults
      (fn
        ([request] (gate! request) (pages request))
        ([request respond raise] (gate! request) (async-pages request respond raise)))
      (-> site-defaults
          (assoc-in [:session :store] store)
          (assoc-in [:responses :absolute-redirects] false)))))

(defn start
  "A node: Jetty on a free port of 127.0.0.1."
  ^Server [handler async?]
  (run-jetty handler {:host "127.0.0.1" :port 0 :join? false :daemon? true :async? async? :min-threads 4}))

(defn- port [^Server node]
  (.getLocalPort ^ServerConnector (first (.getConnectors node))))

(def ^:private ^HttpClient client (.build (HttpClient/newBuilder)))

(defn browser [] (atom nil))

(defn session-cookie
  "The Set-Cookie header of the session in a response, whole; nil if there is none."
  [response]
  (first (filter #(string/starts-with? % "ring-session=") (:set-cookie response))))

(defn request
  "Sends a request. Returns {:status :body :set-cookie :location} and changes no cookie."
  ([node cookie method path] (request node cookie method path {} {}))
  ([node cookie method path form headers]
   (let [builder (-> (HttpRequest/newBuilder (URI. (str "http://127.0.0.1:" (port node) path)))
                     (.timeout (Duration/ofSeconds 30)))]
     (when cookie
       (.header builder "Cookie" cookie))
     (doseq [[name value] headers]
       (.header builder name value))
     (if (= :post method)
       (-> builder
           (.header "Content-Type" "application/x-www-form-urlencoded")
           (.POST (HttpRequest$BodyPublishers/ofString (codec/form-encode form))))
       (.GET builder))
     (let [^HttpResponse response (.send client (.build builder) (HttpResponse$BodyHandlers/ofString))
           headers                (.headers response)]
       {:status     (.statusCode response)
        :body       (.body response)
        :set-cookie (vec (.allValues headers "Set-Cookie"))
        :location   (.orElse (.firstValue headers "Location") nil)}))))

(defn- remember [browser response]
  (when-let [cookie (session-cookie response)]
    (reset! browser (first (string/split cookie #";"))))
  response)

(defn visit [browser node path]
  (remember browser (request node @browser :get path)))

(defn token
  "The anti-forgery token of the browser's session."
  [browser node]
  (:body (visit browser node "/token")))

(defn post
  "Sends a form with the anti-forgery token."
  [browser node path form]
  (let [token (token browser node)]
    (remember browser (request node @browser :post path (assoc form "__anti-forgery-token" token) {}))))

(defn session [browser node]
  (edn/read-string (:body (visit browser node "/session"))))
