package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sojourn.servlet.web.Handler;
import io.sojourn.servlet.web.Site;
import io.sojourn.servlet.web.WatchedStore.Held;
import io.sojourn.servlet.web.Wire;
import jakarta.servlet.http.HttpServletResponse;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No byte of the response is on the wire before the session is in the store, by whichever way it leaves. */
class SavedBeforeTheResponseLeavesTest {

    private static final String LONG = "x".repeat(100_000);

    @RegisterExtension
    static final Site site = new Site();

    /** One way to send a response. */
    record Way(String name, Handler handler) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Way> ways() {
        List<Way> ways = new ArrayList<>(List.of(
                way("returning", response -> response.getWriter().print("x")),
                way("returning with no body", response -> {}),
                way("flushBuffer", HttpServletResponse::flushBuffer),
                way("sendRedirect", response -> response.sendRedirect("/next")),
                way("sendError", response -> response.sendError(404)),
                way("sendError with a message", response -> response.sendError(404, "not here")),
                way("a stream's flush", response -> response.getOutputStream().flush()),
                way("a stream's close", response -> response.getOutputStream().close()),
                way("a writer's flush", response -> response.getWriter().flush()),
                way("a writer's close", response -> response.getWriter().close()),
                way("a writer's checkError", response -> response.getWriter().checkError())));
        ways.addAll(overflowingTheBuffer());
        ways.addAll(reachingTheContentLength());
        if (ServletVersion.is61()) {
            ways.addAll(newIn61());
        }
        return ways;
    }

    private static List<Way> overflowingTheBuffer() {
        return List.of(
                way("a long write", response -> response.getOutputStream().write(bytes(LONG))),
                way(
                        "a long print to the stream",
                        response -> response.getOutputStream().print(LONG)),
                way(
                        "a long println to the stream",
                        response -> response.getOutputStream().println(LONG)),
                way("single bytes", response -> {
                    for (int i = 0; i < LONG.length(); i++) {
                        response.getOutputStream().write('x');
                    }
                }),
                way("small pieces", response -> {
                    for (int i = 0; i < LONG.length(); i += 100) {
                        response.getOutputStream().write(bytes(LONG), i, 100);
                    }
                }),
                way("a long print", response -> response.getWriter().print(LONG)),
                way("a long println", response -> response.getWriter().println(LONG)),
                way(
                        "a long println of an object",
                        response -> response.getWriter().println(CharBuffer.wrap(LONG))),
                way("text of wide characters", response -> {
                    response.setContentType("text/plain;charset=UTF-8");
                    for (int i = 0; i <= response.getBufferSize() / 3; i++) {
                        response.getWriter().print('\u20ac');
                    }
                }),
                way("text in UTF-16", response -> {
                    response.setContentType("text/plain;charset=UTF-16");
                    for (int i = 0; i <= response.getBufferSize() / 2; i++) {
                        response.getWriter().print("x");
                    }
                }),
                way("many small prints", response -> {
                    for (int i = 0; i < 20_000; i++) {
                        response.getWriter().print(i);
                    }
                }),
                way("many characters", response -> {
                    for (int i = 0; i < LONG.length(); i++) {
                        response.getWriter().write('x');
                    }
                }),
                way("many arrays of characters", response -> {
                    for (int i = 0; i < 10_000; i++) {
                        response.getWriter().println(new char[] {'a', 'b', 'c'});
                    }
                }),
                way("many formatted lines", response -> {
                    PrintWriter writer = response.getWriter();
                    for (int i = 0; i < 5_000; i++) {
                        writer.printf("%d %s%n", i, "x")
                                .printf(Locale.ROOT, "%d", i)
                                .append("ab")
                                .append('c');
                    }
                }),
                way("many empty lines", response -> {
                    for (int i = 0; i < LONG.length(); i++) {
                        response.getWriter().println();
                    }
                }),
                way("a smaller buffer", response -> {
                    response.setBufferSize(10);
                    response.getOutputStream().write(bytes("x".repeat(response.getBufferSize() + 1)));
                }));
    }

