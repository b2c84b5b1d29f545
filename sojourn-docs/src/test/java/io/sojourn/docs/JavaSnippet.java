package io.sojourn.docs;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A block of Java in a page. Pages leave out what a reader knows: imports, and where {@code sessions} comes from. The file
 * {@code Surroundings.txt} has that for each page; a block is compiled within it.
 */
final class JavaSnippet {

    private static final Pattern TYPE =
            Pattern.compile("(?m)^(?:(?:public|final|abstract) )*(?:class|interface|record|enum) \\w");
    private static final Pattern IMPORT = Pattern.compile("(?m)^import .*;\\n");
    private static final Pattern PACKAGE = Pattern.compile("\\Apackage .*;\\n");
    private static final Pattern METHOD =
            Pattern.compile("(?m)^(?:@\\w.*\\n)*(?:public )?[\\w.<>?, ]+ \\w+\\(.*\\) \\{$");
    private static final Pattern FIELD = Pattern.compile("(?m)^@Autowired .*;\\n");

    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

    /** One for all, since it looks through the jars of the class path only once. */
    private static final StandardJavaFileManager FILES =
            COMPILER.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);

    private final CodeBlock block;

    JavaSnippet(CodeBlock block) {
        this.block = block;
    }

    /** What the compiler says against it. The classes are written to {@code output}. */
    List<String> compile(Path output) {
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        List<String> options = List.of(
                "-proc:none",
                "-parameters",
                "-nowarn",
                "-d",
                output.toString(),
                "-classpath",
                System.getProperty("java.class.path"));
        COMPILER.getTask(Writer.nullWriter(), FILES, said, options, null, List.of(new Source(source())))
                .call();
        return said.getDiagnostics().stream()
                .filter(message -> message.getKind() == Diagnostic.Kind.ERROR)
                .map(message -> message.getMessage(Locale.ROOT))
                .toList();
    }

    private String source() {
        String code = PACKAGE.matcher(block.text()).replaceFirst("");
        List<String> imports = new ArrayList<>(surroundings("imports"));
        IMPORT.matcher(code)
                .results()
                .forEach(found -> imports.add(found.group().strip()));
        String rest = IMPORT.matcher(code).replaceAll("");
        String head = "package snippet;\n" + String.join("\n", imports) + "\n";
        if (TYPE.matcher(rest).find()) {
            return head + rest + String.join("\n", surroundings("types"));
        }
        String fields =
                FIELD.matcher(rest).results().map(found -> found.group()).collect(joining());
        String body = FIELD.matcher(rest).replaceAll("");
        return head + "class Known {\n" + String.join("\n", surroundings("members")) + "\n}\n"
                + "class Snippet extends Known {\n" + fields
                + (METHOD.matcher(body).find() ? body : method(body)) + "}\n"
                + String.join("\n", surroundings("types"));
    }

    private static String method(String body) {
        boolean expression =
                !body.stripTrailing().endsWith(";") && !body.stripTrailing().endsWith("}") && !body.contains(";");
        return "void run() throws Exception {\n" + (expression ? "Object result = " + body.strip() + ";" : body)
                + "}\n";
    }

    /** The lines of one kind for all pages, and those for this page. */
    private List<String> surroundings(String kind) {
        List<String> lines = new ArrayList<>();
        boolean counts = false;
        for (String line : file().split("\n", -1)) {
            if (line.startsWith("# ")) {
                counts = line.equals("# " + kind) || line.equals("# " + kind + " " + block.page());
            } else if (counts) {
                lines.add(line);
            }
        }
        return lines;
    }

    private static String file() {
        try (InputStream in = JavaSnippet.class.getResourceAsStream("Surroundings.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String text) {
            super(URI.create("string:///Snippet.java"), Kind.SOURCE);
            this.text = text;
        }

        /** A public type is taken for one of a file with its name. */
        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return true;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
