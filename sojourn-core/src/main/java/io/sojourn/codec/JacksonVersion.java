package io.sojourn.codec;

import com.fasterxml.jackson.annotation.JsonApplyView;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSerializeAs;
import io.sojourn.codec.allow.AllowedClasses;
import io.sojourn.codec.allow.ClassFinder;
import io.sojourn.codec.jackson.ApplicationClasses;
import io.sojourn.codec.jackson.Encoding;
import io.sojourn.codec.value.Envelope;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.Version;
import tools.jackson.core.json.PackageVersion;

/**
 * Refuses Jackson jars that do not work together, in one sentence at the start. Jackson 3 reads the annotations of Jackson 2,
 * and frameworks often manage those in an older version than Jackson 3 needs. Some of what is missing would show only when an
 * object of the application is written.
 */
final class JacksonVersion {

    /** The release of Jackson 3 whose jars are recognized without a trial: 3.2. */
    private static final int KNOWN_MINOR = 2;

    /**
     * What is missing; null as a rule. The trial loads four hundred classes, so that it takes a tenth of a second or more of an
     * application's start.
     */
    private static final @Nullable String MISSING = areKnownToFit() ? null : tryOut();

    private JacksonVersion() {}

    /** Throws if they do not. */
    static void check() {
        if (MISSING != null) {
            throw new IllegalStateException("This application's versions of Jackson do not work together (" + MISSING
                    + " is missing): jackson-databind " + tools.jackson.databind.cfg.PackageVersion.VERSION
                    + ", jackson-core " + PackageVersion.VERSION
                    + ", jackson-dataformat-cbor " + tools.jackson.dataformat.cbor.PackageVersion.VERSION
                    + " and com.fasterxml.jackson.core:jackson-annotations " + annotations()
                    + ". The first three must be of one release, 3.0 or later; 3.0 needs annotations 2.20, 3.1 needs annotations"
                    + " 2.21, and 3.2 needs annotations 2.22. Import io.sojourn:sojourn-bom before other BOMs, or manage jackson-annotations"
                    + " 2.22, which also works with every older Jackson 2");
        }
    }

    /** Whether all jars are of the release that is known, and the annotations have what is new in 2.21 and in 2.22. */
    static boolean areKnownToFit() {
        try {
            List<Class<?>> unused = List.of(JsonSerializeAs.class, JsonApplyView.class);
            return isKnown(tools.jackson.databind.cfg.PackageVersion.VERSION)
                    && isKnown(PackageVersion.VERSION)
                    && isKnown(tools.jackson.dataformat.cbor.PackageVersion.VERSION);
        } catch (LinkageError e) {
            return false; // The trial says what is missing.
        }
    }

    private static boolean isKnown(Version version) {
        return version.getMajorVersion() == 3 && version.getMinorVersion() == KNOWN_MINOR;
    }

    /** Writes and reads an object. */
    private static @Nullable String tryOut() {
        AllowedClasses allowed = new AllowedClasses();
        allowed.addClass(Probe.class);
        ClassFinder finder = new ClassFinder(Set.of(Probe.class.getClassLoader()));
        try {
            Encoding encoding = new Encoding(false, new ApplicationClasses(allowed, Map.of(), finder));
            Envelope unused = encoding.decode(encoding.encode(new Envelope(new Probe(1))));
            return null;
        } catch (LinkageError e) {
            return String.valueOf(e.getMessage());
        } catch (RuntimeException e) {
            return null; // On the module path Jackson may not look into the record; it has loaded its own classes by
            // then.
        }
    }

    private static String annotations() {
        String version = JsonProperty.class.getPackage().getImplementationVersion();
        return version == null ? "(unknown version)" : version;
    }

    private record Probe(int number) {}
}