    private static List<Way> reachingTheContentLength() {
        return List.of(
                way("setContentLength", response -> {
                    response.setContentLength(3);
                    response.getOutputStream().write(bytes("abc"));
                }),
                way("setContentLengthLong", response -> {
                    response.setContentLengthLong(3);
                    response.getWriter().print("abc");
                }),
                way("Content-Length by setHeader", response -> {
                    response.setHeader("content-length", "3");
                    response.getOutputStream().print("abc");
                }),
                way("Content-Length by addIntHeader", response -> {
                    response.addIntHeader("Content-Length", 3);
                    response.getOutputStream().write(bytes("abcdef"), 1, 3);
                }),
                way("Content-Length told afterwards", response -> {
                    response.getOutputStream().print("abc");
                    response.setContentLength(3);
                }));
    }

    private static List<Way> newIn61() {
        return List.of(
                way("sendRedirect with a status", response -> response.sendRedirect("/next", 303)),
                way("sendRedirect keeping the buffer", response -> response.sendRedirect("/next", false)),
                way("sendRedirect with both", response -> response.sendRedirect("/next", 307, true)),
                way("a buffer of bytes", response -> response.getOutputStream().write(ByteBuffer.wrap(bytes(LONG)))));
    }

    /** What is done with a response. */
    private interface Sending {
        void send(HttpServletResponse response) throws Exception;
    }

    private static Way way(String name, Sending sending) {
        return new Way(name, (request, response) -> {
            request.getSession().setAttribute("user", "ada");
            sending.send(response);
        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways")
    void nothingLeavesBeforeTheSave(Way way) throws Exception {
        site.on("/", way.handler());
        Held commit = site.store().hold("commit");
        try (Wire wire = site.wire("/")) {
            await().until(commit::isReached);
            assertThat(wire.hasArrived()).isFalse();
            commit.release();
            assertThat(wire.rest()).startsWith("HTTP/1.1 ").containsOnlyOnce("Set-Cookie: JSESSIONID=");
        }
        assertThat(site.store().commands()).containsExactly("commit");
    }

    @Test
    void whatChangesWhileNothingHasLeftIsSavedOnce() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("first", 1);
            response.getWriter().print("a few words");
            request.getSession().setAttribute("second", 2);
            response.getWriter().println("and some more");
            request.getSession().setAttribute("third", 3);
        });
        site.browser().get("/");
        assertThat(site.store().commands()).containsExactly("commit");
    }

    @Test
    void whatChangesAfterTheResponseHasLeftIsSavedOnceMore() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("first", 1);
            response.flushBuffer();
            request.getSession().setAttribute("second", 2);
            response.flushBuffer();
            request.getSession().setAttribute("third", 3);
        });
        site.browser().get("/");
        assertThat(site.store().commands()).containsExactly("commit", "commit");
    }

    @Test
    void nothingIsSavedAgainIfNothingHasChangedSince() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("first", 1);
            response.flushBuffer();
            response.getWriter().print(LONG);
            response.getWriter().close();
        });
        site.browser().get("/");
        assertThat(site.store().commands()).containsExactly("commit");
    }

    @Test
    void longAnswerWithoutASessionCostsNothing() {
        site.on("/", (request, response) -> response.getWriter().print(LONG));
        assertThat(site.visitor("user", "ada").get("/").body()).isEqualTo(LONG);
        assertThat(site.store().commands()).isEmpty();
    }

    @Test
    void bodyIsWhatTheApplicationWrote() {
        site.on("/", (request, response) -> {
            response.setContentType("text/plain;charset=UTF-8");
            PrintWriter out = response.getWriter();
            out.print(true);
            out.print('c');
            out.print(1);
            out.print(2L);
            out.print(1.5f);
            out.print(2.5);
            out.print(new char[] {'d', 'e'});
            out.print((String) null);
            out.print((Object) null);
            out.printf("%s|%5.2f", "x", 1.0).append("y").append('z').append("abc", 1, 2);
            out.write("hello", 1, 3);
            out.write('\u20ac');
        });
        assertThat(site.browser().get("/").body())
                .isEqualTo("truec121.52.5denullnullx|" + String.format("%5.2f", 1.0) + "yzbell\u20ac");
    }

    @Test
    void linesAreTheContainersOwn() {
        Handler lines = (request, response) -> {
            PrintWriter out = response.getWriter();
            out.println(true);
            out.println('c');
            out.println(1);
            out.println(2L);
            out.println(1.5f);
            out.println(2.5);
            out.println(new char[] {'d'});
            out.println("s");
            out.println((Object) "o");
            out.println();
        };
        site.on("/", lines);
        assertThat(site.browser().get("/").body().lines())
                .containsExactly("true", "c", "1", "2", "1.5", "2.5", "d", "s", "o", "");
    }
}
