package io.sojourn.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The sentences in a file of Java: the texts of each statement, joined, and the code around them. A text without a space is a key or
 * a name, and counts only with others.
 */
final class JavaMessages {

    /**
     * The texts of one statement.
     *
     * @param where file and line
     * @param code the statement without its texts
     */
    record Message(String where, String text, String code) {}

    private static final Set<String> NOT_PUBLISHED = Set.of("sojourn-fuzz", "sojourn-testkit", "sojourn-histories");

    private static final Pattern TOKEN = Pattern.compile("(?<text>\"(?:[^\"\\\\\n]|\\\\.)*\")"
            + "|(?<comment>/\\*[\\s\\S]*?\\*/|//[^\n]*)|'(?:[^'\\\\\n]|\\\\.)+'|(?<end>[;{}])|[^\"'/;{}]+|.");

    private JavaMessages() {}

    /** Those of all modules that are published. */
    static List<Message> all() throws IOException {
        List<Message> messages = new ArrayList<>();
        try (Stream<Path> modules = Files.list(Page.PROJECT)) {
            for (Path module : modules.sorted().toList()) {
                String name = module.getFileName().toString();
                Path sources = module.resolve("src/main/java");
                if (name.startsWith("sojourn-") && !NOT_PUBLISHED.contains(name) && Files.isDirectory(sources)) {
                    try (Stream<Path> files = Files.walk(sources)) {
                        for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                                .sorted()
                                .toList()) {
                            messages.addAll(of(file.getFileName().toString(), Files.readString(file)));
                        }
                    }
                }
            }
        }
        return messages;
    }

    static List<Message> of(String file, String source) {
        List<Message> messages = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        StringBuilder code = new StringBuilder();
        int line = 1;
        int begin = 1;
        Matcher token = TOKEN.matcher(source + ";");
        while (token.find()) {
            String literal = token.group("text");
            if (token.group("end") != null) {
                if (text.indexOf(" ") >= 0) {
                    messages.add(new Message(file + ":" + begin, text.toString(), code.toString()));
                }
                text.setLength(0);
                code.setLength(0);
            } else if (literal != null) {
                begin = text.isEmpty() ? line : begin;
                text.append(literal, 1, literal.length() - 1).append('\t'); // No sentence has a tab: a text ends there.
            } else if (token.group("comment") == null) {
                code.append(token.group());
            }
            line += (int) token.group().chars().filter(c -> c == '\n').count();
        }
        return messages;
    }
}
