package io.sojourn.servlet.request;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * Has the session saved before the container may send the first byte of the response, by whichever call. Containers tell
 * nobody when that is, so all calls that may cause it are caught here; for the body that means to count.
 *
 * <p>Compiled against Servlet 6.1 and at home on 6.0 as well, where nobody calls what 6.1 has added.
 */
public final class SojournResponse extends HttpServletResponseWrapper {

    /**
     * A single write of more than this part of the buffer may go past it: Jetty does so from a quarter on, as it is set up
     * by default. Being wrong here costs one more save if the session changes afterwards.
     */
    private static final int LARGE_WRITE_DIVISOR = 4;

    private static final long UNKNOWN = -1;

    private final SessionLifecycle session;
    private long written;
    private long declared = UNKNOWN;
    private @Nullable ServletOutputStream stream;
    private @Nullable PrintWriter writer;

    public SojournResponse(HttpServletResponse response, SessionLifecycle session) {
        super(response);
        this.session = session;
    }

    /** Each write is announced before it is made, by at least as many bytes as it has. */
    void beforeWrite(long bytes) {
        if (isCommitted()) {
            return;
        }
        written += bytes;
        int buffer = getBufferSize();
        if (written >= buffer || bytes > buffer / LARGE_WRITE_DIVISOR || isWhole()) {
            session.beforeCommit();
        }
    }

    /** A write of nothing to a body of no length is the last one, too: containers then commit. */
    private boolean isWhole() {
        return declared != UNKNOWN && written >= declared;
    }

    void beforeCommit() {
        session.beforeCommit();
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        ServletOutputStream target = super.getOutputStream();
        if (stream == null) {
            stream = new SavingOutputStream(target, this);
        }
        return stream;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        PrintWriter target = super.getWriter();
        if (writer == null) {
            writer = new SavingWriter(target, getCharacterEncoding(), this);
        }
        return writer;
    }

    @Override
    public void flushBuffer() throws IOException {
        session.beforeCommit();
        super.flushBuffer();
    }

    @Override
    public void setStatus(int status) {
        boolean asksForSignIn =
                status == HttpServletResponse.SC_UNAUTHORIZED || status == HttpServletResponse.SC_FORBIDDEN;
        if (!asksForSignIn || !staysUnavailable()) {
            super.setStatus(status);
        }
    }

    /** On the error page of an outage the answer stays 503, without a page if that one may not be shown. */
    private boolean staysUnavailable() {
        boolean stays = session.failures().isErrorPageOfOutage();
        if (stays) {
            super.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        }
        return stays;
    }

    @Override
    public void sendError(int status) throws IOException {
        if (staysUnavailable()) {
            return;
        }
        beforeError();
        super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        if (staysUnavailable()) {
            return;
        }
        beforeError();
        super.sendError(status, message);
    }

    private void beforeError() {
        session.failures().answeredByApplication();
        session.beforeCommit();
    }

    private boolean mayRedirect() {
        boolean may = !staysUnavailable();
        if (may) {
            session.beforeCommit();
        }
        return may;
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        if (mayRedirect()) {
            super.sendRedirect(location);
        }
    }

    @Override
    public void sendRedirect(String location, int status) throws IOException {
        if (mayRedirect()) {
            super.sendRedirect(location, status);
        }
    }

    @Override
    public void sendRedirect(String location, boolean clearBuffer) throws IOException {
        if (mayRedirect()) {
            super.sendRedirect(location, clearBuffer);
        }
    }

    @Override
    public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
        if (mayRedirect()) {
            super.sendRedirect(location, status, clearBuffer);
        }
    }

    @Override
    public void setContentLength(int length) {
        declare(length);
        super.setContentLength(length);
    }

    @Override
    public void setContentLengthLong(long length) {
        declare(length);
        super.setContentLengthLong(length);
    }

    @Override
    public void setHeader(String name, String value) {
        declareIfLength(name, value);
        super.setHeader(name, value);
    }

    @Override
    public void addHeader(String name, String value) {
        declareIfLength(name, value);
        super.addHeader(name, value);
    }

    @Override
    public void setIntHeader(String name, int value) {
        declareIfLength(name, Integer.toString(value));
        super.setIntHeader(name, value);
    }

    @Override
    public void addIntHeader(String name, int value) {
        declareIfLength(name, Integer.toString(value));
        super.addIntHeader(name, value);
    }

    private void declareIfLength(@Nullable String name, @Nullable String value) {
        if ("Content-Length".equalsIgnoreCase(name)) {
            declare(value == null ? UNKNOWN : length(value));
        }
    }

    private static long length(String value) {
        try {
            return Long.parseLong(value.strip());
        } catch (NumberFormatException e) {
            return UNKNOWN; // The container will have its own opinion.
        }
    }

    private void declare(long length) {
        if (isCommitted()) {
            return;
        }
        declared = length;
        if (length > 0 && isWhole()) {
            session.beforeCommit();
        }
    }

    @Override
    public void reset() {
        super.reset();
        session.failures().answeredByApplication();
        written = 0;
        declared = UNKNOWN;
        stream = null;
        writer = null;
    }

    @Override
    public void resetBuffer() {
        super.resetBuffer();
        session.failures().answeredByApplication();
        written = 0;
    }

    /** As it is, unless somebody insists: a token in a URL ends up in logs, histories and {@code Referer} headers. */
    @Override
    public String encodeURL(String url) {
        return session.encoded(url);
    }

    /** See {@link #encodeURL}. */
    @Override
    public String encodeRedirectURL(String url) {
        return session.encoded(url);
    }
}
