package io.sojourn.codec.allow;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds allowed classes by name: through the thread's context class loader, as containers set it, and where that does
 * not know the class (a pool of threads that the application did not make) through the loaders that were at hand when
 * the codec was built. Classes are loaded but not initialized.
 *
 * <p>What was found is remembered for the context loader that asked, weakly on both ends: after a redeploy the class of
 * the dead application is neither handed out nor kept in memory.
 */
public final class ClassFinder {

    private record Found(WeakReference<ClassLoader> context, WeakReference<Class<?>> type) {}

    private final List<WeakReference<ClassLoader>> others = new ArrayList<>();
    private final Map<String, Found> found = new ConcurrentHashMap<>();

    public ClassFinder(Iterable<ClassLoader> others) {
        others.forEach(loader -> this.others.add(new WeakReference<>(loader)));
    }

    /** What {@link #load} found for the same name and context loader before, or null. */
    @Nullable
    public Class<?> known(String name) {
        Found last = found.get(name);
        return last != null && last.context.refersTo(contextLoader()) ? last.type.get() : null;
    }

    /** The name must have been checked: it is loaded as it is. */
    public Class<?> load(String name) throws ClassNotFoundException {
        ClassLoader context = contextLoader();
        Class<?> type = loadFromAny(name, context);
        found.put(name, new Found(new WeakReference<>(context), new WeakReference<>(type)));
        return type;
    }

    private Class<?> loadFromAny(String name, ClassLoader context) throws ClassNotFoundException {
        try {
            return Class.forName(name, false, context);
        } catch (ClassNotFoundException e) {
            for (WeakReference<ClassLoader> other : others) {
                ClassLoader loader = other.get();
                if (loader != null && loader != context) {
                    try {
                        return Class.forName(name, false, loader);
                    } catch (ClassNotFoundException another) {
                        e.addSuppressed(another);
                    }
                }
            }
            throw e;
        }
    }

    public static ClassLoader contextLoader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context != null ? context : ClassLoader.getSystemClassLoader();
    }
}
