package io.sojourn.servlet.war;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;

/** The application: signs in and out, and tells who is there. It knows nothing of Sojourn. */
public final class WarServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getServletPath();
        HttpSession session = request.getSession(path.equals("/in"));
        if (session != null && path.equals("/in")) {
            session.setAttribute("user", request.getParameter("user"));
        } else if (session != null && path.equals("/out")) {
            session.invalidate();
            session = null;
        }
        Object user = session == null ? null : session.getAttribute("user");
        long filters = request.getServletContext().getFilterRegistrations().size();
        response.getWriter()
                .print("user=" + user + " first=" + request.getAttribute(WarFilter.SAW_SOJOURN) + " filters=" + filters
                        + " async=" + request.isAsyncSupported());
        Object heard = request.getServletContext().getAttribute(WarSessions.HEARD);
        if (heard != null) {
            response.getWriter().print(" heard=" + heard);
        }
    }
}
