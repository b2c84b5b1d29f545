package io.sojourn.console.web;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request, as any server has it.
 *
 * @param path below the console, decoded; empty if not even its slash is there
 * @param uri the path as the client sent it
 * @param headers gives the value of a header, by its name in any case
 * @param body is opened only if the request may be answered
 * @param actor gives the operator's name; null or empty for one who may not see the console
 */
public record ConsoleRequest(
        String method, String path, String uri, Headers headers, Content body, Supplier<@Nullable String> actor) {

    /** The headers of a request. */
    @FunctionalInterface
    public interface Headers {

        /** The value of a header; null if it was not sent. */
        @Nullable
        String get(String name);
    }

    /** The body of a request. */
    @FunctionalInterface
    public interface Content {

        /** Opens it; called at most once. */
        InputStream open() throws IOException;
    }

    /** Without what the client sent. */
    @Override
    public String toString() {
        return "ConsoleRequest";
    }
}
