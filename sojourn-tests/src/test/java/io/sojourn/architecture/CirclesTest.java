package io.sojourn.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Classes that all need each other can only be understood together. This test reads the byte code and finds such circles
 * (strongly connected components of classes, each with its nested classes), those within one package included.
 */
class CirclesTest {

    /** Classes that may be in one circle. */
    private static final int LARGEST = 3;

    /** The most public and hidden types of one package, nested ones not counted. */
    private static final int TYPES_OF_A_PACKAGE = 20;

    /** Circles that are larger for a reason: a name from each, and the reason. */
    private static final Map<String, String> ALLOWED = Map.of(
            "io.sojourn.codec.jackson.ValueWriter",
                    "values contain values, so their kinds need the writer and the reader, and these the kinds",
            "io.sojourn.SojournException", "a sealed class names its subclasses");

    @ParameterizedTest
    @ValueSource(strings = {"io.sojourn.core", "io.sojourn.redis", "io.sojourn.admin", "io.sojourn.console"})
    void noCircleHasMoreThanThreeClasses(String module) {
        assertThat(circles(needs(module)))
                .filteredOn(circle -> circle.size() > LARGEST)
                .filteredOn(circle -> ALLOWED.keySet().stream().noneMatch(circle::contains))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.sojourn.core",
                "io.sojourn.redis",
                "io.sojourn.servlet",
                "io.sojourn.admin",
                "io.sojourn.console",
                "io.sojourn.spring",
                "io.sojourn.spring.boot",
                "io.sojourn.spring.boot.3"
            })
    void noPackageHasMoreThanTwentyTypes(String module) {
        Map<String, Set<String>> types = new HashMap<>();
        for (String name : needs(module).keySet()) {
            types.computeIfAbsent(name.substring(0, name.lastIndexOf('.')), any -> new TreeSet<>())
                    .add(name);
        }
        assertThat(types)
                .isNotEmpty()
                .allSatisfy((name, inside) -> assertThat(inside).as(name).hasSizeLessThanOrEqualTo(TYPES_OF_A_PACKAGE));
    }

    @Test
    void circlesAreFound() {
        Map<String, Set<String>> needs =
                Map.of("a", Set.of("b"), "b", Set.of("c"), "c", Set.of("a", "d"), "d", Set.of("e"), "e", Set.of());

        assertThat(circles(needs)).containsExactlyInAnyOrder(Set.of("a", "b", "c"), Set.of("d"), Set.of("e"));
    }

    /** Which outermost class of a module needs which others of it. */
    private static Map<String, Set<String>> needs(String module) {
        JavaClasses classes = classes(module);
        Map<String, Set<String>> needs = new HashMap<>();
        for (JavaClass type : classes) {
            if (!type.getSimpleName().equals("package-info")
                    && !type.getSimpleName().equals("module-info")) {
                needs.computeIfAbsent(outermost(type), any -> new TreeSet<>());
            }
        }
        for (JavaClass type : classes) {
            for (Dependency one : type.getDirectDependenciesFromSelf()) {
                String from = outermost(type);
                String to = outermost(one.getTargetClass());
                if (!from.equals(to) && needs.containsKey(from) && needs.containsKey(to)) {
                    needs.get(from).add(to);
                }
            }
        }
        return needs;
    }

    private static JavaClasses classes(String module) {
        return Stream.concat(
                        LibraryModule.all().stream()
                                .filter(one -> one.name().equals(module))
                                .map(ByteCode::of),
                        SpringModule.all().stream()
                                .filter(one -> one.name().equals(module))
                                .map(ByteCode::of))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(module + " is not on the class path"));
    }

    private static String outermost(JavaClass type) {
        String name = type.getBaseComponentType().getName();
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    /** Strongly connected components: Tarjan, "Depth-first search and linear graph algorithms", 1972. */
    private static List<Set<String>> circles(Map<String, Set<String>> needs) {
        return new Search(needs).all();
    }

    private static final class Search {

        private final Map<String, Set<String>> needs;
        private final Map<String, Integer> index = new HashMap<>();
        private final Map<String, Integer> lowest = new HashMap<>();
        private final Deque<String> open = new ArrayDeque<>();
        private final List<Set<String>> found = new java.util.ArrayList<>();

        Search(Map<String, Set<String>> needs) {
            this.needs = needs;
        }

        List<Set<String>> all() {
            for (String name : new TreeSet<>(needs.keySet())) {
                if (!index.containsKey(name)) {
                    visit(name);
                }
            }
            return found;
        }

        private void visit(String name) {
            int mine = index.size();
            index.put(name, mine);
            lowest.put(name, mine);
            open.push(name);
            for (String other : needs.getOrDefault(name, Set.of())) {
                if (!index.containsKey(other)) {
                    visit(other);
                    lowest.merge(name, lowest.get(other), Math::min);
                } else if (open.contains(other)) {
                    lowest.merge(name, index.get(other), Math::min);
                }
            }
            if (lowest.get(name) == mine) {
                Set<String> circle = new TreeSet<>();
                String last;
                do {
                    last = open.pop();
                    circle.add(last);
                } while (!last.equals(name));
                found.add(circle);
            }
        }
    }
}
