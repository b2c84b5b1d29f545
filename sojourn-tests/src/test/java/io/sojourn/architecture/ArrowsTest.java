package io.sojourn.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.sojourn.SessionId;
import io.sojourn.SojournException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The arrows of the design: what each package may see. Everything that is not listed is forbidden. */
class ArrowsTest {

    /** The JDK, arrays of primitives, and annotations that only compilers read. */
    private static final String[] ALWAYS = {"", "java..", "javax.net..", "org.jspecify.annotations"};

    private static final String[] CORE = {
        "io.sojourn",
        "io.sojourn.spi..",
        "io.sojourn.codec..",
        "io.sojourn.config",
        "io.sojourn.format",
        "io.sojourn.memory",
        "io.sojourn.http",
        "io.sojourn.engine",
        "io.sojourn.index",
        "io.sojourn.record",
        "io.sojourn.ends",
        "io.sojourn.sweep",
        "io.sojourn.context",
        "io.sojourn.log",
        "io.sojourn.observe",
        "io.sojourn.bytes"
    };

    /**
     * The door: the classes of a module's main package that make what is hidden. What an application imports every day lies in one
     * package, so that package has the top floor and the ground floor; the settings, which name codecs and observers, lie
     * between.
     */
    private static final Map<String, Set<String>> DOORS = Map.of(
            LibraryModule.ROOT,
            Set.of("SessionManager", "AsyncSessionManager"),
            LibraryModule.ROOT + ".redis",
            Set.of(
                    "RedisStore",
                    "RedisStoreBuilder",
                    "RedisStoreProvider",
                    "RedisStrings",
                    "RedisCollections",
                    "RedisNode"),
            LibraryModule.ROOT + ".admin",
            Set.of("SessionAdmin", "Doctor"),
            LibraryModule.ROOT + ".console",
            Set.of("ConsoleServlet"),
            LibraryModule.ROOT + ".servlet",
            Set.of("SojournFilter", "SojournInitializer", "FilterSetup", "FilterParameters"));

    private static final Set<String> SETTINGS = Set.of("SessionSettings");

