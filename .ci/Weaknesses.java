import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks for published weaknesses of libraries: of those in lists that "mvn dependency:list" wrote, and of the packages in a package-lock.json of
 * npm, whose names begin with "npm:". It looks in .ci/weaknesses.txt, and with --online also at osv.dev, which has names of its own for
 * them: what is accepted by its CVE is accepted there, too. Ends with status 1 if a library has one. If osv.dev cannot be reached, it says
 * so, and the file decides alone.
 */
public final class Weaknesses {

    private static final Pattern LIBRARY =
            Pattern.compile("([\\w.-]+):([\\w.-]+):jar:(?:[\\w.-]+:)?([\\w.-]+):(?:compile|runtime)\\b");
    /** The last name of a path counts: "node_modules/a/node_modules/b" is b. A package under another name says its own. */
    private static final Pattern PACKAGE = Pattern.compile("\"(?:[^\"]*/)?node_modules/((?:@[\\w.-]+/)?[\\w.-]+)\"\\s*:\\s*\\{\\s*"
            + "(?:\"name\"\\s*:\\s*\"([^\"]+)\"\\s*,\\s*)?\"version\"\\s*:\\s*\"([^\"]+)\"");

    private static final String NPM = "npm:";

    /** osv.dev takes a thousand at once. */
    private static final int AT_ONCE = 500;

    private static final Pattern RANGE = Pattern.compile("\\[([^,\\s]+),([^)\\s]+)\\)");
    private static final Pattern RESULT = Pattern.compile("\\{\\s*\"vulns\"|\\{\\s*\\}|\"id\"\\s*:\\s*\"([\\w-]+)\"");
    private static final Pattern CVE = Pattern.compile("\"(CVE-\\d+-\\d+)\"");
    private static final Pattern ALIASES = Pattern.compile("\"aliases\"\\s*:\\s*\\[([^\\]]*)\\]");
    private static final String OSV = "https://api.osv.dev/v1/";

    record Library(String name, String version) implements Comparable<Library> {

        @Override
        public int compareTo(Library other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return name + ":" + version;
        }
    }

    record Weakness(String id, String name, List<String[]> ranges) {

        boolean isIn(Library library) {
            return library.name().equals(name)
                    && ranges.stream()
                            .anyMatch(range -> compare(range[0], library.version()) <= 0 && compare(library.version(), range[1]) < 0);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Path known = Path.of(".ci/weaknesses.txt");
        String online = null;
        List<Path> lists = new ArrayList<>();
        for (String argument : arguments) {
            if (argument.startsWith("--online")) {
                online = argument.contains("=") ? argument.substring("--online=".length()) : OSV;
            } else if (argument.startsWith("--known=")) {
                known = Path.of(argument.substring("--known=".length()));
            } else {
                lists.add(Path.of(argument));
            }
        }

        TreeSet<Library> libraries = new TreeSet<>();
        for (Path list : lists) {
            String text = Files.readString(list);
            LIBRARY.matcher(text).results()
                    .filter(found -> !found.group(1).equals("io.sojourn"))
                    .forEach(found -> libraries.add(new Library(found.group(1) + ":" + found.group(2), found.group(3))));
            PACKAGE.matcher(text).results()
                    .forEach(found -> libraries.add(
                            new Library(NPM + (found.group(2) == null ? found.group(1) : found.group(2)), found.group(3))));
        }
        if (libraries.isEmpty()) {
            System.err.println("weaknesses: no library is in " + lists + "; build first");
            System.exit(2);
        }

        List<Weakness> weaknesses = new ArrayList<>();
        List<String> accepted = new ArrayList<>();
        read(known, weaknesses, accepted);
        TreeSet<String> found = new TreeSet<>();
        for (Library library : libraries) {
            weaknesses.stream()
                    .filter(weakness -> weakness.isIn(library))
                    .forEach(weakness -> found.add(weakness.id() + " " + library));
        }
        String where = known.getFileName().toString();
        if (online != null) {
            List<Library> all = List.copyOf(libraries);
            boolean isAnswered = true;
            for (int i = 0; i < all.size() && isAnswered; i += AT_ONCE) {
                isAnswered = askOnline(online, all.subList(i, Math.min(i + AT_ONCE, all.size())), accepted, found);
            }
            where += isAnswered ? " and osv.dev" : "; osv.dev cannot be reached";
        }

        found.removeIf(weakness -> accepted.stream().anyMatch(one -> weakness.equals(one) || weakness.startsWith(one + ":")));
        found.forEach(weakness -> System.err.println("weaknesses: " + weakness.replaceFirst(" ", " is in ") + "; take a newer version"));
        if (!found.isEmpty()) {
            System.exit(1);
        }
        System.out.println("weaknesses: none is published for " + libraries.size() + " libraries (" + where + ")");
    }

