package io.sojourn.architecture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What docs/architecture.md says of the classes is true. That of the read is held to the call stack by ReadTripTest. */
class ArchitecturePageTest {

    /** Text in code style that names a type: not a package, a command of Redis, or a method. */
    private static final Pattern TYPE = Pattern.compile("`([A-Z][a-z]\\w*)`");

    private static String page() throws IOException {
        return Files.readString(Path.of("../docs/architecture.md"), UTF_8);
    }

    @Test
    void everyClassThatIsNamedExists() throws IOException {
        Set<String> known =
                ByteCode.LIBRARY.stream().map(JavaClass::getSimpleName).collect(Collectors.toSet());
        assertThat(types(page()))
                .hasSizeGreaterThan(20)
                .allSatisfy(name -> assertThat(known).contains(name));
    }

    /** Each class of a trip is called by one of those before it, or calls one of them. */
    @ParameterizedTest
    @CsvSource({
        "'### A read', '### A save with a conflict'",
        "'### A save with a conflict', '### Sign out everywhere'",
        "'### Sign out everywhere', '## Where to change what'"
    })
    void classesOfATripCallEachOther(String from, String to) throws IOException {
        String page = page();
        List<String> trip = types(page.substring(page.indexOf(from), page.indexOf(to)));
        assertThat(trip).hasSizeGreaterThan(4);
        for (int i = 1; i < trip.size(); i++) {
            String name = trip.get(i);
            List<String> before = trip.subList(0, i);
            assertThat(before.stream().anyMatch(other -> sees(other, name) || sees(name, other)))
                    .as("%s and one of %s", name, before)
                    .isTrue();
        }
    }

    @Test
    void everyPackageOfTheCoreIsNamed() throws IOException {
        String page = page();
        assertThat(LibraryModule.all().stream()
                        .filter(module -> module.name().equals("io.sojourn.core"))
                        .flatMap(module -> module.reference().descriptor().packages().stream())
                        .filter(name -> name.split("\\.", -1).length <= 3))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
    }

    private static List<String> types(String text) {
        return TYPE.matcher(text)
                .results()
                .map(found -> found.group(1))
                .distinct()
                .toList();
    }

    private static boolean sees(String one, String other) {
        return ByteCode.LIBRARY.stream()
                .filter(type -> outermost(type).equals(one))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .anyMatch(dependency -> outermost(dependency.getTargetClass().getBaseComponentType())
                        .equals(other));
    }

    private static String outermost(JavaClass type) {
        return type.getName().replaceAll(".*\\.", "").replaceAll("\\$.*", "");
    }
}
