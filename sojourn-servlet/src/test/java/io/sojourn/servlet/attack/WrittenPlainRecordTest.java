package io.sojourn.servlet.attack;

import org.junit.jupiter.api.extension.RegisterExtension;

class WrittenPlainRecordTest extends WrittenRecordTest {

    @RegisterExtension
    static final Bank bank = new Bank().settings(settings -> settings.inlineLimit(64));

    WrittenPlainRecordTest() {
        super(bank, false);
    }
}
