package io.sojourn.fleet;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A node of an application, of whichever version: here are only types of the JDK. A call that fails throws. */
public interface FleetNode extends AutoCloseable {

    /** How a session is saved. */
    enum How {
        SAVE,
        ROTATE,
        SIGN_IN
    }

    /** Makes a session with an empty list; gives its token. */
    String create(String list);

    /** The lists of the session that a token opens. */
    Optional<Map<String, List<String>>> find(String token);

    /** The lists of a session. */
    Optional<Map<String, List<String>>> findById(String id);

    /** Appends through {@code update}; gives the lists with the element, or nothing if the session has ended. */
    Optional<Map<String, List<String>>> update(String token, String list, String element);

    /** Reads, appends and saves; gives the token afterwards, or nothing if there was no session to save. */
    Optional<String> save(String token, String list, String element, How how);

    /** Ends a session. */
    void revoke(String id);

    /** Where its classes come from. */
    String origin();

    @Override
    void close();
}
