import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Checks a Maven repository directory against what Maven Central asks of a publisher: https://central.sonatype.org/publish/requirements/.
 * It prints each broken rule and ends with status 1 if there is one.
 */
public final class CentralRules {

    /** https://central.sonatype.org/publish/requirements/#required-pom-metadata. */
    private static final List<String> REQUIRED = List.of(
            "url",
            "licenses/license/name",
            "licenses/license/url",
            "developers/developer/name",
            "developers/developer/organization",
            "developers/developer/organizationUrl",
            "scm/connection",
            "scm/developerConnection",
            "scm/url");

    private static final Map<String, String> CHECKSUMS =
            Map.of(".md5", "MD5", ".sha1", "SHA-1", ".sha256", "SHA-256", ".sha512", "SHA-512");

    private final Path repository;
    private final List<String> broken = new ArrayList<>();

    private CentralRules(Path repository) {
        this.repository = repository;
    }

    public static void main(String[] arguments) throws Exception {
        CentralRules rules = new CentralRules(Path.of(arguments[0]));
        List<Path> files;
        try (Stream<Path> all = Files.walk(rules.repository)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        List<Path> poms = files.stream().filter(file -> file.toString().endsWith(".pom")).toList();
        if (poms.isEmpty()) {
            rules.broken.add(rules.repository + " has no POM");
        }
        for (Path pom : poms) {
            rules.checkPom(pom);
        }
        for (Path file : files) {
            rules.checkFile(file);
        }
        rules.broken.forEach(rule -> System.err.println("release: " + rule));
        if (!rules.broken.isEmpty()) {
            System.exit(1);
        }
        System.out.println("release: " + poms.size() + " modules keep the rules of Maven Central");
    }

    private void checkPom(Path pom) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        Document document = factory.newDocumentBuilder().parse(pom.toFile());
        Element project = document.getDocumentElement();
        Element parent = child(project, "parent");

        String version = inherited(project, parent, "version");
        String artifact = text(project, "artifactId");
        Path place = Path.of(inherited(project, parent, "groupId").replace('.', '/'), artifact, version);
        if (!repository.relativize(pom).equals(place.resolve(artifact + "-" + version + ".pom"))) {
            broken.add(pom + " is not where its coordinates say: " + place);
        }
        if (Files.readString(pom).contains("-SNAPSHOT")) {
            broken.add(pom + " names a snapshot");
        }
        for (String name : List.of("name", "description")) {
            require(!text(project, name).isEmpty(), pom, "has no <" + name + ">");
        }
        // Maven hands these down from the parent.
        Element above = parent == null ? null : parentOf(parent);
        for (String path : REQUIRED) {
            require(hasText(project, path) || (above != null && hasText(above, path)), pom, "has no <" + path + ">");
        }
        for (String name : List.of("repositories", "pluginRepositories")) {
            require(child(project, name) == null, pom, "has <" + name + ">, which would send users elsewhere");
        }

        String packaging = text(project, "packaging");
        if (packaging.isEmpty() || packaging.equals("jar")) {
            for (String end : List.of(".jar", "-sources.jar", "-javadoc.jar")) {
                Path jar = pom.resolveSibling(artifact + "-" + version + end);
                require(Files.exists(jar), pom, "has no " + jar.getFileName());
            }
            Path contents = pom.resolveSibling(artifact + "-" + version + "-cyclonedx.json");
            require(Files.exists(contents), pom, "has no list of what is in it (SBOM)");
            if (Files.exists(contents)) {
                String sbom = Files.readString(contents);
                require(sbom.contains("\"CycloneDX\"") && sbom.contains("\"" + artifact + "\""), contents, "is no CycloneDX SBOM of " + artifact);
                require(!sbom.contains("-SNAPSHOT"), contents, "names a snapshot");
            }
        }
    }

    private static boolean hasText(Element element, String path) {
        Element found = element;
        for (String name : path.split("/")) {
            found = found == null ? null : child(found, name);
        }
        return found != null && !found.getTextContent().isBlank();
    }

    private void checkFile(Path file) throws Exception {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        String end = dot < 0 ? "" : name.substring(dot);
        String algorithm = CHECKSUMS.get(end);
        Path of = algorithm != null || end.equals(".asc") ? file.resolveSibling(name.substring(0, dot)) : null;
        if (of != null && !Files.exists(of)) {
            require(false, file, "belongs to a file that is not there");
        } else if (algorithm != null) {
            String right = HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(Files.readAllBytes(of)));
            require(Files.readString(file).trim().equals(right), file, "is not the checksum of " + of.getFileName());
        } else if (of != null) {
            require(Files.readString(file).startsWith("-----BEGIN PGP SIGNATURE-----"), file, "is no OpenPGP signature");
        } else {
            for (String beside : List.of(".md5", ".sha1", ".asc")) {
                require(Files.exists(file.resolveSibling(name + beside)), file, "has no " + beside);
            }
            // https://central.sonatype.org/publish/publish-portal-upload/: each file is in the directory of its coordinates.
            Path version = file.getParent();
            String component = version.getParent().getFileName() + "-" + version.getFileName();
            require(
                    Files.exists(version.resolve(component + ".pom")) && name.matches(Pattern.quote(component) + "[.-].+"),
                    file,
                    "belongs to no module");
            if (name.endsWith(".jar")) {
                checkJar(file);
            }
        }
    }

    private void checkJar(Path file) throws IOException {
        try (ZipFile jar = new ZipFile(file.toFile())) {
            require(jar.size() > 0, file, "is empty");
            require(jar.getEntry("META-INF/LICENSE") != null || file.toString().endsWith("-javadoc.jar"), file, "has no licence");
            // One that holds the libraries has to hold their notices: https://www.apache.org/licenses/LICENSE-2.0#redistribution.
            require(jar.getEntry("META-INF/NOTICE") != null || !file.toString().endsWith("-all.jar"), file, "has no notice of its libraries");
        }
    }

    private void require(boolean kept, Path file, String what) {
        if (!kept) {
            broken.add(repository.relativize(file) + " " + what);
        }
    }

    private Element parentOf(Element parent) throws Exception {
        String artifact = text(parent, "artifactId");
        String version = text(parent, "version");
        Path pom = repository.resolve(Path.of(text(parent, "groupId").replace('.', '/'), artifact, version, artifact + "-" + version + ".pom"));
        if (!Files.exists(pom)) {
            broken.add("the parent " + artifact + " is not published");
            return null;
        }
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile()).getDocumentElement();
    }

    private static String inherited(Element project, Element parent, String name) {
        String own = text(project, name);
        return own.isEmpty() && parent != null ? text(parent, name) : own;
    }

    private static String text(Element element, String name) {
        Element child = child(element, name);
        return child == null ? "" : child.getTextContent().trim();
    }

    private static Element child(Element element, String name) {
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element found && found.getTagName().equals(name)) {
                return found;
            }
        }
        return null;
    }
}
