package io.sojourn.example.shop;

import java.io.IOException;
import java.lang.System.Logger.Level;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/**
 * Puts an error that no servlet has answered, such as the 503 while Redis is away, in the same form as all others. Tomcat's
 * own would be a page of HTML, with a stack trace.
 */
public final class ErrorValve extends ErrorReportValve {

    private static final System.Logger LOG = System.getLogger(ErrorValve.class.getName());

    @Override
    protected void report(Request request, Response response, @Nullable Throwable throwable) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        String message = status == 503 ? "the session store does not answer; try again soon" : "error " + status;
        try {
            Answer.error(status, message).send(response);
            response.finishResponse();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the client is gone", e);
        }
    }
}
