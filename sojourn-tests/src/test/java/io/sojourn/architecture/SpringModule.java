package io.sojourn.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * One of the published modules for Spring. They have no module declaration, because Spring's own jars have none, so users may name
 * all of their packages.
 *
 * @param artifact its name in Maven, which is also the name of its folder
 * @param location a folder of classes, or the jar
 */
record SpringModule(String artifact, Path location) {

    /** All of them. */
    static List<SpringModule> all() {
        return Stream.of("sojourn-spring", "sojourn-spring-boot", "sojourn-spring-boot-3")
                .map(artifact -> new SpringModule(artifact, location(artifact)))
                .toList();
    }

    /** Those whose classes can be loaded here: without the one for Spring Boot 3.5, since the tests have Spring Boot 4. */
    static List<SpringModule> loadable() {
        return all().stream()
                .filter(module -> !module.artifact.equals("sojourn-spring-boot-3"))
                .toList();
    }

    private static Path location(String artifact) {
        return Arrays.stream(LibraryModule.classPath())
                .filter(path -> path.toString().replace('\\', '/').contains("/" + artifact + "/"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(artifact + " is not on the class path"));
    }

    String name() {
        return artifact.replace("sojourn-", "io.sojourn.").replace('-', '.');
    }

    Path folder() {
        return Path.of("..", artifact);
    }

    URI uri() {
        return location.toUri();
    }

    private JavaClasses classes() {
        return ByteCode.of(this);
    }

    List<String> packages() {
        return classes().stream()
                .map(JavaClass::getPackageName)
                .distinct()
                .sorted()
                .toList();
    }

    /** The classes of a package, nested ones too, in order. They are not initialised. */
    List<Class<?>> classesIn(String packageName) {
        return classes().stream()
                .filter(type -> type.getPackageName().equals(packageName))
                .map(JavaClass::getName)
                .sorted()
                .<Class<?>>map(LibraryModule::load)
                .toList();
    }

    @Override
    public String toString() {
        return artifact;
    }
}
