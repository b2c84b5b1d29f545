package io.sojourn.servlet.attack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.codec.JacksonCodec;
import io.sojourn.codec.JavaSerializationCodec;
import io.sojourn.format.EncodedValue;
import io.sojourn.format.Header;
import io.sojourn.format.PackedRecord;
import io.sojourn.servlet.attack.shop.Basket;
import io.sojourn.servlet.web.Browser;
import io.sojourn.testkit.RedisMonitor;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectStreamConstants;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody who writes into Redis would have the application load classes, or work, or take memory, without end. The
 * record's own frame is in order; what it holds is not.
 */
@EnabledIf(
        value = "io.sojourn.servlet.attack.Bank#isInTomcat",
        disabledReason = "Redis is read alike in all containers")
@Tag("slow")
class HostileRecordTest {

    /** Names that are known from attacks on deserializers, of classes that are there, and one that would tell. */
    private static final List<String> GADGETS = List.of(
            "io.sojourn.servlet.attack.Trap",
            "com.sun.rowset.JdbcRowSetImpl",
            "javax.management.BadAttributeValueExpException",
            "com.sun.org.apache.xalan.internal.xsltc.trax.TemplatesImpl",
            "javax.script.ScriptEngineManager",
            "java.rmi.server.UnicastRemoteObject",
            "com.sun.jndi.rmi.registry.RegistryContext",
            "javax.swing.event.EventListenerList",
            "javax.naming.ldap.LdapName",
            "org.apache.catalina.session.StandardManager",
            "org.apache.naming.ResourceRef");

    @RegisterExtension
    static final Bank bank = new Bank()
            .settings(settings -> settings.codec(
                            JacksonCodec.builder().allow(Basket.class).build())
                    .alsoRead(
                            JacksonCodec.builder().json().allow(Basket.class).build(),
                            JavaSerializationCodec.builder().allow(Basket.class).build()));

    @TempDir
    private Path directory;

    private String token = "";
    private String key = "";

    @BeforeEach
    void adaIsSignedInAndPagesLookAtEachOfHerAttributes() {
        bank.site().on("/all", (request, response) -> {
            var session = request.getSession(false);
            if (session == null) {
                response.getWriter().print(Bank.NOBODY);
                return;
            }
            for (String name : new TreeSet<>(Collections.list(session.getAttributeNames()))) {
                response.getWriter().print(name + "=" + (session.getAttribute(name) != null) + " ");
            }
        });
        Browser ada = bank.signedIn("ada");
        token = Bank.token(ada);
        key = "sojourn:" + token.substring(0, 22);
    }

    private PackedRecord record() {
        return PackedRecord.parse(Objects.requireNonNull(bank.probe().hash(key).get("r")));
    }

    private void write(byte[] record) {
        write("r", record);
    }

    private void write(String field, byte[] value) {
        bank.probe().callBytes("HSET".getBytes(UTF_8), key.getBytes(UTF_8), field.getBytes(UTF_8), value);
    }

    private void write(Map<String, EncodedValue> attributes) {
        write(PackedRecord.of(record().header(), attributes).bytes());
    }

    private String says() {
        String answer = bank.answer("/all", "Cookie: JSESSIONID=" + token);
        assertThat(answer).startsWith("HTTP/1.1 200").doesNotContain("\tat ");
        return answer.split("\r\n\r\n", 2)[1];
    }

