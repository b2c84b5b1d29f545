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

    /** Lines that are indented by four blanks behind an empty line: commands that are typed in a terminal. */
    List<CodeBlock> terminals() {
        List<CodeBlock> terminals = new ArrayList<>();
        boolean fenced = false;
        for (int i = 1; i < lines.size(); i++) {
            fenced ^= lines.get(i).startsWith("```");
            if (fenced || !lines.get(i).startsWith("    ") || !lines.get(i - 1).isBlank()) {
                continue;
            }
            int begin = i;
            StringBuilder typed = new StringBuilder();
            for (; i < lines.size() && lines.get(i).startsWith("    "); i++) {
                typed.append(lines.get(i).substring(4)).append('\n');
            }
            terminals.add(new CodeBlock(name, begin + 1, "terminal", typed.toString()));
        }
        return terminals;
    }

    /** The commands of its terminals, and those behind a {@code $} in blocks that show what they print. */
    List<String> commands() {
        Stream<String> typed =
                terminals().stream().flatMap(block -> block.text().lines());
        Stream<String> shown = blocks().stream()
                .filter(block -> block.language().equals("text"))
                .flatMap(block -> block.text().lines())
                .filter(line -> line.startsWith("$ ") || line.startsWith("docker "))
                .map(line -> line.replaceFirst("^\\$ ", ""));
        return Stream.concat(typed, shown)
                .map(line -> line.replaceFirst("\\s+# .*", ""))
                .toList();
    }

    static Stream<CodeBlock> blocksIn(String language) {
        return all().stream()
                .flatMap(page -> page.blocks().stream())
                .filter(block -> block.language().equals(language));
    }
}
