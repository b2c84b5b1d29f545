package io.sojourn.ring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** What the Ring adapter may see, and what may be seen of it. It is no module, so the tests of modules pass it by. */
class ArrowsTest {

    private static final JavaClasses RING = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages("io.sojourn.ring");

    @Test
    void itSeesTheEngineAndClojure() {
        classes()
                .that()
                .resideInAPackage("io.sojourn.ring")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "",
                        "java..",
                        "org.jspecify.annotations",
                        "io.sojourn",
                        "io.sojourn.spi",
                        "io.sojourn.ring",
                        "clojure.lang")
                .check(RING);
    }

    /** What Clojure does not do fast enough; all else is in Clojure. */
    @Test
    void fewClassesAreThere() {
        assertThat(RING.stream()
                        .filter(type ->
                                !type.isNestedClass() && !type.getSimpleName().equals("package-info")))
                .extracting(JavaClass::getSimpleName)
                .containsExactlyInAnyOrder("EdnParser", "KeyCost", "TooCostlyException");
    }
}
