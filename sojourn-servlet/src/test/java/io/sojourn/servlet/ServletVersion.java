package io.sojourn.servlet;

import jakarta.servlet.http.HttpServletResponse;

/** Which version of the specification is on the class path of this run. */
final class ServletVersion {

    private ServletVersion() {}

    static boolean is61() {
        try {
            HttpServletResponse.class.getMethod("sendRedirect", String.class, int.class, boolean.class);
            return true;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }
}
