package io.sojourn.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import io.sojourn.SessionId;
import io.sojourn.SojournException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The arrows of the design: what each package may see. Everything that is not listed is forbidden. */
class ArrowsTest {

    /** The JDK, arrays of primitives, and annotations that only compilers read. */
    private static final String[] ALWAYS = {"", "java..", "javax.net..", "org.jspecify.annotations"};

    private static final String[] CORE = {
        "io.sojourn",
        "io.sojourn.spi",
        "io.sojourn.codec",
        "io.sojourn.config",
        "io.sojourn.format",
        "io.sojourn.memory",
        "io.sojourn.http"
    };

    private static final JavaClasses SOJOURN = new ClassFileImporter()
            .importLocations(LibraryModule.all().stream()
                    .map(module -> Location.of(module.location()))
                    .toList());

    @Test
    void allModulesAreLookedAt() {
        assertThat(LibraryModule.all())
                .extracting(LibraryModule::name)
                .containsExactly(
                        "io.sojourn.core",
                        "io.sojourn.micrometer",
                        "io.sojourn.redis",
                        "io.sojourn.servlet",
                        "io.sojourn.testkit",
                        "io.sojourn.tink",
                        "io.sojourn.zstd");
    }

    @Test
    void coreSeesJacksonAndNothingElse() {
        only(CORE, CORE, new String[] {"tools.jackson..", "com.fasterxml.jackson.annotation"});
    }

    @Test
    void onlyTheCodecsSeeJackson() {
        only(
                new String[] {
                    "io.sojourn",
                    "io.sojourn.spi",
                    "io.sojourn.config",
                    "io.sojourn.format",
                    "io.sojourn.memory",
                    "io.sojourn.http"
                },
                CORE);
    }

    @Test
    void redisSeesNoHttpAndNoServlets() {
        only(
                new String[] {"io.sojourn.redis.."},
                new String[] {"io.sojourn", "io.sojourn.spi", "io.sojourn.redis.."},
                new String[] {"io.lettuce..", "io.netty..", "reactor..", "com.github.benmanes.caffeine.."});
    }

    @Test
    void theServletAdapterSeesNoRedis() {
        only(
                new String[] {"io.sojourn.servlet.."},
                new String[] {
                    "io.sojourn", "io.sojourn.spi", "io.sojourn.config", "io.sojourn.http", "io.sojourn.servlet.."
                },
                new String[] {"jakarta.servlet.."});
    }

    @Test
    void encryptionSeesTheStoreInterfaceAndTink() {
        only(
                new String[] {"io.sojourn.tink.."},
                new String[] {"io.sojourn", "io.sojourn.spi", "io.sojourn.tink.."},
                new String[] {"com.google.crypto.tink.."});
    }

    @Test
    void compressionSeesTheStoreInterfaceAndZstandard() {
        only(
                new String[] {"io.sojourn.zstd.."},
                new String[] {"io.sojourn", "io.sojourn.spi", "io.sojourn.zstd.."},
                new String[] {"com.github.luben.zstd"});
    }

    @Test
    void metersSeeTheStoreInterfaceAndMicrometer() {
        only(
                new String[] {"io.sojourn.micrometer.."},
                new String[] {"io.sojourn", "io.sojourn.spi", "io.sojourn.micrometer.."},
                new String[] {"io.micrometer.."});
    }

    @Test
    void theTestkitSeesCoreAndNoStoreButTheOneInMemory() {
        only(new String[] {"io.sojourn.testkit.."}, CORE, new String[] {
            "io.sojourn.testkit..", "org.junit.jupiter.api..", "org.assertj.core.."
        });
    }

    @Test
    void theStoreInterfaceSeesBytesAndNoSessions() {
        classes()
                .that()
                .resideInAPackage("io.sojourn.spi")
                .should()
                .onlyDependOnClassesThat(describe(
                        "are of the JDK, of the SPI, an id or an exception",
                        type -> inAnyOf(type, ALWAYS)
                                || inAnyOf(type, "io.sojourn.spi")
                                || type.isEquivalentTo(SessionId.class)
                                || type.isAssignableTo(SojournException.class)))
                .check(SOJOURN);
    }

    @Test
    void packagesBelowTheRootFormNoCycle() {
        slices().matching("io.sojourn.(*)..").should().beFreeOfCycles().check(SOJOURN);
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(SOJOURN.stream().map(JavaClass::getPackage).distinct())
                .filteredOn(javaPackage -> javaPackage.getName().startsWith(LibraryModule.ROOT))
                .isNotEmpty()
                .allMatch(javaPackage -> javaPackage.isAnnotatedWith("org.jspecify.annotations.NullMarked"));
    }

    private static void only(String[] of, String[]... seen) {
        var allowed = Stream.of(seen).flatMap(Stream::of);
        classes()
                .that()
                .resideInAnyPackage(of)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(Stream.concat(Stream.of(ALWAYS), allowed).toArray(String[]::new))
                .check(SOJOURN);
    }

    private static boolean inAnyOf(JavaClass type, String... packages) {
        return JavaClass.Predicates.resideInAnyPackage(packages).test(type);
    }
}