    @Test
    void allModulesAreLookedAt() {
        assertThat(LibraryModule.all())
                .extracting(LibraryModule::name)
                .containsExactly(
                        "io.sojourn.admin",
                        "io.sojourn.console",
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
                    "io.sojourn.spi..",
                    "io.sojourn.config",
                    "io.sojourn.format",
                    "io.sojourn.memory",
                    "io.sojourn.http",
                    "io.sojourn.engine",
                    "io.sojourn.index",
                    "io.sojourn.record",
                    "io.sojourn.ends",
                    "io.sojourn.sweep",
                    "io.sojourn.context",
                    "io.sojourn.log",
                    "io.sojourn.observe",
                    "io.sojourn.bytes"
                },
                CORE);
    }

    @Test
    void redisSeesNoHttpAndNoServlets() {
        only(
                new String[] {"io.sojourn.redis.."},
                new String[] {
                    "io.sojourn", "io.sojourn.spi..", "io.sojourn.bytes", "io.sojourn.log", "io.sojourn.redis.."
                },
                new String[] {"io.lettuce..", "io.netty..", "reactor..", "com.github.benmanes.caffeine.."});
    }

    @Test
    void theServletAdapterSeesNoRedis() {
        only(
                new String[] {"io.sojourn.servlet.."},
                new String[] {
                    "io.sojourn",
                    "io.sojourn.spi..",
                    "io.sojourn.observe",
                    "io.sojourn.config",
                    "io.sojourn.ends",
                    "io.sojourn.http",
                    "io.sojourn.log",
                    "io.sojourn.servlet.."
                },
                new String[] {"jakarta.servlet.."});
    }

    @Test
    void encryptionSeesTheStoreInterfaceAndTink() {
        only(
                new String[] {"io.sojourn.tink.."},
                new String[] {
                    "io.sojourn", "io.sojourn.spi..", "io.sojourn.log", "io.sojourn.observe", "io.sojourn.tink.."
                },
                new String[] {"com.google.crypto.tink.."});
    }

    @Test
    void compressionSeesTheStoreInterfaceAndZstandard() {
        only(
                new String[] {"io.sojourn.zstd.."},
                new String[] {
                    "io.sojourn", "io.sojourn.spi..", "io.sojourn.log", "io.sojourn.observe", "io.sojourn.zstd.."
                },
                new String[] {"com.github.luben.zstd"});
    }

    @Test
    void theAdminSeesRecordsAndWhatUsersMayNameOfRedis() {
        only(
                new String[] {"io.sojourn.admin.."},
                new String[] {
                    "io.sojourn",
                    "io.sojourn.spi..",
                    "io.sojourn.codec",
                    "io.sojourn.ends",
                    "io.sojourn.format",
                    "io.sojourn.log",
                    "io.sojourn.observe",
                    "io.sojourn.record",
                    "io.sojourn.redis",
                    "io.sojourn.admin.."
                },
                new String[] {"tools.jackson.."});
    }

    private static final String[] SEEN_BY_THE_CONSOLE = {
        "io.sojourn",
        "io.sojourn.log",
        "io.sojourn.observe",
        "io.sojourn.admin",
        "io.sojourn.admin.events",
        "io.sojourn.ends",
        "io.sojourn.console.."
    };

    @Test
    void theConsoleSeesTheAdminAndNoRedis() {
        only(new String[] {"io.sojourn.console.."}, SEEN_BY_THE_CONSOLE, new String[] {
            "jakarta.servlet..", "tools.jackson.."
        });
    }

    @Test
    void howTheConsoleAnswersKnowsNoServlet() {
        only(new String[] {"io.sojourn.console.web"}, SEEN_BY_THE_CONSOLE, new String[] {"tools.jackson.."});
    }

    @Test
    void metersSeeTheStoreInterfaceAndMicrometer() {
        only(
                new String[] {"io.sojourn.micrometer.."},
                new String[] {
                    "io.sojourn", "io.sojourn.spi..", "io.sojourn.observe", "io.sojourn.ends", "io.sojourn.micrometer.."
                },
                new String[] {"io.micrometer.."});
    }

    @Test
    void springSeesTheServletAdapterAndNoRedis() {
        only(
                ByteCode.SPRING,
                new String[] {"io.sojourn.spring", "io.sojourn.spring.session", "io.sojourn.spring.webflux"},
                new String[] {
                    "io.sojourn",
                    "io.sojourn.spi",
                    "io.sojourn.codec",
                    "io.sojourn.codec.allow",
                    "io.sojourn.codec.serial",
                    "io.sojourn.http",
                    "io.sojourn.observe",
                    "io.sojourn.ends",
                    "io.sojourn.servlet",
                    "io.sojourn.spring",
                    "io.sojourn.spring.session",
                    "io.sojourn.spring.webflux"
                },
                new String[] {"org.springframework..", "jakarta.servlet..", "reactor.core..", "reactor.util.context"});
    }

    @Test
    void theMoveFromSpringSessionSeesRedisToo() {
        only(
                ByteCode.SPRING,
                new String[] {"io.sojourn.spring.move"},
                new String[] {
                    "io.sojourn",
                    "io.sojourn.spi..",
                    "io.sojourn.http",
                    "io.sojourn.log",
                    "io.sojourn.redis",
                    "io.sojourn.servlet",
                    "io.sojourn.spring",
                    "io.sojourn.spring.move"
                },
                new String[] {
                    "org.springframework..", "jakarta.servlet..", "org.apache.commons.logging", "tools.jackson.core.."
                });
    }

    @Test
    void springBootSeesWhatUsersMayName() {
        only(
                ByteCode.SPRING,
                new String[] {"io.sojourn.spring.boot..", "io.sojourn.spring.boot3"},
                new String[] {
                    "io.sojourn",
                    "io.sojourn.spi..",
                    "io.sojourn.http",
                    "io.sojourn.memory",
                    "io.sojourn.observe",
                    "io.sojourn.ends",
                    "io.sojourn.redis",
                    "io.sojourn.servlet",
                    "io.sojourn.micrometer",
                    "io.sojourn.admin",
                    "io.sojourn.admin.events",
                    "io.sojourn.console",
                    "io.sojourn.spring.."
                },
                new String[] {
                    "org.springframework..", "jakarta.servlet..", "org.apache.commons.logging", "io.micrometer.."
                });
    }

    @Test
    void packagesForSpringFormNoCycle() {
        slices().matching("io.sojourn.(**)").should().beFreeOfCycles().check(ByteCode.SPRING);
    }

    @Test
    void theTestkitSeesCoreAndNoStoreButTheOneInMemory() {
        only(new String[] {"io.sojourn.testkit.."}, CORE, new String[] {
            "io.sojourn.testkit..", "io.netty.pkitesting", "org.junit.jupiter.api..", "org.assertj.core.."
        });
    }

    @Test
    void theStoreInterfaceSeesBytesAndNoSessions() {
        classes()
                .that()
                .resideInAPackage("io.sojourn.spi..")
                .should()
                .onlyDependOnClassesThat(describe(
                        "are of the JDK, of the SPI, hashes and names for messages, an id or an exception",
                        type -> inAnyOf(type, ALWAYS)
                                || inAnyOf(type, "io.sojourn.spi..", "io.sojourn.bytes", "io.sojourn.log")
                                || type.isEquivalentTo(SessionId.class)
                                || type.isAssignableTo(SojournException.class)))
                .check(ByteCode.LIBRARY);
    }

    @Test
    void packagesFormNoCycle() {
        slices().assignedFrom(new Floors()).should().beFreeOfCycles().check(ByteCode.LIBRARY);
    }

    @Test
    void hiddenPackagesAreImportedByTheirOwnModuleAlone() {
        for (LibraryModule module : LibraryModule.all()) {
            String[] hidden = hiddenPackages(module);
            Set<String> own = module.reference().descriptor().packages();
            noClasses()
                    .that(describe("are not of " + module.name(), type -> !own.contains(type.getPackageName())))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(hidden)
                    .allowEmptyShould(true)
                    .check(ByteCode.LIBRARY);
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(hidden)
                    .check(ByteCode.SPRING);
        }
    }

    private static String[] hiddenPackages(LibraryModule module) {
        return module.reference().descriptor().packages().stream()
                .filter(name -> module.reference().descriptor().exports().stream()
                        .noneMatch(exports -> exports.source().equals(name)))
                .toArray(String[]::new);
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(Stream.concat(ByteCode.LIBRARY.stream(), ByteCode.SPRING.stream())
                        .map(JavaClass::getPackage)
                        .distinct())
                .filteredOn(javaPackage -> javaPackage.getName().startsWith(LibraryModule.ROOT))
                .isNotEmpty()
                .allMatch(javaPackage -> javaPackage.isAnnotatedWith("org.jspecify.annotations.NullMarked"));
    }

    private static void only(String[] of, String[]... seen) {
        only(ByteCode.LIBRARY, of, seen);
    }

    private static void only(JavaClasses among, String[] of, String[]... seen) {
        var allowed = Stream.of(seen).flatMap(Stream::of);
        classes()
                .that()
                .resideInAnyPackage(of)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(Stream.concat(Stream.of(ALWAYS), allowed).toArray(String[]::new))
                .check(among);
    }

    private static boolean inAnyOf(JavaClass type, String... packages) {
        return JavaClass.Predicates.resideInAnyPackage(packages).test(type);
    }

    /** A package is a slice; but a package with a door is two, and the root package three. */
    private static final class Floors implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getPackageName();
            if (!name.startsWith(LibraryModule.ROOT)) {
                return SliceIdentifier.ignore();
            }
            String outermost = type.getName().substring(name.length() + 1).replaceAll("\\$.*", "");
            if (DOORS.getOrDefault(name, Set.of()).contains(outermost)) {
                return SliceIdentifier.of("the door of " + name);
            }
            boolean settings = name.equals(LibraryModule.ROOT) && SETTINGS.contains(outermost);
            return SliceIdentifier.of(settings ? "the settings" : name);
        }

        @Override
        public String getDescription() {
            return "packages, with doors, and the settings of the root package, apart";
        }
    }
}
