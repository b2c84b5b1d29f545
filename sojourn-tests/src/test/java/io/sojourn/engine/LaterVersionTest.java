package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Session;
import io.sojourn.SessionToken;
import io.sojourn.format.Header;
import io.sojourn.format.HeaderDetails;
import io.sojourn.format.PackedRecord;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The younger half of a rolling deploy writes more into the header than this version knows. */
class LaterVersionTest extends EngineTest {

    private static final byte[] ENTRY = HexFormat.of().parseHex("1863" + "82fbc010666666666666" + "636e6577");

    private final SessionToken token = node.stored("a", 1).token();

    LaterVersionTest(Caller caller) {
        super(caller);
        PackedRecord stored = PackedRecord.parse(record(token.id()));
        Header header = stored.header();
        Header later = new Header(
                header.createdAt(),
                header.idleTimeout(),
                header.deadline(),
                header.verifier(),
                header.rotations(),
                header.replaced(),
                header.principal(),
                HeaderDetails.NONE,
                List.of(ENTRY));
        overwrite(token.id(), "r", PackedRecord.of(later, stored.attributes()).bytes());
    }

    private void assertKept() {
        assertThat(PackedRecord.parse(record(token.id())).header().unknown()).containsExactly(ENTRY);
    }

    @Test
    void whatItAddedIsKeptByEveryKindOfSave() {
        Session session = node.open(token);
        session.set("a", 2);
        assertSaved(session);
        assertKept();
        session.setIdleTimeout(Duration.ofMinutes(5));
        assertSaved(session);
        assertKept();
        session.signIn("ada");
        assertSaved(session);
        assertKept();
        session.signOut();
        assertSaved(session);
        assertKept();
        node.update(session, s -> s.rotate());
        assertKept();
        assertThat(node.find(session.token())).isPresent();
    }

    @Test
    void whatItAddedIsKeptByAMerge() {
        Session session = node.open(token);
        session.set("b", 2);
        otherNode.update(token, s -> s.rotate());
        assertSaved(session);
        assertKept();
    }
}