    private static void read(Path known, List<Weakness> weaknesses, List<String> accepted) throws IOException {
        for (String line : Files.readAllLines(known)) {
            String[] words = line.split(" ", 4);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            } else if (words[0].equals("accepted")) {
                accepted.add(words[1] + " " + words[2]);
                continue;
            }
            List<String[]> ranges = new ArrayList<>();
            Matcher range = RANGE.matcher(line);
            while (range.find()) {
                ranges.add(new String[] {range.group(1), range.group(2)});
            }
            if (ranges.isEmpty()) {
                throw new IllegalArgumentException(known + ": a line needs a range like [1.0,1.2): " + line);
            }
            weaknesses.add(new Weakness(words[0], words[1], ranges));
        }
    }

    /** https://google.github.io/osv.dev/post-v1-querybatch: one result a library, in their order. */
    private static boolean askOnline(String url, List<Library> libraries, List<String> accepted, TreeSet<String> found)
            throws InterruptedException {
        StringBuilder queries = new StringBuilder();
        for (Library library : libraries) {
            boolean isOfNpm = library.name().startsWith(NPM);
            queries.append(queries.isEmpty() ? "{\"queries\":[" : ",")
                    .append("{\"package\":{\"ecosystem\":\"").append(isOfNpm ? "npm" : "Maven")
                    .append("\",\"name\":\"").append(isOfNpm ? library.name().substring(NPM.length()) : library.name())
                    .append("\"},\"version\":\"").append(library.version()).append("\"}");
        }
        String body = send(HttpRequest.newBuilder(URI.create(url + "querybatch"))
                .POST(HttpRequest.BodyPublishers.ofString(queries.append("]}").toString())));
        if (body == null) {
            return false;
        }
        String results = body.substring(body.indexOf('[') + 1);
        int current = -1;
        Matcher result = RESULT.matcher(results);
        while (result.find()) {
            if (result.group(1) == null) {
                current++;
            } else {
                String id = result.group(1);
                boolean isKnown = accepted.stream().anyMatch(one -> one.startsWith(id + " "));
                found.add((isKnown ? id : cve(url, id)) + " " + libraries.get(current));
            }
        }
        if (current != libraries.size() - 1) {
            throw new IllegalStateException("osv.dev answered for " + (current + 1) + " of " + libraries.size() + " libraries");
        }
        return true;
    }

    /** https://google.github.io/osv.dev/get-v1-vulns: the name that the list of this project has for it, if it has one. */
    private static String cve(String url, String id) throws InterruptedException {
        String weakness = id.startsWith("CVE-") ? null : send(HttpRequest.newBuilder(URI.create(url + "vulns/" + id)));
        Matcher aliases = ALIASES.matcher(weakness == null ? "" : weakness);
        Matcher first = CVE.matcher(aliases.find() ? aliases.group(1) : "");
        return first.find() ? first.group(1) : id;
    }

    /** The body of the answer, or null if there is none. */
    private static String send(HttpRequest.Builder request) throws InterruptedException {
        try {
            HttpResponse<String> response = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()
                    .send(request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? response.body() : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** As Maven orders versions, for those that libraries have: numbers by value, and a qualifier before the release. */
    static int compare(String one, String other) {
        String[] left = parts(one);
        String[] right = parts(other);
        for (int i = 0; i < Math.max(left.length, right.length); i++) {
            int order = compareParts(i < left.length ? left[i] : "", i < right.length ? right[i] : "");
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static String[] parts(String version) {
        return version.toLowerCase(Locale.ROOT).replaceAll("[.-](final|ga|release)$", "").split("[.-]|(?<=\\d)(?=[a-z])|(?<=[a-z])(?=\\d)");
    }

    private static int compareParts(String left, String right) {
        boolean isNumber = !left.isEmpty() && Character.isDigit(left.charAt(0));
        boolean isOtherNumber = !right.isEmpty() && Character.isDigit(right.charAt(0));
        if (isNumber && isOtherNumber || isNumber && right.isEmpty() || isOtherNumber && left.isEmpty()) {
            return Long.compare(left.isEmpty() ? 0 : Long.parseLong(left), right.isEmpty() ? 0 : Long.parseLong(right));
        }
        if (left.isEmpty() || right.isEmpty() || isNumber || isOtherNumber) {
            return Boolean.compare(left.isEmpty() || isNumber, right.isEmpty() || isOtherNumber);
        }
        return left.compareTo(right);
    }
}
