package io.sojourn.servlet.war;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** The class path of this test, sorted into what belongs to the server and what into an application. */
final class ClassPath {

    /** The container, and what it needs. No WebSockets: those of one container would keep another from starting. */
    static final Predicate<String> OF_SERVER = Pattern.compile(
                    "/(org/apache/tomcat|org/eclipse/jetty|io/undertow|org/jboss|org/wildfly|io/smallrye|jakarta|org/ow2|org/slf4j)"
                            + "/(?!.*websocket)")
            .asPredicate();

    /** The library, and what it needs. */
    static final Predicate<String> OF_APPLICATION = Pattern.compile(
                    "/(sojourn-(core|redis|servlet)/[^/]+/(classes$|.*\\.jar$)"
                            + "|(com/github/ben-manes|io/lettuce|io/netty|io/projectreactor|org/reactivestreams|redis/clients|tools/jackson"
                            + "|com/fasterxml/jackson|org/slf4j|org/jspecify)/)")
            .asPredicate();

    private ClassPath() {}

    static List<Path> entries(Predicate<String> which) {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(which)
                .map(Path::of)
                .toList();
    }

    /** Copies an entry into a folder of libraries; a folder of classes becomes a jar. */
    static void copyInto(Path libraries, Path entry) throws IOException {
        if (Files.isRegularFile(entry)) {
            Files.createLink(libraries.resolve(entry.getFileName()), entry);
            return;
        }
        Path module = entry.resolve("../..").normalize();
        Path jar = libraries.resolve(module.getFileName() + ".jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> classes = Files.walk(entry)) {
            for (Path each : classes.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new ZipEntry(entry.relativize(each).toString()));
                Files.copy(each, out);
            }
        }
    }
}
