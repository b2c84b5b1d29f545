import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Does what docs/start.md says, in empty folders outside of this project, with a release's bundle as the only repository that has Sojourn:
 * writes the files of each section, runs its commands, compares what they print, and looks into Redis. Then it gets the command line as
 * docs/command-line.md says. Run it by ./release --try.
 */
public final class TryRelease {

    /** Of the distribution, which only this test downloads. */
    private static final String TOMCAT = "11.0.25";

    private static final Pattern FILE = Pattern.compile("`([\\w./-]+\\.\\w+)`:$");

    /** What docs/releasing.md says of each application: from the first command to the session in Redis, with all downloads. */
    private static final int LIMIT_SECONDS = 180;

    /** What one section of the page has: files, and commands with what they print. */
    record Section(String name, Map<String, String> files, List<Command> commands) {}

    record Command(String line, StringBuilder expected) {

        boolean runsOn() {
            return line.endsWith("&");
        }
    }

    private final Path project = Path.of("").toAbsolutePath();
    private final Path folder = Files.createTempDirectory("sojourn-try-");

    /** What the bundle holds. */
    private final Path repository = folder.resolve("bundle");

    private final Path local;
    private final String version;

    /** That of the pages. */
    private final String before;

    private final int redisPort = freePort();
    private final List<Path> dependencies = new ArrayList<>();

