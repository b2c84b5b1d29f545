package io.sojourn.observe;

import io.sojourn.log.Printable;

/**
 * As {@link AuditObserver}, but a line names the principal who signed in: <code>event=signed-in session=5f0c1a9b27e4d683 principal="ada"</code>.
 * Names are escaped and cut at 100 characters. A reader of this log sees which users sign in, and when. Data protection laws may
 * oblige you to restrict access to such a log and to delete it after a time.
 */
public final class NamedAuditObserver extends AuditObserver {

    /** An observer. */
    public NamedAuditObserver() {}

    @Override
    String named(String principal) {
        return Printable.quoted(principal);
    }
}
