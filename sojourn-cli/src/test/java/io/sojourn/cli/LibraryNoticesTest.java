package io.sojourn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** The jar with all libraries keeps their notices and licenses: the Apache License 2.0 asks for it in section 4, and the MIT License, too. */
class LibraryNoticesTest {

    private static final Path JAR = Path.of(System.getProperty("sojourn.jar"));
    private static final Pattern LIBRARY =
            Pattern.compile("^ *([\\w.-]+):([\\w.-]+):jar:([\\w.-]+):(?:compile|runtime)", Pattern.MULTILINE);
    /** A line of our own list: names as the artifacts begin, and their license. */
    private static final Pattern LISTED = Pattern.compile("^ {2}([A-Z].*[A-Za-z0-9]) {3,}", Pattern.MULTILINE);

    private static final Pattern COMMA = Pattern.compile(", ");
    private static final Pattern NOTICE = Pattern.compile("META-INF/NOTICE(\\.\\w+)?");
    private static final Pattern LICENSE = Pattern.compile("META-INF/LICENSE(\\.\\w+)?");
    private static final Pattern OTHER = Pattern.compile("META-INF/.*(LICENSE|NOTICE|COPYING).*");
    private static final Pattern COPYRIGHT = Pattern.compile("^Copyright (?!\\[yyyy]).*$", Pattern.MULTILINE);

    @Test
    void noticeNamesEachLibrary() throws IOException {
        List<String> named = LISTED.matcher(read(JAR, "META-INF/NOTICE"))
                .results()
                .flatMap(line -> COMMA.splitAsStream(line.group(1)))
                .map(name -> name.toLowerCase(Locale.ROOT).replace(' ', '-'))
                .toList();
        assertThat(libraries())
                .hasSizeGreaterThan(15)
                .allMatch(
                        library -> named.stream().anyMatch(name -> (library.artifact() + "-").startsWith(name + "-")));
    }

    @Test
    void textsOfEachLibraryAreKept() throws IOException {
        String notice = read(JAR, "META-INF/NOTICE");
        assertThat(read(JAR, "META-INF/LICENSE")).contains("Apache License", "Version 2.0", "4. Redistribution.");
        int notices = 0;
        int licenses = 0;
        for (Library library : libraries()) {
            for (String entry : entries(library.jar())) {
                String text = read(library.jar(), entry);
                if (NOTICE.matcher(entry).matches()) {
                    assertThat(notice).as("%s of %s", entry, library).contains(text);
                    notices++;
                } else if (LICENSE.matcher(entry).matches() && text.contains("Apache")) {
                    licenses++; // Our own is the same.
                } else if (LICENSE.matcher(entry).matches()) {
                    assertThat(COPYRIGHT.matcher(text).results().map(MatchResult::group))
                            .as("%s of %s", entry, library)
                            .isNotEmpty()
                            .allSatisfy(line -> assertThat(notice).contains(line));
                    licenses++;
                } else if (OTHER.matcher(entry).matches()) {
                    assertThat(read(JAR, entry)).as("%s of %s", entry, library).isEqualTo(text);
                    licenses++;
                }
            }
        }
        assertThat(notices).isGreaterThan(2);
        assertThat(licenses).isGreaterThan(7);
    }

    private record Library(String artifact, Path jar) {}

    /** As Maven listed them before the jar was made. */
    private static List<Library> libraries() throws IOException {
        List<Path> classPath = Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(System.getProperty("java.class.path"))
                .map(Path::of)
                .toList();
        return LIBRARY.matcher(Files.readString(JAR.resolveSibling("dependencies.txt")))
                .results()
                .filter(found -> !found.group(1).equals("io.sojourn"))
                .map(found -> {
                    String file = found.group(2) + "-" + found.group(3) + ".jar";
                    return new Library(
                            found.group(2),
                            classPath.stream()
                                    .filter(path -> path.endsWith(file))
                                    .findFirst()
                                    .orElseThrow(() -> new AssertionError(file + " is not on the class path")));
                })
                .toList();
    }

    private static List<String> entries(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream().map(ZipEntry::getName).toList();
        }
    }

    private static String read(Path jar, String name) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            ZipEntry entry = zip.getEntry(name);
            assertThat(entry).as("%s in %s", name, jar).isNotNull();
            try (InputStream in = zip.getInputStream(entry)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
    }
}
