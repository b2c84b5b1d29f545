package io.sojourn.ring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** What the Ring adapter may see, and what may be seen of it. It is no module, so the tests of modules pass it by. */
class ArrowsTest {

    private static final JavaClasses RING = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages("io.sojourn.ring");

    @Test
    void itSeesTheEngineTheRedisStoreAndClojure() {
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
                        "io.sojourn.redis",
                        "io.sojourn.ring",
                        "clojure.lang",
                        "clojure.java.api")
                .check(RING);
    }

    @Test
    void twoClassesArePublicForTheNamespace() {
        assertThat(RING.stream()
                        .filter(type ->
                                !type.isNestedClass() && type.getModifiers().contains(JavaModifier.PUBLIC)))
                .extracting(JavaClass::getSimpleName)
                .containsExactlyInAnyOrder("RingStore", "RingStores");
    }
}