    @Test
    void noClassIsLoadedThatIsNotAllowed() throws IOException {
        Map<String, EncodedValue> hostile = new LinkedHashMap<>(record().attributes());
        int number = 0;
        for (String name : GADGETS) {
            for (String json : List.of(
                    "{\"@NAME\":{}}",
                    "{\"NAME\":{}}",
                    "{\"[]\":[\"@NAME\"]}",
                    "{\"[]\":[\"NAME\"]}",
                    "{\"EnumSet\":[\"@NAME\"]}",
                    "{\"@class\":\"NAME\"}",
                    "[\"NAME\",{}]",
                    "{\"@io.sojourn.servlet.attack.shop.Basket\":{\"content\":{\"@NAME\":{}}}}",
                    "{\"@io.sojourn.servlet.attack.shop.Basket\":{\"content\":[\"NAME\",{}]}}")) {
                hostile.put(
                        "j" + number++,
                        EncodedValue.of(
                                JacksonCodec.JSON_ID, json.replace("NAME", name).getBytes(UTF_8)));
            }
            hostile.put("s" + number++, EncodedValue.of(JavaSerializationCodec.ID, serialized(name)));
        }
        hostile.put(
                "allowed",
                EncodedValue.of(
                        JacksonCodec.JSON_ID,
                        "{\"@io.sojourn.servlet.attack.shop.Basket\":{\"content\":1}}".getBytes(UTF_8)));
        write(hostile);

        Set<String> loaded;
        try (Recording recording = new Recording()) {
            recording.enable("jdk.ClassLoad");
            recording.start();
            String said = says();
            assertThat(said).contains("account=true ").contains("allowed=true ");
            assertThat(said.split("=true")).hasSize(3);
            recording.stop();
            loaded = classes(recording);
        }
        assertThat(loaded).contains("io.sojourn.servlet.attack.shop.Basket").doesNotContainAnyElementsOf(GADGETS);
        assertThat(Trap.Sprung.sprung).isFalse();
    }

