package io.sojourn.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The public API changes only on purpose: each module's {@code api.txt} is what its classes say, so that every change of
 * the API shows in the diff. {@code -Dapi.update=true} writes the files anew.
 */
class ApiListingTest {

    @ParameterizedTest
    @MethodSource("modules")
    void apiIsTheListedOne(LibraryModule module) throws IOException {
        compare(module.folder().resolve("api.txt"), ApiListing.of(module));
    }

    @ParameterizedTest
    @MethodSource("springModules")
    void apiOfTheModulesForSpringIsTheListedOne(SpringModule module) throws IOException {
        compare(module.folder().resolve("api.txt"), ApiListing.of(module));
    }

    private static void compare(Path file, String api) throws IOException {
        if (Boolean.getBoolean("api.update")) {
            Files.writeString(file, api);
        }
        assertThat(file).hasContent(api);
    }

    static List<SpringModule> springModules() {
        return SpringModule.loadable();
    }

    static List<LibraryModule> modules() {
        return LibraryModule.all();
    }
}
