package io.sojourn.engine;

import io.sojourn.Lookup;
import io.sojourn.SaveOutcome;
import io.sojourn.SessionId;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.engine.ModelRequest.Changes;
import io.sojourn.engine.Step.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What sessions are, told as plainly as possible: a map of whole sessions, one at a time, no bytes, no parts, no waiting.
 * The engine on a real store has to do the same.
 */
final class Model {

    /** What a save or an update came to; empty if the store was unavailable to it. */
    private static final Optional<SaveOutcome> UNAVAILABLE = Optional.empty();

    final Map<SessionId, ModelSession> sessions = new HashMap<>();
    private final Supplier<Instant> now;
    private int versions;

    Model(Supplier<Instant> now) {
        this.now = now;
    }

    /** How long a session lives that is made now. */
    ModelLimits usualLimits() {
        return new ModelLimits(
                SessionSettings.DEFAULT_IDLE_TIMEOUT, now.get().plus(SessionSettings.DEFAULT_ABSOLUTE_TIMEOUT), false);
    }

    /** What a token leads to. */
    Class<? extends Lookup> lookup(SessionToken token) {
        ModelSession session = sessions.get(token.id());
        if (session == null) {
            return Lookup.Absent.class;
        }
        if (session.token().equals(token)) {
            return Lookup.Found.class;
        }
        boolean justReplaced = session.replaced().stream()
                .anyMatch(replaced -> replaced.token().equals(token)
                        && Duration.between(replaced.at(), now.get()).compareTo(SessionSettings.SUPERSEDED_FOR) < 0);
        return justReplaced ? Lookup.Superseded.class : Lookup.Absent.class;
    }

    Optional<SaveOutcome> save(ModelRequest request, Fault fault) {
        if (request.ended) {
            return Optional.of(SaveOutcome.GONE);
        }
        if (request.base == null && request.isEmpty()) {
            return Optional.of(SaveOutcome.UNCHANGED);
        }
        if (request.changes().isEmpty() && request.base != null) {
            return Optional.of(SaveOutcome.UNCHANGED);
        }
        if (request.base != null && rotatesWithOldSecret(request, request.changes(), request.base)) {
            if (!request.changes().signsIn()) {
                return Optional.of(SaveOutcome.OVERTAKEN);
            }
            request.startsAnew(usualLimits());
        }
        return commit(
                request, fault, state -> request.changes(), (current, changes) -> merge(request, current, changes));
    }

    /** What comes of a save that finds a state of another request. */
    private Optional<SaveOutcome> merge(ModelRequest request, ModelSession current, Changes changes) {
        if (rotatesWithOldSecret(request, changes, current)) {
            if (!changes.signsIn()) {
                return Optional.of(SaveOutcome.OVERTAKEN);
            }
            request.startsAnew(usualLimits());
            return store(request, null, request.changes(), request.changes(), request::saved);
        }
        Changes mergeable = request.mergeable(changes, current, now.get());
        return mergeable.isEmpty()
                ? Optional.of(SaveOutcome.OVERTAKEN)
                : store(request, current, mergeable, changes, request::saved);
    }

    /** An update that makes these changes of a state; null is the empty state of a new session. */
    Optional<SaveOutcome> update(
            ModelRequest request, Fault fault, Function<@Nullable ModelSession, Changes> function) {
        if (request.ended) {
            return Optional.of(SaveOutcome.GONE);
        }
        if (request.hasSavedUnseen) {
            return Optional.of(SaveOutcome.OVERTAKEN);
        }
        if (request.base == null && function.apply(null).attributes().isEmpty()) {
            return Optional.of(SaveOutcome.UNCHANGED); // A rotation alone makes no session.
        }
        if (request.base != null && rotatesWithOldSecret(request, function.apply(request.base), request.base)) {
            return Optional.of(SaveOutcome.OVERTAKEN);
        }
        Finish adopt = (done, state) -> {
            SessionToken rotation = done.rotation();
            request.adopt(state, rotation == null ? request.held : rotation);
        };
        return commit(request, fault, function, adopt, (current, changes) -> {
            if (!request.mayShow(current) || rotatesWithOldSecret(request, changes, current)) {
                return Optional.of(SaveOutcome.OVERTAKEN);
            }
            return store(request, current, changes, changes, adopt);
        });
    }

