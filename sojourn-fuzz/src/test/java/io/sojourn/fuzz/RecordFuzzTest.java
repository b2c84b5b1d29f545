package io.sojourn.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sojourn.format.MalformedRecordException;
import io.sojourn.format.PackedRecord;

/** Stored bytes are a record that can be written again, or malformed. */
class RecordFuzzTest {

    @FuzzTest(maxDuration = "1m")
    void record(byte[] input) {
        try {
            byte[] packed = packedAgain(PackedRecord.parse(input));
            assertThat(packedAgain(PackedRecord.parse(packed))).isEqualTo(packed);
        } catch (MalformedRecordException e) {
            assertThat(e).hasMessageNotContaining("null");
        }
    }

    private static byte[] packedAgain(PackedRecord read) {
        return PackedRecord.of(read.header(), read.attributes()).bytes();
    }
}
