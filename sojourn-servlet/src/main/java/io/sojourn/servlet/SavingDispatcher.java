package io.sojourn.servlet;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;

/** Saves before an include: what is included may send the response, but in some containers it cannot set a cookie. */
record SavingDispatcher(RequestDispatcher target, RequestSession session) implements RequestDispatcher {

    @Override
    public void forward(ServletRequest request, ServletResponse response) throws ServletException, IOException {
        target.forward(request, response);
    }

    @Override
    public void include(ServletRequest request, ServletResponse response) throws ServletException, IOException {
        session.beforeInclude();
        target.include(request, response);
    }
}
