package io.sojourn.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

/** The byte code of all published modules. It is read once for all tests, because ArchUnit also reads the libraries that it names. */
final class ByteCode {

    /** All modules but those for Spring. */
    static final JavaClasses LIBRARY = read(LibraryModule.all().stream().map(LibraryModule::location));

    /** The modules for Spring. */
    static final JavaClasses SPRING = read(SpringModule.all().stream().map(SpringModule::uri));

    private ByteCode() {}

    private static JavaClasses read(Stream<URI> locations) {
        List<Location> all = locations.map(Location::of).toList();
        return new ClassFileImporter().importLocations(all);
    }

    /** The classes of a module. */
    static JavaClasses of(LibraryModule module) {
        return LIBRARY.that(liesIn(module.location()));
    }

    /** The classes of a module for Spring. */
    static JavaClasses of(SpringModule module) {
        return SPRING.that(liesIn(module.uri()));
    }

    /** A folder of classes, or a jar. */
    private static DescribedPredicate<JavaClass> liesIn(URI location) {
        return DescribedPredicate.describe(
                "lies in " + location,
                type -> type.getSource().orElseThrow().getUri().toString().contains(location.getRawPath()));
    }
}
