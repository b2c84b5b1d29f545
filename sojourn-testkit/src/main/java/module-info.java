/** For those who write or test a session store: the contract suite, real servers, a clock set by hand, faults. */
module io.sojourn.testkit {
    requires io.netty.pkitesting;
    requires transitive io.sojourn.core;
    requires transitive org.assertj.core;
    requires static transitive org.jspecify;
    requires transitive org.junit.jupiter.api;

    exports io.sojourn.testkit;
    exports io.sojourn.testkit.contract;

    // The tests of the contract stand in interfaces that are nobody's to name.
    opens io.sojourn.testkit.contract to
            org.junit.platform.commons;
}
