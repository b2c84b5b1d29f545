(ns sojourn.visit
  "Requests through Ring's own wrap-session, without a server in between."
  (:require [ring.middleware.session :refer [wrap-session]]
            [ring.middleware.session.store :as store]
            [ring.util.codec :as codec]
            [ring.util.response :as response]))

(defn browser
  "What remembers a cookie; with the value of one, if given."
  ([] (browser nil))
  ([cookie] (atom cookie)))

(defn request [cookie]
  (cond-> {:request-method :get :uri "/" :headers {}}
    cookie (assoc-in [:headers "cookie"] (str "ring-session=" (codec/form-encode cookie)))))

(defn set-cookie
  "The value of the session cookie that a response sets; nil if it sets none."
  [response]
  (some #(some-> (re-find #"^ring-session=([^;]*)" %) second codec/form-decode)
        (get-in response [:headers "Set-Cookie"])))

(defn visit
  "One request of a browser. `f` gets the session and returns what the handler puts into its response, `{:session ...}`
  or nothing. Returns the response, with `:seen`, the session as the handler saw it."
  [store browser f]
  (let [seen     (promise)
        handler  (wrap-session (fn [{:keys [session]}]
                                 (deliver seen session)
                                 (merge (response/response "ok") (f session)))
                               {:store store})
        response (handler (request @browser))]
    (when-let [cookie (set-cookie response)]
      (reset! browser cookie))
    (assoc response :seen @seen)))

(defn change
  "A request that changes the session by `f` and its arguments."
  [store browser f & args]
  (visit store browser (fn [session] {:session (apply f session args)})))

(defn look
  "What a request that only reads sees."
  [store browser]
  (:seen (visit store browser (constantly nil))))

(defn slow
  "Starts a request whose handler reads its session and then waits. Returns [wait-for-it finish]: the first returns when it
  has read, the second lets it go on and returns its response."
  [store browser f]
  (let [entered  (promise)
        go-on    (promise)
        response (future (visit store browser (fn [session]
                                                (deliver entered true)
                                                (deref go-on 30000 nil)
                                                (f session))))]
    [#(deref entered 30000 nil)
     #(do (deliver go-on true) (deref response 30000 ::never))]))

(defn delegating
  "A store of an application's own in front of another, such as one that counts."
  [inner]
  (reify store/SessionStore
    (read-session [_ key] (store/read-session inner key))
    (write-session [_ key data] (store/write-session inner key data))
    (delete-session [_ key] (store/delete-session inner key))))
