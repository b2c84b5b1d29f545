package io.sojourn.servlet;

import io.sojourn.Lookup;
import io.sojourn.SessionToken;
import java.util.Optional;

/**
 * Opens sessions that another session library has stored, by the cookies that it has set, so that its users stay signed in. See
 * {@link SojournFilter.Builder#migration}.
 *
 * <p>The filter asks it only when none of the client's own tokens opens a session. Texts are secrets of clients; they may be of
 * any length and form.
 */
public interface SessionMigration {

    /**
     * The token that stands for such a text, {@linkplain SessionToken#derived derived} from it. Empty for a text that has not
     * exactly the form of the other library's cookies. Asks no store.
     */
    Optional<SessionToken> token(String text);

    /**
     * What the text leads to: the session that was made of the other library's one, by this request or an earlier one.
     *
     * @param derived what {@link #token} gave for the text
     * @throws io.sojourn.StoreUnavailableException if the store could not be asked
     */
    Lookup lookup(SessionToken derived, String text);

    /** The application has ended the session that the text opened: removes what may be left of it in the other library's form. */
    void ended(String text);
}
