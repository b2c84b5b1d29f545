package io.sojourn.cli;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.admin.SessionAdmin;
import io.sojourn.admin.SessionFilter;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
        boolean shown = showsProgress() && !store.json && Terminal.showsErrors();
        Progress progress = new Progress(spec.commandLine().getErr(), System::nanoTime, shown);
        try {
            return run(
                    store.admin(!tellsOfOutages(), progress),
                    new Output(spec.commandLine().getOut(), progress::clear));
        } finally {
            progress.clear();
        }
    }

    /** Refuses arguments that can be seen to be wrong before the store is asked. */
    void check() {}

    /** Whether the command says itself that the store does not answer. */
    boolean tellsOfOutages() {
        return false;
    }

    /** Whether the command waits for a scan, and nothing else is shown meanwhile. */
    boolean showsProgress() {
        return true;
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

    /** The sessions of a principal or of one value in an index; all of them if both are null. */
    SessionFilter filter(@Nullable String principal, @Nullable String index) {
        if (principal != null && index != null) {
            throw misuse("Give either --principal or --index, not both");
        }
        if (index != null) {
            return SessionFilter.ofIndex(index(index)[0], index(index)[1]);
        }
        return principal == null ? SessionFilter.all() : SessionFilter.ofPrincipal(named(principal));
    }

    /** No session has an empty principal, but a script may have an empty variable. */
    String named(String principal) {
        if (principal.isEmpty()) {
            throw misuse("The principal must not be empty");
        }
        return principal;
    }

    /** Name and value. */
    String[] index(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw misuse(
                    "--index takes a name and a value, such as --index tenant=acme, and not only \"" + text + "\"");
        }
        return new String[] {text.substring(0, equals), text.substring(equals + 1)};
    }
}
