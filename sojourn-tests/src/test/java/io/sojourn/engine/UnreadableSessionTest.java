package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Lookup;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.UnreadableSessionException;
import io.sojourn.format.Header;
import io.sojourn.format.HeaderDetails;
import io.sojourn.format.PackedRecord;
import io.sojourn.spi.SessionWrite;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies under an id and is no session that this version can read. */
class UnreadableSessionTest extends EngineTest {

    private final SessionToken token = node.stored("cart", "apples").token();

    UnreadableSessionTest(Caller caller) {
        super(caller);
        heard.clear();
    }

    private void assertReadsAsAbsentAndStays(byte[] record) {
        overwrite(token.id(), "r", record);
        heard.clear();
        assertThat(node.lookup(token)).isInstanceOf(Lookup.Absent.class);
        assertThat(node.find(token)).isEmpty();
        assertThat(node.update(token, session -> 1)).isEmpty();
        assertThat(heard.eventsWithIds()).hasSize(3).containsOnly("unreadableSession " + token.id());
        assertThat(stored(token.id()).parts().get("r")).isEqualTo(record);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\u0001", "{\"json\": true}", "\u0000\u0000\u0000\u0000", "\u0001\u0082\u00a0"})
    void anotherContentReadsAsAbsent(String content) {
        assertReadsAsAbsentAndStays(content.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void aRecordOfALaterFormatReadsAsAbsentAndIsNamedInTheReport() {
        byte[] record = record(token.id()).clone();
        record[0] = 2;
        assertReadsAsAbsentAndStays(record);
        assertThat(heard.causes())
                .allSatisfy(cause -> assertThat(cause)
                        .isInstanceOf(UnreadableSessionException.class)
                        .hasMessageContaining("format 2")
                        .hasMessageContaining("format 1"));
    }

    @Test
    void aTruncatedRecordReadsAsAbsent() {
        byte[] record = record(token.id());
        for (int length = 0; length < record.length; length++) {
            assertReadsAsAbsentAndStays(Arrays.copyOf(record, length));
        }
    }

    @Test
    void aRecordWithTimesThatNoNodeCanHaveWrittenReadsAsAbsent() {
        PackedRecord record = PackedRecord.parse(record(token.id()));
        Header header = record.header();
        long tooLong = SessionSettings.LONGEST.toMillis() + 1;
        long tooLate = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli() + 1;
        for (Header strange : List.of(
                header.withIdleTimeout(tooLong),
                header.withIdleTimeout(Long.MAX_VALUE),
                header.withDeadline(tooLate),
                header.withDeadline(Long.MAX_VALUE),
                header.withDetails(header.details().withAuthenticatedAt(tooLate)),
                new Header(1, 0, 0, header.verifier(), Long.MAX_VALUE, List.of(), null, HeaderDetails.NONE, List.of()),
                Header.create(tooLate, 0, 0, header.verifier()))) {
            assertReadsAsAbsentAndStays(
                    PackedRecord.of(strange, record.attributes()).bytes());
        }
        overwrite(
                token.id(),
                "r",
                PackedRecord.of(header.withIdleTimeout(tooLong - 1).withDeadline(tooLate - 1), record.attributes())
                        .bytes());
        assertThat(node.find(token)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Tenant", "a b", "a:b", "*", "principal", "\u00e9"})
    void aRecordInAnIndexThatCannotBeReadsAsAbsent(String name) {
        PackedRecord record = PackedRecord.parse(record(token.id()));
        Header header = record.header();
        Header strange = header.withDetails(header.details().withIndexes(Map.of(name, "acme")));
        assertReadsAsAbsentAndStays(
                PackedRecord.of(strange, record.attributes()).bytes());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE})
    void aTouchAtATimeAtWhichNobodyCanHaveTouchedItReadsAsAbsent(long touchedAt) {
        byte[] record = record(token.id());
        memory.delete(token.id());
        memory.commit(new SessionWrite(
                token.id(), 0, 1, Instant.ofEpochMilli(touchedAt), null, Map.of("r", record), Set.of()));
        assertThat(node.find(token)).isEmpty();
        assertThat(heard.events()).containsExactly("unreadableSession");
    }

    @Test
    void aSessionWithoutARecordReadsAsAbsent() {
        memory.delete(token.id());
        memory.commit(new SessionWrite(token.id(), 0, 1, clock.instant(), null, Map.of("a:x", new byte[1]), Set.of()));
        assertThat(node.find(token)).isEmpty();
        assertThat(heard.events()).containsExactly("unreadableSession");
    }

    @Test
    void itCanBeRevoked() {
        overwrite(token.id(), "r", new byte[0]);
        assertThat(node.revoke(token.id())).isTrue();
        assertThat(isStored(token.id())).isFalse();
    }

    /** A node over a store that finds something strange wherever it looks. */
    private Node strange() {
        SessionSettings settings = SessionSettings.builder()
                .codec(Serialization.codec())
                .clock(clock)
                .observer(heard)
                .build();
        UnreadableSessionException strange = new UnreadableSessionException("It is of another type", null);
        return new Node(caller, SessionManager.create(new FailingStore(() -> strange), settings));
    }

    @Test
    void whatTheStoreItselfCannotReadReadsAsAbsentToo() {
        assertThat(strange().lookup(token)).isInstanceOf(Lookup.Absent.class);
        assertThat(heard.events()).containsExactly("unreadableSession");
    }

    @Test
    void whatTheStoreItselfCannotReadAnyMoreIsOutOfReachForASave() {
        Node strange = strange();
        Session session = strange.create();
        session.set("a", 1);
        assertThat(strange.save(session)).isEqualTo(SaveOutcome.GONE);
        assertThat(session.isEnded()).isTrue();
        assertThat(strange.update(strange.create(), s -> {
                    s.set("a", 1);
                    return 1;
                }))
                .isEmpty();
        assertThat(heard.events()).containsExactly("unreadableSession", "gone", "unreadableSession", "gone");
    }
}
