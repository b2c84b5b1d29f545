package io.sojourn.servlet.war;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Makes exploded web applications: the same classes and libraries, each with a descriptor of its own. */
final class WarFolder {

    private final Path folder;
    private final Path libraries;

    WarFolder(Path folder) throws IOException {
        this.folder = folder;
        libraries = Files.createDirectories(folder.resolve("lib"));
        for (Path entry : ClassPath.entries(ClassPath.OF_APPLICATION)) {
            ClassPath.copyInto(libraries, entry);
        }
    }

    /** The classes of the server's program, which no application is to see. */
    Path launcher() throws IOException {
        Path classes = Files.createDirectories(folder.resolve("launcher"));
        for (String type : List.of(
                "WarServer",
                "WarServer$Server",
                "WarTomcat",
                "WarJettyEe10",
                "WarJettyEe11",
                "WarUndertow",
                "WarUndertow$Deployed")) {
            copy(WarFolder.class.getPackageName() + "." + type, classes);
        }
        return classes;
    }

    /** An application with the servlet, the application's own filter, and what else a descriptor says. */
    Path application(String name, String descriptor) throws IOException {
        Path root = Files.createDirectories(folder.resolve("apps").resolve(name));
        Path inside = Files.createDirectories(root.resolve("WEB-INF"));
        Path classes = Files.createDirectories(inside.resolve("classes"));
        for (Class<?> type : new Class<?>[] {WarServlet.class, WarFilter.class, WarListener.class, WarSessions.class}) {
            copy(type.getName(), classes);
        }
        Path own = Files.createDirectories(inside.resolve("lib"));
        try (var jars = Files.list(libraries)) {
            for (Path jar : jars.toList()) {
                Files.createLink(own.resolve(jar.getFileName()), jar);
            }
        }
        Files.writeString(inside.resolve("web.xml"), DESCRIPTOR.replace("<!-- more -->", descriptor));
        return root;
    }

    /** An application whose classes the container searches for annotations. */
    Path annotated(String name) throws IOException {
        Path root = application(name, "");
        Path descriptor = root.resolve("WEB-INF").resolve("web.xml");
        Files.writeString(
                descriptor,
                Files.readString(descriptor).replace("metadata-complete=\"true\"", "metadata-complete=\"false\""));
        return root;
    }

    private static void copy(String className, Path into) throws IOException {
        String file = className.replace('.', '/') + ".class";
        Path target = into.resolve(file);
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        try (InputStream in =
                Objects.requireNonNull(WarFolder.class.getClassLoader()).getResourceAsStream(file)) {
            Files.copy(Objects.requireNonNull(in), target);
        }
    }

    /** Complete, so that no container spends seconds on looking for annotations in all the libraries. */
    private static final String DESCRIPTOR = """
            <?xml version="1.0" encoding="UTF-8"?>
            <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0" metadata-complete="true">
              <!-- more -->
              <filter>
                <filter-name>first</filter-name>
                <filter-class>io.sojourn.servlet.war.WarFilter</filter-class>
                <async-supported>true</async-supported>
              </filter>
              <filter-mapping>
                <filter-name>first</filter-name>
                <url-pattern>/*</url-pattern>
              </filter-mapping>
              <servlet>
                <servlet-name>war</servlet-name>
                <servlet-class>io.sojourn.servlet.war.WarServlet</servlet-class>
                <async-supported>true</async-supported>
              </servlet>
              <servlet-mapping>
                <servlet-name>war</servlet-name>
                <url-pattern>/in</url-pattern>
                <url-pattern>/out</url-pattern>
                <url-pattern>/who</url-pattern>
              </servlet-mapping>
            </web-app>
            """;
}