    private TryRelease(String version, Path local) throws IOException {
        this.version = version;
        this.before = Pattern.compile("<version>([^<]+)").matcher(Files.readString(project.resolve("pom.xml")))
                .results().findFirst().orElseThrow().group(1);
        this.local = local.toAbsolutePath();
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 4) {
            throw new IllegalArgumentException("Usage: TryRelease RELEASE VERSION REDIS_SERVER LOCAL_REPOSITORY");
        }
        Path release = Path.of(arguments[0]);
        TryRelease trial = new TryRelease(arguments[1], Path.of(arguments[3]));
        Process redis = trial.startRedis(arguments[2]);
        try {
            unzip(release.resolve("sojourn-" + arguments[1] + "-bundle.zip"), trial.repository);
            trial.prepare();
            for (Section section : trial.sections()) {
                trial.attempt(section, release);
            }
            trial.countSessions();
            trial.scan();
        } finally {
            end(redis);
            delete(trial.folder);
        }
    }

    // --- The page ----------------------------------------------------------------------------------------------------

    private List<Section> sections() throws IOException {
        List<Section> sections = new ArrayList<>();
        Section current = null;
        String file = null;
        StringBuilder block = null;
        for (String line : Files.readAllLines(project.resolve("docs/start.md"))) {
            if (block == null && line.startsWith("## ")) {
                current = new Section(line.substring(3), new LinkedHashMap<>(), new ArrayList<>());
                sections.add(current);
                file = null;
            } else if (block == null && line.startsWith("```")) {
                block = new StringBuilder();
            } else if (block != null && line.equals("```")) {
                if (file != null) {
                    current.files().put(file, block.toString().replace(before, version));
                } else if (current != null) {
                    read(block.toString(), current.commands());
                }
                file = null;
                block = null;
            } else if (block != null) {
                block.append(line).append('\n');
            } else {
                Matcher named = FILE.matcher(line);
                file = named.find() ? named.group(1) : line.isBlank() ? file : null;
            }
        }
        sections.removeIf(section -> section.files().isEmpty());
        if (sections.size() < 4) {
            throw new IllegalStateException("docs/start.md has only " + sections.size() + " applications");
        }
        return sections;
    }

    private static void read(String terminal, List<Command> commands) {
        for (String line : terminal.lines().toList()) {
            if (line.startsWith("$ ")) {
                commands.add(new Command(line.substring(2), new StringBuilder()));
            } else {
                commands.get(commands.size() - 1).expected().append(line).append('\n');
            }
        }
    }

    // --- One application ---------------------------------------------------------------------------------------------

    private void attempt(Section section, Path release) throws Exception {
        Path app = Files.createDirectory(folder.resolve(section.name().toLowerCase().replaceAll("\\W+", "-")));
        boolean isRing = section.files().containsKey("deps.edn");
        if (isRing && !Files.exists(Path.of("/usr/share/java/ring-core.jar")) && !isOnPath("clojure")) {
            System.out.println("release: left out: " + section.name() + ": neither the Clojure command line nor Debian's Ring is installed");
            return;
        }
        int port = freePort();
        for (Map.Entry<String, String> file : section.files().entrySet()) {
            Path path = app.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, here(file.getValue(), port));
        }
        if (section.commands().toString().contains("tomcat/bin")) {
            unpackTomcat(app, port);
        }
        redis("FLUSHALL");
        long start = System.nanoTime();
        List<Process> running = new ArrayList<>();
        try {
            for (Command command : section.commands()) {
                run(command, app, port, running);
            }
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
            System.out.printf("release: %s: %d s of at most %d s%n", section.name(), seconds, LIMIT_SECONDS);
            if (seconds >= LIMIT_SECONDS) {
                throw new IllegalStateException(section.name() + " should take less than " + LIMIT_SECONDS + " s, but took " + seconds + " s");
            }
            String keys = redis("KEYS *");
            if (!keys.startsWith("*1\r\n")) {
                throw new IllegalStateException(section.name() + ": Redis should have one session, but has " + keys);
            }
            if (!Files.readString(app.resolve("server.log")).contains("; Sojourn " + version)) {
                throw new IllegalStateException(section.name() + ": the log should name the version " + version);
            }
        } catch (IllegalStateException failure) {
            Path log = app.resolve("server.log");
            throw Files.exists(log) ? new IllegalStateException(failure.getMessage() + "\n" + Files.readString(log), failure) : failure;
        } finally {
            running.forEach(TryRelease::end);
        }
        if (Files.exists(app.resolve("target/shop.war"))) {
            compareJars(app.resolve("target/shop.war"), release.resolve("sojourn-" + version + "-war.zip"));
        }
        if (Files.exists(app.resolve("pom.xml"))) {
            Path list = folder.resolve(app.getFileName() + ".txt");
            execute("mvn -q dependency:list -DincludeScope=runtime -DoutputFile=" + list, app, port);
            dependencies.add(list);
        }
    }

    /** An operator gets the command line, and it counts the session of the last application. */
    private void countSessions() throws Exception {
        Path tool = Files.createDirectory(folder.resolve("command-line"));
        List<String> commands = Files.readAllLines(project.resolve("docs/command-line.md")).stream()
                .dropWhile(line -> !line.startsWith("    "))
                .takeWhile(line -> line.startsWith("    "))
                .map(line -> line.strip().replace(before, version))
                .toList();
        for (String command : commands) {
            execute(command, tool, redisPort);
        }
        String counted = execute("java -jar sojourn.jar count --json --uri redis://127.0.0.1:" + redisPort, tool, redisPort);
        if (!counted.matches("(?s).*\"sessions\"\\s*:\\s*1\\b.*")) {
            throw new IllegalStateException("The command line should count one session, but says " + counted);
        }
        System.out.println("release: the command line: " + counted.strip());
    }

    /** The page takes the usual ports; a test takes free ones. */
    private String here(String text, int port) {
        return text.replaceAll("\\b8080\\b", "" + port).replaceAll("\\b6379\\b", "" + redisPort);
    }

    private void run(Command command, Path app, int port, List<Process> running) throws Exception {
        String line = here(command.line(), port);
        if (command.runsOn()) {
            running.add(process(line.substring(0, line.length() - 1), app, port)
                    .redirectErrorStream(true)
                    .redirectOutput(app.resolve("server.log").toFile())
                    .start());
            return;
        }
        if (line.startsWith("curl ")) {
            await(port, running.get(running.size() - 1));
        }
        String printed = execute(line, app, port);
        String expected = command.expected().toString().strip();
        if (!expected.isEmpty() && !printed.strip().equals(expected)) {
            throw new IllegalStateException("\"" + line + "\" should print \"" + expected + "\", but prints \"" + printed.strip() + "\"");
        }
    }

    private String execute(String line, Path app, int port) throws Exception {
        Path errors = app.resolve("errors.log");
        Process process = process(line, app, port).redirectError(errors.toFile()).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("\"" + line + "\" failed in " + app + ":\n" + printed + Files.readString(errors));
        }
        return printed;
    }

    private ProcessBuilder process(String line, Path app, int port) {
        ProcessBuilder process = new ProcessBuilder("bash", "-c", line).directory(app.toFile()).redirectInput(Path.of("/dev/null").toFile());
        Map<String, String> environment = process.environment();
        environment.keySet().removeIf(name -> name.startsWith("SOJOURN_") || name.startsWith("MAVEN_"));
        environment.put("PATH", folder.resolve("bin") + ":" + environment.get("PATH"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("SERVER_ADDRESS", "127.0.0.1");
        environment.put("SERVER_PORT", "" + port);
        environment.put("SPRING_DATA_REDIS_PORT", "" + redisPort);
        return process;
    }

    /** Until the server takes connections. */
    private static void await(int port, Process server) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (true) {
            try (Socket ignored = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                if (!server.isAlive() || System.nanoTime() > end) {
                    throw new IllegalStateException("The server " + (server.isAlive() ? "does not take connections" : "has ended"), e);
                }
                server.waitFor(100, TimeUnit.MILLISECONDS);
            }
        }
    }

    // --- What a newcomer has -----------------------------------------------------------------------------------------

    /** Maven with the release's repository, and the Clojure command line. Nothing of Sojourn gets into the user's local repository. */
    private void prepare() throws IOException {
        delete(local.resolve("io/sojourn")); // Of an earlier build of the same version.
        Path settings = folder.resolve("settings.xml");
        Files.writeString(settings, "<settings><profiles><profile><id>release</id><repositories><repository><id>release</id><url>"
                + repository.toUri() + "</url></repository></repositories></profile></profiles>"
                + "<activeProfiles><activeProfile>release</activeProfile></activeProfiles></settings>");
        Path bin = Files.createDirectory(folder.resolve("bin"));
        script(bin.resolve("mvn"), "exec '" + project.resolve("mvnw") + "' -B -ntp -s '" + settings + "' -Dmaven.repo.local='" + local
                + "' -Dmaven.repo.local.tail='" + Path.of(System.getProperty("user.home"), ".m2/repository") + "' \"$@\"");
        if (isOnPath("clojure")) {
            // tools.deps reads no settings of Maven.
            script(bin.resolve("clojure"), "exec '" + onPath("clojure") + "' -Sdeps '{:mvn/repos {\"release\" {:url \"" + repository.toUri()
                    + "\"}} :mvn/local-repo \"" + local + "\"}' \"$@\"");
        } else {
            script(bin.resolve("clojure"), "exec bash '" + project.resolve(".ci/clojure") + "' \"$@\"");
        }
    }

    private static void script(Path file, String command) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + command + "\n");
        if (!file.toFile().setExecutable(true)) {
            throw new IOException(file + " cannot be made executable");
        }
    }

    private static boolean isOnPath(String program) {
        return places(program).findFirst().isPresent();
    }

    private static Path onPath(String program) {
        return places(program).findFirst().orElseThrow();
    }

    private static Stream<Path> places(String program) {
        return Stream.of(System.getenv("PATH").split(":")).map(place -> Path.of(place, program)).filter(Files::isExecutable);
    }

    private void unpackTomcat(Path app, int port) throws Exception {
        execute("mvn -q dependency:unpack -Dproject.basedir=. -Dartifact=org.apache.tomcat:tomcat:" + TOMCAT + ":zip -DoutputDirectory=.", app, port);
        Files.move(app.resolve("apache-tomcat-" + TOMCAT), app.resolve("tomcat"));
        Path server = app.resolve("tomcat/conf/server.xml");
        Files.writeString(server, Files.readString(server)
                .replace("port=\"8080\"", "address=\"127.0.0.1\" port=\"" + port + "\"").replace("port=\"8005\"", "port=\"-1\""));
    }

    /** What the zip holds for those without Maven is what Maven puts into the WAR. */
    private static void compareJars(Path war, Path zip) throws IOException {
        Set<String> expected = jars(war, "WEB-INF/lib/");
        Set<String> packed = jars(zip, "");
        if (!packed.equals(expected)) {
            throw new IllegalStateException(zip + " has " + packed + ", but a WAR needs " + expected);
        }
    }

    private static void unzip(Path archive, Path into) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (ZipEntry entry : zip.stream().filter(each -> !each.isDirectory()).toList()) {
                Path file = into.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.copy(zip.getInputStream(entry), file);
            }
        }
    }

    private static Set<String> jars(Path archive, String below) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            return zip.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith(below) && name.endsWith(".jar"))
                    .map(name -> name.substring(below.length()))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** What such an application gets has no published weakness. */
    private void scan() throws Exception {
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java"), ".ci/Weaknesses.java"));
        dependencies.forEach(list -> command.add(list.toString()));
        if (new ProcessBuilder(command).directory(project.toFile()).inheritIO().start().waitFor() != 0) {
            throw new IllegalStateException("The applications of docs/start.md have libraries with published weaknesses");
        }
    }

    // --- Redis -------------------------------------------------------------------------------------------------------

    private Process startRedis(String server) throws Exception {
        Process redis = new ProcessBuilder(server, "--port", "" + redisPort, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        await(redisPort, redis);
        return redis;
    }

    private String redis(String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redisPort)) {
            OutputStream out = socket.getOutputStream();
            out.write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    // -----------------------------------------------------------------------------------------------------------------

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void end(Process process) {
        List<ProcessHandle> all = process.descendants().collect(Collectors.toCollection(ArrayList::new));
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroy);
        for (ProcessHandle handle : all) {
            try {
                handle.onExit().get(20, TimeUnit.SECONDS);
            } catch (Exception e) {
                handle.destroyForcibly();
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