    private interface Finish {
        void apply(Changes changes, ModelSession state);
    }

    /** What comes of changes on a state that another request has saved. */
    private interface Again {
        Optional<SaveOutcome> on(ModelSession current, Changes changes);
    }

    private Optional<SaveOutcome> commit(
            ModelRequest request, Fault fault, Function<@Nullable ModelSession, Changes> function, Again again) {
        return commit(request, fault, function, request::saved, again);
    }

    private Optional<SaveOutcome> commit(
            ModelRequest request,
            Fault fault,
            Function<@Nullable ModelSession, Changes> function,
            Finish finish,
            Again again) {
        ModelSession base = request.base;
        request.isCreating |= base == null;
        if (fault == Fault.NEVER_ARRIVES) {
            return UNAVAILABLE;
        }
        ModelSession current = sessions.get(request.held.id());
        boolean applies = base == null ? current == null : current != null && current.version() == base.version();
        if (applies) {
            Changes changes = function.apply(base);
            Optional<SaveOutcome> outcome =
                    store(request, base, changes, changes, fault == Fault.NONE ? finish : (done, state) -> {});
            return fault == Fault.NONE ? outcome : UNAVAILABLE;
        }
        if (fault == Fault.REPLY_IS_LOST) {
            return UNAVAILABLE;
        }
        if (base == null) {
            ModelSession there = Objects.requireNonNull(current);
            if (isOwnCreation(request, there)) {
                return again.on(there, function.apply(there));
            }
            request.takesAnotherId(usualLimits());
            Changes changes = function.apply(null);
            return store(request, null, changes, changes, finish);
        }
        if (current == null) {
            request.ended = true;
            return Optional.of(SaveOutcome.GONE);
        }
        return again.on(current, function.apply(current));
    }

    /**
     * @param state what is changed; null to create the session
     * @param written the changes
     * @param done the changes that were asked for
     */
    private Optional<SaveOutcome> store(
            ModelRequest request, @Nullable ModelSession state, Changes written, Changes done, Finish finish) {
        if (state != null && written.isEmpty()) {
            return Optional.of(SaveOutcome.UNCHANGED);
        }
        ModelSession after = state == null ? created(request, written) : state.with(written, ++versions, now.get());
        sessions.put(request.held.id(), after);
        finish.apply(done, after);
        return Optional.of(SaveOutcome.SAVED);
    }

    private ModelSession created(ModelRequest request, Changes changes) {
        SessionToken token = changes.rotation() == null ? request.held : changes.rotation();
        ModelSession empty = new ModelSession(
                0,
                token,
                List.of(),
                changes.rotation() == null ? 0 : 1,
                Map.of(),
                "",
                "",
                request.initialLimits,
                0,
                Instant.EPOCH);
        ModelSession created = empty.with(changes, ++versions, now.get());
        request.creations.add(created.version());
        return created;
    }

    private static boolean isOwnCreation(ModelRequest request, ModelSession there) {
        return request.creations.contains(there.version())
                && List.of(request.held, Objects.requireNonNullElse(request.rotation, request.held))
                        .contains(there.token());
    }

    /** Whether the request wants a new secret and holds neither the one in force nor, by an earlier try, the new one. */
    private static boolean rotatesWithOldSecret(ModelRequest request, Changes changes, ModelSession state) {
        return changes.rotation() != null
                && !state.token().equals(request.held)
                && !state.token().equals(changes.rotation());
    }

    /** A logout; it does not end what another principal has signed in to. */
    boolean revoke(ModelRequest request) {
        SessionId id = request.held.id();
        ModelSession there = sessions.get(id);
        ModelSession base = request.base;
        boolean isOthers = there != null
                && base != null
                && !there.principal().isEmpty()
                && !there.principal().equals(base.principal())
                && !request.mayShow(there);
        return !isOthers && revoke(id);
    }

    boolean revoke(SessionId id) {
        return sessions.remove(id) != null;
    }
}