    /** All classes that were loaded while it ran, by name. */
    private Set<String> classes(Recording recording) throws IOException {
        Path file = Files.createTempFile(directory, "classes", ".jfr");
        recording.dump(file);
        Set<String> names = new TreeSet<>();
        RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals("jdk.ClassLoad"))
                .forEach(event -> names.add(event.getClass("loadedClass").getName()));
        return names;
    }

    /** An object of a class of that name, without fields, in Java's own form. */
    private static byte[] serialized(String name) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(ObjectStreamConstants.STREAM_MAGIC);
        out.writeShort(ObjectStreamConstants.STREAM_VERSION);
        out.writeByte(ObjectStreamConstants.TC_OBJECT);
        out.writeByte(ObjectStreamConstants.TC_CLASSDESC);
        out.writeUTF(name);
        out.writeLong(1);
        out.writeByte(ObjectStreamConstants.SC_SERIALIZABLE);
        out.writeShort(0);
        out.writeByte(ObjectStreamConstants.TC_ENDBLOCKDATA);
        out.writeByte(ObjectStreamConstants.TC_NULL);
        return bytes.toByteArray();
    }

    private static byte[] repeated(String text, int times) {
        return text.repeat(times).getBytes(UTF_8);
    }

    @Test
    void valuesThatNestOrCountWithoutEndAreUnreadableAndTheOthersAreNot() throws IOException {
        Map<String, EncodedValue> hostile = new LinkedHashMap<>(record().attributes());
        byte[] nestedCbor = new byte[500_000];
        Arrays.fill(nestedCbor, (byte) 0x81);
        hostile.put("deep", EncodedValue.of(JacksonCodec.CBOR_ID, nestedCbor));
        hostile.put("deepJson", EncodedValue.of(JacksonCodec.JSON_ID, repeated("[", 500_000)));
        hostile.put("deepMaps", EncodedValue.of(JacksonCodec.JSON_ID, repeated("{\"Optional\":", 40_000)));
        hostile.put("digits", EncodedValue.of(JacksonCodec.JSON_ID, repeated("9", 1_000_000)));
        for (int major = 2; major < 6; major++) { // Bytes, text, array and map of 2^63-1.
            byte[] endless = {(byte) (major << 5 | 27), 0x7f, -1, -1, -1, -1, -1, -1, -1};
            hostile.put("endless" + major, EncodedValue.of(JacksonCodec.CBOR_ID, endless));
        }
        hostile.put("bomb", EncodedValue.of(JavaSerializationCodec.ID, arrays()));
        hostile.put("elsewhere", EncodedValue.external(JacksonCodec.CBOR_ID));
        hostile.put("stranger", EncodedValue.of(200, new byte[1_000]));
        write(hostile);
        String said = says();
        assertThat(said).contains("account=true ");
        assertThat(said.split("=true")).hasSize(2);
    }

    /** An array of two thousand million numbers, of which it has none. */
    private static byte[] arrays() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(ObjectStreamConstants.STREAM_MAGIC);
        out.writeShort(ObjectStreamConstants.STREAM_VERSION);
        out.writeByte(ObjectStreamConstants.TC_ARRAY);
        out.writeByte(ObjectStreamConstants.TC_CLASSDESC);
        out.writeUTF("[J");
        out.writeLong(8655923659555304851L);
        out.writeByte(ObjectStreamConstants.SC_SERIALIZABLE);
        out.writeShort(0);
        out.writeByte(ObjectStreamConstants.TC_ENDBLOCKDATA);
        out.writeByte(ObjectStreamConstants.TC_NULL);
        out.writeInt(2_000_000_000);
        return bytes.toByteArray();
    }

    @Test
    void recordOfAHundredThousandAttributesIsReadAndNoMore() {
        Map<String, EncodedValue> hostile = new LinkedHashMap<>(record().attributes());
        for (int i = 0; i < 100_000; i++) {
            hostile.put("a" + i, EncodedValue.external(JacksonCodec.CBOR_ID));
        }
        write(hostile);
        assertThat(bank.says(token)).isEqualTo("ada with account of ada");
        assertThat(says()).contains("account=true");
    }

    /** Far more than a session may hold; what takes longer than the store's deadline to read is another matter. */
    @Test
    void hashOfTenThousandFieldsOrMuchInOneIsReadAndNoMore() {
        byte[][] fields = new byte[20_002][];
        fields[0] = "HSET".getBytes(UTF_8);
        fields[1] = key.getBytes(UTF_8);
        for (int i = 0; i < 10_000; i++) {
            fields[2 + 2 * i] = ("a:" + i).getBytes(UTF_8);
            fields[3 + 2 * i] = new byte[10];
        }
        bank.probe().callBytes(fields);
        assertThat(bank.says(token)).isEqualTo("ada with account of ada");
        write("a:x", new byte[2_000_000]);
        assertThat(bank.says(token)).isEqualTo("ada with account of ada");
    }

    /** Whatever numbers a record holds, a page that reads and one that writes come to an end, and touch nothing else. */
    @Test
    void largestAndSmallestNumbersGiveTheSessionOrNone() {
        PackedRecord whole = record();
        String lastTouch =
                new String(Objects.requireNonNull(bank.probe().hash(key).get("t")), UTF_8);
        long[] numbers = {0, 1, Integer.MAX_VALUE, 253_402_300_799_999L, Long.MAX_VALUE - 1, Long.MAX_VALUE};
        try (RedisMonitor monitor = bank.monitor()) {
            for (long first : numbers) {
                for (long second : numbers) {
                    Header header = whole.header().withIdleTimeout(first).withDeadline(second);
                    byte[] strange = PackedRecord.of(header, whole.attributes()).bytes();
                    for (String touchedAt : List.of(lastTouch, "0", "-1", "" + Long.MIN_VALUE, "" + first)) {
                        write(strange);
                        bank.probe().call("HSET", key, "t", touchedAt);
                        assertThat(bank.answer("/who", "Cookie: JSESSIONID=" + token))
                                .matches("(?s)HTTP/1.1 200.*(nobody|account of ada)");
                        assertThat(bank.answer("/note", "Cookie: JSESSIONID=" + token))
                                .startsWith("HTTP/1.1 200");
                    }
                }
            }
            assertThat(Bank.strangeKeys(monitor)).isEmpty();
        }
    }
}
