package io.sojourn.servlet;

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

/** Saves before an asynchronous request completes: its listeners are told only when the response has left. */
final class SavingAsyncContext implements AsyncContext {

    private final AsyncContext target;
    private final RequestSession session;
    private final boolean original;

    /**
     * @param original whether the application has put no wrappers of its own around request and response
     */
    SavingAsyncContext(AsyncContext target, RequestSession session, boolean original) {
        this.target = target;
        this.session = session;
        this.original = original;
    }

    /** However the request completes: by an error or a timeout as well. To be called once for each start. */
    SavingAsyncContext started() {
        target.addListener(new AsyncListener() {
            @Override
            public void onComplete(AsyncEvent event) {
                session.saveAside();
            }

            @Override
            public void onTimeout(AsyncEvent event) {}

            @Override
            public void onError(AsyncEvent event) {}

            @Override
            public void onStartAsync(AsyncEvent event) {}
        });
        return this;
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

    @Override
    public void dispatch() {
        target.dispatch();
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
        target.addListener(listener);
    }

    @Override
    public void addListener(AsyncListener listener, ServletRequest request, ServletResponse response) {
        target.addListener(listener, request, response);
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
