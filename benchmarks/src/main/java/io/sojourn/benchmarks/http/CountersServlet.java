package io.sojourn.benchmarks.http;

import io.sojourn.benchmarks.run.ClientCounters;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** What this process has used so far, for the client to read before and after. */
public final class CountersServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        ClientCounters now = ClientCounters.read();
        String text = now.cpuNanos() + " " + now.allocatedBytes();
        response.setContentLength(text.length());
        response.getOutputStream().print(text);
    }

    /** What it has answered. */
    public static ClientCounters parse(String text) {
        String[] numbers = text.split(" ");
        return new ClientCounters(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
    }
}
