package io.sojourn.redis.connection;

import io.netty.util.concurrent.GlobalEventExecutor;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;

/**
 * Lets a servlet container unload an application that has Sojourn in its {@code WEB-INF/lib}, without a complaint in the
 * container's log.
 */
final class ClassLoaderLeaks {

    /** The first Java whose method handles keep the classes of applications by soft references alone (JDK-8078641). */
    private static final int SOFT_CACHES = 19;

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

    /**
     * Makes the JDK forget the records of the application. When a method such as {@code equals} of a record is first called, older
     * versions of Java keep the record's class, and with it the class loader, in a cache of a method handle in {@link ObjectMethods}
     * until the same happens to another record, perhaps for ever. So the methods are made once more here, for a class of the JDK.
     */
    static void forgetRecords() {
        if (Runtime.version().feature() >= SOFT_CACHES) {
            return;
        }
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MethodHandle component = lookup.findVirtual(String.class, "toString", MethodType.methodType(String.class));
            for (String method : new String[] {"equals", "hashCode", "toString"}) {
                Object unused =
                        ObjectMethods.bootstrap(lookup, method, MethodHandle.class, String.class, "text", component);
            }
        } catch (Throwable e) { // Which is what that method declares.
            System.getLogger(ClassLoaderLeaks.class.getPackageName())
                    .log(Level.DEBUG, "The class of a record may stay in a cache of the JDK", e);
        }
    }
}
