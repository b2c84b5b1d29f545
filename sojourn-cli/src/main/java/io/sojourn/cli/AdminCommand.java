package io.sojourn.cli;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.admin.SessionAdmin;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all commands that ask the store have. */
abstract class AdminCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    StoreOptions store = new StoreOptions();

    @Override
    public Integer call() {
        check();
        return run(store.admin(!tellsOfOutages()), new Output(spec.commandLine().getOut()));
    }

    /** Refuses arguments that can be seen to be wrong before the store is asked. */
    void check() {}

    /** Whether the command says itself that the store does not answer. */
    boolean tellsOfOutages() {
        return false;
    }

    /** Runs, and gives the exit status. */
    abstract int run(SessionAdmin admin, Output out);

    SessionId id(String text) {
        return SessionId.ofPublicId(text)
                .orElseThrow(
                        () -> misuse("This is not the id of a session: it should have 22 characters of A-Z a-z 0-9 - _,"
                                + " as in the list"));
    }

    /** A page after the first: if it cannot be had, then because of what happened to the servers meanwhile. */
    static <T> T following(Supplier<T> page) {
        try {
            return page.get();
        } catch (IllegalArgumentException e) {
            throw new StoreUnavailableException(String.valueOf(e.getMessage()), null);
        }
    }

    ParameterException misuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    static String[] index(String text) {
        int equals = text.indexOf('=');
        return equals < 1
                ? new String[] {text, ""}
                : new String[] {text.substring(0, equals), text.substring(equals + 1)};
    }
}
