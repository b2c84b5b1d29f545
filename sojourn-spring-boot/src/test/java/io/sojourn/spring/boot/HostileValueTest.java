package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.redis.RedisStore;
import io.sojourn.spring.SpringCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** An attacker who can write to Redis puts values into a session: no class beyond the list is loaded, and pages still work. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class HostileValueTest {

    private static final byte SERIALIZED = 3;
    private static final byte CBOR = 1;

    /** Counts how often it is made. Its package is not allowed. */
    static class Trap implements Serializable {
        private static final long serialVersionUID = 1;
        static final AtomicInteger SPRUNG = new AtomicInteger();

        private void readObject(ObjectInputStream in) {
            SPRUNG.incrementAndGet();
        }
    }

    /** The application never names it, so only a value in Redis can have it initialized. */
    static class Untouched implements Serializable {
        static final String MARK = "sojourn.test.untouched";
        private static final long serialVersionUID = 1;

        static {
            System.setProperty(MARK, "initialized");
        }
    }

    /** What attacks begin with, with the name of a class that is a part of many of them. */
    enum Gadget {
        TRAP(Trap.class.getName()),
        UNTOUCHED("io.sojourn.spring.boot.HostileValueTest$Untouched"),
        INVOKER_TRANSFORMER("org.apache.commons.collections.functors.InvokerTransformer"),
        TEMPLATES("com.sun.org.apache.xalan.internal.xsltc.trax.TemplatesImpl"),
        BAD_ATTRIBUTE("javax.management.BadAttributeValueExpException"),
        REMOTE_OBJECT("java.rmi.server.UnicastRemoteObject"),
        OBJECT_FACTORY("org.springframework.beans.factory.ObjectFactory"),
        ADVISED_SUPPORT("org.springframework.aop.framework.AdvisedSupport"),
        TYPE_WRAPPER("org.springframework.core.SerializableTypeWrapper$MethodInvokeTypeProvider"),
        POOL("com.mchange.v2.c3p0.PoolBackedDataSource"),
        CLOSURE("org.codehaus.groovy.runtime.MethodClosure"),
        PROCESS_BUILDER("java.lang.ProcessBuilder"),
        INVOCATION_HANDLER("sun.reflect.annotation.AnnotationInvocationHandler"),
        CONTEXT("org.springframework.context.support.ClassPathXmlApplicationContext");

        private final String name;

        Gadget(String name) {
            this.name = name;
        }
    }

    private final Nodes nodes = Nodes.start();
    private final RedisStore store = RedisStore.connect(nodes.redis().uri());
    private final SessionManager attacker = SessionManager.create(
            store, SessionSettings.builder().codec(new RawCodec()).build());

    @AfterAll
    void stop() {
        store.close();
        nodes.close();
    }

    private Browser browserWith(Map<String, Object> attributes) {
        Session session = attacker.create();
        attributes.forEach(session::set);
        attacker.save(session);
        Browser browser = nodes.browser();
        browser.cookies().put("SESSION", session.token().reveal());
        return browser;
    }

    /** A serialized object whose class has another name of whatever length. */
    private static byte[] serialized(String className) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(SERIALIZED);
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new Plain());
        }
        String text = bytes.toString(StandardCharsets.ISO_8859_1);
        String before = utf(Plain.class.getName());
        assertThat(text).contains(before);
        return text.replace(before, utf(className)).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] text(String value) {
        return SpringCodec.builder().build().encode("text", value);
    }

    static class Plain implements Serializable {
        private static final long serialVersionUID = 1;
    }

    private static String utf(String name) {
        return "" + (char) (name.length() >> 8) + (char) (name.length() & 0xff) + name;
    }

    @ParameterizedTest
    @EnumSource(Gadget.class)
    void classThatIsNotOnTheListIsNotLoaded(Gadget gadget) throws IOException {
        Browser browser = browserWith(Map.of("value", serialized(gadget.name), "last", text("kept")));
        assertThat(browser.get("/public/get").body()).isEqualTo("null ");
        assertThat(browser.get("/public/get").body()).as("on the other node").isEqualTo("null ");
        assertThat(browser.submit("/public/set", "value=new").body()).isEqualTo("set");
        assertThat(browser.get("/public/get").body()).startsWith("new");
        assertThat(Trap.SPRUNG).hasValue(0);
        assertThat(System.getProperty(Untouched.MARK)).isNull();
    }

    @Test
    void cborThatNamesAClassLoadsNone() {
        byte[] name = Trap.class.getName().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(CBOR);
        bytes.write(0x82); // An array of two: the class, and its content.
        bytes.write(0x78);
        bytes.write(name.length);
        bytes.writeBytes(name);
        bytes.write(0xa0);
        Browser browser = browserWith(Map.of("value", bytes.toByteArray()));
        assertThat(browser.get("/public/get").body()).isEqualTo("null ");
        assertThat(Trap.SPRUNG).hasValue(0);
    }

    @Test
    void signedInContextWithAGadgetIsNobody(CapturedOutput output) throws IOException {
        Browser browser = browserWith(
                Map.of("SPRING_SECURITY_CONTEXT", serialized(Gadget.TEMPLATES.name), "value", text("kept")));
        assertThat(browser.get("/private").location()).endsWith("/login");
        assertThat(browser.get("/public/get").body()).startsWith("kept");
        assertThat(output).contains("SPRING_SECURITY_CONTEXT").contains(Gadget.TEMPLATES.name);
    }
}
