package io.sojourn.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Site;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which of our classes stand on the call stack between the filter and the client of Redis when a request reads its session. */
class ReadTripTest {

    private static final int AT_MOST = 15;

    private static final RedisServer redis = RedisServers.start();

    @RegisterExtension
    static final Site site = new Site(Site.patientStore(redis.uri()));

    @AfterAll
    static void stop() {
        redis.close();
    }

    @Test
    void readPassesFewClassesAndTheArchitecturePageNamesThemInOrder() throws Exception {
        site.on("/", (request, response) -> request.getSession().getAttribute("visits"));
        Browser browser = site.visitor("visits", 1);
        AtomicBoolean done = new AtomicBoolean();
        Thread reader = new Thread(() -> {
            while (!done.get()) {
                browser.get("/");
            }
        });
        reader.start();
        Set<String> trip;
        try {
            trip = trip();
        } finally {
            done.set(true);
            reader.join();
        }

        assertThat(trip).hasSizeBetween(2, AT_MOST);
        assertThat(named()).containsSubsequence(trip);
    }

    /** Looks at all threads until one is seen where a class of ours calls Lettuce in a request. */
    private static Set<String> trip() {
        while (true) {
            for (StackTraceElement[] stack : Thread.getAllStackTraces().values()) {
                List<String> called = new ArrayList<>(
                        Arrays.stream(stack).map(ReadTripTest::outermost).toList());
                Collections.reverse(called);
                int filter = called.indexOf(SojournFilter.class.getName());
                int lettuce = firstOfLettuce(called);
                if (filter >= 0 && lettuce > filter) {
                    Set<String> ours = new LinkedHashSet<>();
                    for (String name : called.subList(filter, lettuce)) {
                        if (name.startsWith("io.sojourn.") && !isOfTheTest(name)) {
                            ours.add(name.substring(name.lastIndexOf('.') + 1));
                        }
                    }
                    return ours;
                }
            }
        }
    }

    private static int firstOfLettuce(List<String> called) {
        for (int i = 0; i < called.size(); i++) {
            if (called.get(i).startsWith("io.lettuce.")) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isOfTheTest(String name) {
        return name.startsWith("io.sojourn.servlet.web.") || name.equals(ReadTripTest.class.getName());
    }

    private static String outermost(StackTraceElement frame) {
        return frame.getClassName().replaceAll("\\$.*", "");
    }

    /** The classes that the page names in the trip of a read. */
    private static List<String> named() throws Exception {
        String page = Files.readString(Path.of("../docs/architecture.md"), UTF_8);
        String trip = page.substring(page.indexOf("### A read"), page.indexOf("### A save with a conflict"));
        return Pattern.compile("`([A-Z]\\w+)`")
                .matcher(trip)
                .results()
                .map(found -> found.group(1))
                .toList();
    }
}
