package io.sojourn.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The jar as a process of its own, as an operator runs it. */
final class SojournProcess {

    record Result(int status, String out, String err) {}

    private SojournProcess() {}

    static Result run(Map<String, String> environment, String... arguments) {
        return run(environment, List.of(), 60, process -> {}, arguments);
    }

    /** Its output goes elsewhere, so the result has none. */
    static Result run(Map<String, String> environment, Redirect to, List<String> options, String... arguments) {
        return run(environment, to, options, 60, process -> {}, arguments);
    }

    /**
     * @param options of the JVM
     * @param meanwhile what to do while it runs
     */
    static Result run(
            Map<String, String> environment,
            List<String> options,
            int seconds,
            Consumer<Process> meanwhile,
            String... arguments) {
        return run(environment, null, options, seconds, meanwhile, arguments);
    }

    private static Result run(
            Map<String, String> environment,
            @Nullable Redirect to,
            List<String> options,
            int seconds,
            Consumer<Process> meanwhile,
            String... arguments) {
        try {
            Path out = Files.createTempFile("sojourn", ".out");
            Path err = Files.createTempFile("sojourn", ".err");
            try {
                Process process = builder(environment, options, arguments)
                        .redirectOutput(to != null ? to : Redirect.to(out.toFile()))
                        .redirectError(err.toFile())
                        .start();
                meanwhile.accept(process);
                if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new IllegalStateException(String.join(" ", arguments) + " did not end");
                }
                return new Result(process.exitValue(), read(out), read(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** One that goes on until it is ended; what it says comes through {@link Process#inputReader} and {@link Process#errorReader}. */
    static Process start(Map<String, String> environment, String... arguments) throws IOException {
        return start(environment, List.of(), arguments);
    }

    /** @param options of the JVM */
    static Process start(Map<String, String> environment, List<String> options, String... arguments)
            throws IOException {
        return builder(environment, options, arguments).start();
    }

    static List<String> command(List<String> options, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        command.addAll(options);
        command.addAll(List.of("-jar", System.getProperty("sojourn.jar")));
        command.addAll(List.of(arguments));
        return command;
    }

    private static ProcessBuilder builder(Map<String, String> environment, List<String> options, String... arguments) {
        ProcessBuilder builder = new ProcessBuilder(command(options, arguments))
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("SOJOURN_"));
        builder.environment().putAll(environment);
        return builder;
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
