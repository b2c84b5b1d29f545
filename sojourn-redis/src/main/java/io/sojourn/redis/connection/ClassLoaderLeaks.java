package io.sojourn.redis.connection;

import io.netty.util.concurrent.GlobalEventExecutor;

/**
 * Lets a servlet container unload an application that has Sojourn in its {@code WEB-INF/lib}, without a complaint in the
 * container's log.
 */
final class ClassLoaderLeaks {

    private ClassLoaderLeaks() {}

    /** False where Netty is on the class path of the JVM, and stays as long as the JVM. */
    static boolean arePossible() {
        return GlobalEventExecutor.class.getClassLoader() != ClassLoader.getSystemClassLoader();
    }

    /**
     * Loads a class that Netty's allocator needs only when the garbage collector finalizes it. By then the application has
     * ended, and Tomcat would refuse to load the class, and log that with a stack trace.
     */
    static void loadClassesOfFinalizers() {
        try {
            Class<?> unused = Class.forName(
                    "io.netty.util.concurrent.ConcurrentSkipListIntObjMultimap$EntryIterator",
                    true,
                    GlobalEventExecutor.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            return; // This version of Netty has another allocator.
        }
    }
}
