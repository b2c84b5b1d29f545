package io.sojourn.config;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** What is on the class path of the application and on that of this library, each class once: both may find the same. */
final class Services {

    private Services() {}

    /**
     * All of one kind.
     *
     * @param failures gets those that cannot be made, such as one that a parent class loader has with an SPI of its own;
     *     they are passed over
     */
    static <T> Collection<T> of(Class<T> service, List<ServiceConfigurationError> failures) {
        Map<String, T> found = new LinkedHashMap<>();
        collect(ServiceLoader.load(service), found, failures);
        collect(ServiceLoader.load(service, service.getClassLoader()), found, failures);
        return found.values();
    }

    private static <T> void collect(
            ServiceLoader<T> loader, Map<String, T> found, List<ServiceConfigurationError> failures) {
        Iterator<T> services = loader.iterator();
        while (failures.size() < 100) { // A broken file could fail again and again.
            try {
                if (!services.hasNext()) {
                    return;
                }
                T service = services.next();
                found.putIfAbsent(service.getClass().getName(), service);
            } catch (ServiceConfigurationError e) {
                failures.add(e);
            }
        }
    }
}
