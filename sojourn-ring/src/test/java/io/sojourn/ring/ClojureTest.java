package io.sojourn.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import clojure.java.api.Clojure;
import clojure.lang.IFn;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.AssertionFailedError;

/**
 * Runs the tests written in Clojure, those of {@code src/test/clojure}: a container for each namespace, a test for each
 * {@code deftest}. What fails shows the report of {@code clojure.test}.
 *
 * <p>{@code -Dclojure.tests=REGEX} runs those whose {@code namespace/name} contains a match.
 */
class ClojureTest {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    private static final IFn FIND = function("find-tests");
    private static final IFn RUN = function("run-test");

    private static IFn function(String name) {
        Clojure.var("clojure.core", "require").invoke(Clojure.read("sojourn.runner"));
        return Clojure.var("sojourn.runner", name);
    }

    /** Each namespace is {@code {"name", "tests" (vars by name)}}, or {@code {"name", "missing"}} if something is. */
    @TestFactory
    @SuppressWarnings("unchecked")
    Stream<DynamicNode> clojure() {
        return ((List<Map<String, Object>>) FIND.invoke()).stream().map(ClojureTest::namespace);
    }

    private static DynamicNode namespace(Map<String, Object> namespace) {
        String name = String.valueOf(namespace.get("name"));
        if (namespace.get("tests") instanceof Map<?, ?> tests) {
            return dynamicContainer(
                    name,
                    tests.entrySet().stream()
                            .map(test -> dynamicTest(String.valueOf(test.getKey()), () -> run(test.getValue()))));
        }
        return dynamicTest(name, () -> abort("left out: " + namespace.get("missing")));
    }

    private static void run(Object test) {
        Object report = assertTimeoutPreemptively(LIMIT, () -> RUN.invoke(test), () -> test + " did not end");
        if (report != null) {
            throw new AssertionFailedError(test + "\n" + report);
        }
    }

    @Test
    void theTestsRunOnTheVersionOfClojureThatIsMeant() {
        assertThat(Clojure.var("clojure.core", "clojure-version").invoke())
                .isEqualTo(System.getProperty("sojourn.clojureVersion"));
    }
}
