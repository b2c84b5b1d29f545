package io.sojourn.redis.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

class ClassLoaderLeaksTest {

    /** A record of an application. */
    public record Link(@Nullable Link next) {}

    @Test
    @EnabledForJreRange(max = JRE.JAVA_18, disabledReason = "Newer versions keep the class by soft references alone")
    void recordOfAnApplicationThatHasEndedIsForgotten() throws Exception {
        WeakReference<ClassLoader> application = new WeakReference<>(usedRecord());
        ClassLoaderLeaks.forgetRecords();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return application.get() == null;
        });
    }

    /** The class loader of an application that has called all methods of its record. */
    private static ClassLoader usedRecord() throws ReflectiveOperationException {
        URL classes = Link.class.getProtectionDomain().getCodeSource().getLocation();
        ClassLoader application = new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader());
        Class<?> type = application.loadClass(Link.class.getName());
        Object last = type.getConstructor(type).newInstance((Object) null);
        Object first = type.getConstructor(type).newInstance(last);
        assertThat(first.equals(last)).isFalse();
        assertThat(first.hashCode()).isZero();
        assertThat(first.toString()).contains("next=");
        return application;
    }
}
