/**
 * Who is told what happens to sessions: metrics, traces, audit trails, the application's own code. Start with
 * {@link io.sojourn.observe.SessionObserver}; {@link io.sojourn.observe.AuditObserver} writes the security events, and the default
 * writes to the log what an operator should look into.
 */
@NullMarked
package io.sojourn.observe;

import org.jspecify.annotations.NullMarked;
