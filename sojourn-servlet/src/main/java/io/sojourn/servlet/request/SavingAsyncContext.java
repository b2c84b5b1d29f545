package io.sojourn.servlet.request;

import io.sojourn.SojournException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Saves before an asynchronous request completes: its listeners are told only when the response has left. */
final class SavingAsyncContext implements AsyncContext {

    private final AsyncContext target;
    private final SessionLifecycle session;
    private final boolean original;
    private final boolean startedPlainly;

    /**
     * @param original whether the application has put no wrappers of its own around request and response
     * @param startedPlainly whether the application has named no request and response when it was started
     */
    SavingAsyncContext(AsyncContext target, SessionLifecycle session, boolean original, boolean startedPlainly) {
        this.target = target;
        this.session = session;
        this.original = original;
        this.startedPlainly = startedPlainly;
    }

    /** Whether this stands for that one of the container. */
    boolean isOf(AsyncContext containers) {
        return target == containers;
    }

    /** However the request ends: by an error or a timeout as well. To be called once for each start. */
    SavingAsyncContext started() {
        target.addListener(new SaveAtTheLatest(session));
        return this;
    }

    /**
     * After a timeout or an error the container may answer by itself, and complete when the answer has left. But the
     * application's listeners, and an error page, have yet to be heard: for them the request is not over.
     */
    private record SaveAtTheLatest(SessionLifecycle session) implements AsyncListener {

        @Override
        public void onTimeout(AsyncEvent event) {
            session.saveBetween();
        }

        @Override
        public void onError(AsyncEvent event) {
            session.saveBetween();
        }

        @Override
        public void onComplete(AsyncEvent event) {
            session.saveAside();
        }

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }

    @Override
    public void complete() {
        try {
            session.atEnd();
        } catch (SojournException e) {
            answer(e);
        } finally {
            target.complete();
        }
    }

    private void answer(SojournException failure) {
        try {
            session.answer(failure);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ServletRequest getRequest() {
        return target.getRequest();
    }

    @Override
    public ServletResponse getResponse() {
        return target.getResponse();
    }

    @Override
    public boolean hasOriginalRequestAndResponse() {
        return original;
    }

    /** If started plainly, to where the container has dispatched last, whatever forwards there were since. */
    @Override
    public void dispatch() {
        String path = startedPlainly ? before() : null;
        if (path == null) {
            target.dispatch();
        } else {
            target.dispatch(path);
        }
    }

    /** Undertow would keep the query of the forward; the others have that of the request already, and would have it twice. */
    private @Nullable String before() {
        ServletRequest request = target.getRequest();
        boolean undertow = target.getClass().getName().startsWith("io.undertow.");
        return undertow
                ? session.forwards().urlBefore(request)
                : session.forwards().pathBefore(request);
    }

    @Override
    public void dispatch(String path) {
        target.dispatch(path);
    }

    @Override
    public void dispatch(ServletContext context, String path) {
        target.dispatch(context, path);
    }

    @Override
    public void start(Runnable work) {
        target.start(work);
    }

    @Override
    public void addListener(AsyncListener listener) {
        target.addListener(new Listener(listener));
    }

    @Override
    public void addListener(AsyncListener listener, ServletRequest request, ServletResponse response) {
        target.addListener(new Listener(listener), request, response);
    }

    /** Shows this context to the application's listeners, so that they complete the request by it. */
    private final class Listener implements AsyncListener {

        private final AsyncListener listener;

        Listener(AsyncListener listener) {
            this.listener = listener;
        }

        private AsyncEvent ours(AsyncEvent event) {
            return new AsyncEvent(
                    SavingAsyncContext.this,
                    event.getSuppliedRequest(),
                    event.getSuppliedResponse(),
                    event.getThrowable());
        }

        @Override
        public void onComplete(AsyncEvent event) throws IOException {
            listener.onComplete(ours(event));
        }

        @Override
        public void onTimeout(AsyncEvent event) throws IOException {
            listener.onTimeout(ours(event));
        }

        @Override
        public void onError(AsyncEvent event) throws IOException {
            listener.onError(ours(event));
        }

        /** Another cycle has begun, with a context of its own. */
        @Override
        public void onStartAsync(AsyncEvent event) throws IOException {
            listener.onStartAsync(event);
        }
    }

    @Override
    public <T extends AsyncListener> T createListener(Class<T> type) throws ServletException {
        return target.createListener(type);
    }

    @Override
    public void setTimeout(long timeout) {
        target.setTimeout(timeout);
    }

    @Override
    public long getTimeout() {
        return target.getTimeout();
    }
}
