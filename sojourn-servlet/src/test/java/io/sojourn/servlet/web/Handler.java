package io.sojourn.servlet.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** What a page does. */
@FunctionalInterface
public interface Handler {
    void handle(HttpServletRequest request, HttpServletResponse response) throws Exception;
}
