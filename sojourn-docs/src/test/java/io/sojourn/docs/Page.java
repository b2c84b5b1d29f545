package io.sojourn.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A page in Markdown. */
record Page(String name, List<String> lines) {

    static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

    /** Those at the root of the project, those of {@code docs/}, and the page of the demo. */
    static List<Page> all() {
        try (Stream<Path> top = Files.list(PROJECT);
                Stream<Path> docs = Files.walk(PROJECT.resolve("docs"));
                Stream<Path> examples = Files.walk(PROJECT.resolve("examples"), 2)) {
            return Stream.of(top, docs, examples)
                    .flatMap(paths -> paths)
                    .map(path -> PROJECT.relativize(path).toString())
                    .filter(name -> name.endsWith(".md"))
                    .sorted()
                    .map(Page::named)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Page named(String name) {
        try {
            return new Page(name, Files.readAllLines(PROJECT.resolve(name)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    String text() {
        return String.join("\n", lines);
    }

    /** What stands between fences. */
    List<CodeBlock> blocks() {
        List<CodeBlock> blocks = new ArrayList<>();
        int begin = -1;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("```")) {
                if (begin < 0) {
                    begin = i;
                } else {
                    String language = lines.get(begin).substring(3).strip();
                    blocks.add(new CodeBlock(
                            name, begin + 1, language, String.join("\n", lines.subList(begin + 1, i)) + "\n"));
                    begin = -1;
                }
            }
        }
        return blocks;
    }

    /** Lines that are indented by four blanks and are no part of a list: what is typed, or shown, in a terminal. */
    List<String> terminal() {
        List<String> shown = new ArrayList<>();
        boolean fenced = false;
        boolean last = true;
        for (String line : lines) {
            fenced ^= line.startsWith("```");
            boolean indented = !fenced && line.startsWith("    ") && last;
            if (indented) {
                shown.add(line.substring(4));
            }
            last = indented || line.isBlank();
        }
        return shown;
    }

    static Stream<CodeBlock> blocksIn(String language) {
        return all().stream()
                .flatMap(page -> page.blocks().stream())
                .filter(block -> block.language().equals(language));
    }
}
