package io.sojourn.servlet.attack;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

@EnabledIf(
        value = "io.sojourn.servlet.attack.Bank#isInTomcat",
        disabledReason = "Redis is read alike in all containers")
@Tag("slow")
class WrittenPlainRecordTest extends WrittenRecordTest {

    @RegisterExtension
    static final Bank bank = new Bank().settings(settings -> settings.inlineLimit(64));

    WrittenPlainRecordTest() {
        super(bank, false);
    }
}
