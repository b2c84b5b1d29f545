package io.sojourn.benchmarks.http;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;

/** Records this process from {@code /recording/start} to {@code /recording/stop}, which answers with the file's path. */
final class RecordingServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    private transient @Nullable Recording recording;

    @Override
    protected synchronized void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Recording running = recording;
        String answer = "";
        if (running == null) {
            recording = begin();
        } else {
            recording = null;
            Path file = Files.createTempFile("bench", ".jfr");
            running.stop();
            running.dump(file);
            running.close();
            answer = file.toString();
        }
        response.setContentLength(answer.length());
        response.getOutputStream().print(answer);
    }

    private static Recording begin() throws IOException {
        try {
            Recording begun = new Recording(Configuration.getConfiguration("profile"));
            begun.start();
            return begun;
        } catch (ParseException e) {
            throw new IOException(e);
        }
    }
}
