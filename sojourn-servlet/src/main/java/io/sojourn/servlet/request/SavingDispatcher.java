package io.sojourn.servlet.request;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;

/**
 * Saves before a dispatch, after which it may be too late to set a cookie: some containers let nothing that is included
 * set one, and Tomcat takes the response away at the end of a forward without a call that could be caught.
 */
record SavingDispatcher(RequestDispatcher target, SessionLifecycle session) implements RequestDispatcher {

    @Override
    public void forward(ServletRequest request, ServletResponse response) throws ServletException, IOException {
        session.beforeForward();
        target.forward(request, response);
    }

    @Override
    public void include(ServletRequest request, ServletResponse response) throws ServletException, IOException {
        session.beforeInclude();
        target.include(request, response);
    }
}
