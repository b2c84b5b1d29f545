package io.sojourn.architecture;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** One of Sojourn's published modules as it lies on the class path of the tests: a jar, or a directory of classes. */
record LibraryModule(ModuleReference reference) {

    static final String ROOT = "io.sojourn";

    /** All of them, by name. */
    static List<LibraryModule> all() {
        return finder().findAll().stream()
                .map(LibraryModule::new)
                .filter(module -> module.name().startsWith(ROOT + "."))
                .sorted(Comparator.comparing(LibraryModule::name))
                .toList();
    }

    /**
     * The modules of the class path, without those of Spring and for Spring, which have no module declarations ({@link
     * SpringModule}).
     */
    static ModuleFinder finder() {
        return ModuleFinder.of(Stream.of(classPath())
                .filter(path -> !path.getFileName().toString().matches("(sojourn-)?spring-.*"))
                .toArray(Path[]::new));
    }

    static Path[] classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .toArray(Path[]::new);
    }

    String name() {
        return reference.descriptor().name();
    }

    URI location() {
        return reference.location().orElseThrow();
    }

    /** The packages that users may name, in order. */
    List<String> exportedPackages() {
        return reference.descriptor().exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(exports -> exports.source())
                .sorted()
                .toList();
    }

    /** The classes of a package, nested ones too, in order. They are not initialised. */
    List<Class<?>> classesIn(String packageName) {
        String folder = packageName.replace('.', '/') + "/";
        try (var reader = reference.open();
                var resources = reader.list()) {
            return resources
                    .filter(name -> name.startsWith(folder) && name.indexOf('/', folder.length()) < 0)
                    .filter(name -> name.endsWith(".class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .sorted()
                    .<Class<?>>map(LibraryModule::load)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The module's folder in the repository. Tests run in the folder of their own module, beside it. */
    Path folder() {
        return Path.of("..", name().replace('.', '-').replace("io-", ""));
    }

    static Class<?> load(String name) {
        try {
            return Class.forName(name, false, Objects.requireNonNull(LibraryModule.class.getClassLoader()));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(name, e);
        }
    }
}
