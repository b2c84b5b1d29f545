package io.sojourn.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The module declarations hold: the other tests run on the class path, where they count for nothing. */
class ModulesTest {

    @Test
    void modulesResolveTogetherAndLinkEveryClass() throws ClassNotFoundException {
        List<LibraryModule> modules = LibraryModule.all();
        var names = modules.stream().map(LibraryModule::name).toList();
        var boot = ModuleLayer.boot();
        // A module of the JDK that exports nothing is not in the boot layer of a program on the class path.
        var finder = ModuleFinder.compose(LibraryModule.finder(), ModuleFinder.ofSystem());
        var configuration = Configuration.resolve(ModuleFinder.of(), List.of(boot.configuration()), finder, names);
        var layer = ModuleLayer.defineModulesWithOneLoader(
                        configuration, List.of(boot), ClassLoader.getPlatformClassLoader())
                .layer();

        for (var module : modules) {
            var loader = Objects.requireNonNull(layer.findLoader(module.name()));
            for (var packageName : module.reference().descriptor().packages()) {
                for (var type : module.classesIn(packageName)) {
                    // Initialising a class links it: a type it needs that no "requires" brings fails here.
                    var loaded = Class.forName(type.getName(), true, loader);
                    assertThat(loaded.getModule().getName()).isEqualTo(module.name());
                }
            }
        }
    }
}
