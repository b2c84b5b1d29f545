package io.sojourn.fleet;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Another version of Sojourn beside this one: its own classes and scripts, and the libraries of this one. */
final class OtherVersion extends URLClassLoader {

    private OtherVersion(URL[] places) {
        super(places, OtherVersion.class.getClassLoader());
    }

    /** The one whose class folders and jars are named, separated as in a class path. */
    static OtherVersion at(String places) throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (String place : places.split(File.pathSeparator, -1)) {
            urls.add(Path.of(place).toUri().toURL());
        }
        urls.add(OtherVersion.class.getProtectionDomain().getCodeSource().getLocation());
        return new OtherVersion(urls.toArray(URL[]::new));
    }

    FleetNode node(String uri, boolean near) throws ReflectiveOperationException {
        return (FleetNode) loadClass(NodeOfAVersion.class.getName())
                .getConstructor(String.class, boolean.class)
                .newInstance(uri, near);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        boolean isShared = name.startsWith(FleetNode.class.getName());
        if (!name.startsWith("io.sojourn.") || isShared) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? findClass(name) : loaded;
        }
    }

    /** So that it does not send the scripts of this version. */
    @Override
    public @Nullable URL getResource(String name) {
        URL own = findResource(name);
        return own == null ? super.getResource(name) : own;
    }
}
