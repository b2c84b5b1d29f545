package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Lookup;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionInfo;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.StoreUnavailableException;
import io.sojourn.engine.ModelRequest.Changes;
import io.sojourn.engine.ModelRequest.Tenant;
import io.sojourn.engine.Step.Fault;
import io.sojourn.spi.AttributeCodec;
import io.sojourn.testkit.FaultyStore;
import io.sojourn.testkit.FaultyStore.Operation;
import io.sojourn.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Does each step twice, on the real thing and on the model, and compares. */
final class World {

    /** For lists of one text, so that values can be changed in place; what is to be large is made so. */
    private static final AttributeCodec CODEC = AttributeCodec.ofText(
            value -> {
                String text = (String) ((List<?>) value).get(0);
                return text.startsWith(ModelSession.LARGE) ? text + " ".repeat(3_000) : text;
            },
            text -> new ArrayList<>(List.of(text.strip())));

    private static final String TENANT = "tenant";
    private static final Duration REMEMBERED = Duration.ofDays(14);

    private final Backend backend;
    private final FaultyStore store;
    private final ManualClock clock = ManualClock.at("2030-01-01T00:00:00Z");
    private final Node node;
    private final Model model = new Model(clock::instant);
    private final Map<Integer, ModelRequest> requests = new HashMap<>();
    private final List<SessionToken> tokens = new ArrayList<>();

    World(Backend backend, Caller caller) {
        this.backend = backend;
        this.store = new FaultyStore(backend.store());
        SessionSettings settings =
                SessionSettings.builder().codec(CODEC).clock(clock).build();
        this.node = new Node(caller, SessionManager.create(store, settings));
    }

    void run(Step step) {
        if (step instanceof Step.Open open) {
            open(open.request(), token(open.token()));
        } else if (step instanceof Step.Create create) {
            Session session = node.create();
            tokens.add(session.token());
            requests.put(create.request(), request(session, null));
        } else if (step instanceof Step.Put put) {
            with(put.request(), request -> {
                request.real.set(put.name(), new ArrayList<>(List.of(put.value())));
                request.put(put.name(), put.value());
            });
        } else if (step instanceof Step.PutInPlace put) {
            with(put.request(), request -> putInPlace(request, put));
        } else if (step instanceof Step.Remove remove) {
            with(remove.request(), request -> {
                request.real.remove(remove.name());
                request.put(remove.name(), null);
            });
        } else if (step instanceof Step.Read read) {
            with(
                    read.request(),
                    request -> assertThat(text(request.real, read.name())).isEqualTo(request.read(read.name())));
        } else if (step instanceof Step.SetIdleTimeout set) {
            with(set.request(), request -> {
                request.real.setIdleTimeout(set.timeout());
                request.setIdleTimeout(set.timeout());
            });
        } else if (step instanceof Step.Remember remember) {
            with(remember.request(), request -> {
                request.real.remember(REMEMBERED, REMEMBERED);
                request.remember(REMEMBERED, clock.instant().plus(REMEMBERED));
            });
        } else if (step instanceof Step.Index index) {
            with(index.request(), request -> {
                boolean none = index.tenant().isEmpty();
                request.real.index(TENANT, none ? null : index.tenant());
                request.tenant = new Tenant(index.tenant(), none ? Instant.EPOCH : clock.instant());
            });
        } else if (step instanceof Step.Rotate rotate) {
            with(rotate.request(), request -> rotated(request, request.real.rotate(), null));
        } else if (step instanceof Step.SignIn in) {
            with(in.request(), request -> rotated(request, request.real.signIn(in.principal()), in.principal()));
        } else if (step instanceof Step.SignOut out) {
            with(out.request(), request -> rotated(request, request.real.signOut(), ""));
        } else if (step instanceof Step.Save save) {
            with(save.request(), request -> save(request, save.fault()));
        } else if (step instanceof Step.Append append) {
            with(append.request(), request -> append(request, append));
        } else if (step instanceof Step.RotateInUpdate rotate) {
            with(rotate.request(), this::rotateInUpdate);
        } else if (step instanceof Step.Revoke revoke) {
            with(revoke.request(), this::revoke);
        } else if (step instanceof Step.RevokeById revoke && !tokens.isEmpty()) {
            SessionId id = token(revoke.token()).id();
            assertThat(node.revoke(id)).isEqualTo(model.revoke(id));
        } else if (step instanceof Step.ExpireAll) {
            backend.expireAll();
            model.sessions.clear();
        } else if (step instanceof Step.PassTime pass) {
            clock.advance(pass.time());
        }
        requests.values().forEach(World::compare);
    }

    private interface Doing {
        void with(ModelRequest request);
    }

    private void with(int number, Doing doing) {
        ModelRequest request = requests.get(number);
        if (request != null) {
            doing.with(request);
        }
    }

    private SessionToken token(int number) {
        return tokens.isEmpty() ? ModelRequest.nobodysTokenOf(node.create().id()) : tokens.get(number % tokens.size());
    }

    private ModelRequest request(Session real, @Nullable ModelSession base) {
        return new ModelRequest(real, base, model.usualLimits());
    }

    private void open(int number, SessionToken token) {
        Lookup found = node.lookup(token);
        assertThat(found).isInstanceOf(model.lookup(token));
        requests.remove(number);
        found.session().ifPresent(session -> requests.put(number, request(session, model.sessions.get(token.id()))));
    }

    private static void putInPlace(ModelRequest request, Step.PutInPlace put) {
        List<String> value = request.real.get(put.name());
        String expected = request.read(put.name());
        assertThat(text(request.real, put.name())).isEqualTo(expected);
        if (value != null) {
            value.set(0, put.value());
            request.live.put(put.name(), put.value());
        }
    }

    private void rotated(ModelRequest request, SessionToken token, @Nullable String principal) {
        tokens.add(token);
        boolean replaces = principal != null
                && !request.principal().isEmpty()
                && !request.principal().equals(principal);
        if (replaces || "".equals(principal)) {
            request.forget(model.usualLimits());
        }
        request.rotation = token;
        request.principal = principal == null ? request.principal : principal;
    }

    private void save(ModelRequest request, Fault fault) {
        Optional<SaveOutcome> real = withFault(fault, () -> node.save(request.real));
        assertThat(real).isEqualTo(model.save(request, fault));
        tokens.add(request.real.token());
    }

    private void append(ModelRequest request, Step.Append append) {
        String name = append.name();
        Optional<Optional<String>> real = withFault(
                append.fault(),
                () -> node.update(request.real, session -> {
                    String longer = Objects.requireNonNullElse(text(session, name), "") + "+";
                    session.set(name, new ArrayList<>(List.of(longer)));
                    return longer;
                }));
        Optional<SaveOutcome> expected = model.update(request, append.fault(), state -> {
            String value = state == null ? null : state.attributes().get(name);
            String longer = Objects.requireNonNullElse(value, "") + "+";
            return Changes.of(Collections.singletonMap(name, longer), null);
        });
        assertCommitted(real, expected);
        tokens.add(request.real.token()); // A new one, if others have changed what it did not know that it had created.
        if (expected.equals(Optional.of(SaveOutcome.SAVED))) {
            ModelSession now = Objects.requireNonNull(model.sessions.get(request.real.id()));
            assertThat(real.orElseThrow())
                    .contains(Objects.requireNonNull(now.attributes().get(name)));
        }
    }

    private void rotateInUpdate(ModelRequest request) {
        Optional<Optional<SessionToken>> real = withFault(Fault.NONE, () -> node.update(request.real, Session::rotate));
        SessionToken token = real.orElseThrow().orElseGet(() -> ModelRequest.nobodysTokenOf(request.real.id()));
        tokens.add(token);
        assertCommitted(real, model.update(request, Fault.NONE, state -> Changes.of(Map.of(), token)));
    }

    private static void assertCommitted(Optional<? extends Optional<?>> real, Optional<SaveOutcome> expected) {
        assertThat(real.map(Optional::isPresent))
                .isEqualTo(expected.map(outcome -> outcome == SaveOutcome.SAVED || outcome == SaveOutcome.UNCHANGED));
    }

    private void revoke(ModelRequest request) {
        boolean asks = (request.base != null || request.isCreating) && !request.ended;
        assertThat(node.revoke(request.real)).isEqualTo(asks && model.revoke(request));
        request.ended = true;
    }

    /** What the call gives; empty if the store was unavailable to it. */
    private <T> Optional<T> withFault(Fault fault, Supplier<T> call) {
        if (fault == Fault.NEVER_ARRIVES) {
            store.failNext(Operation.COMMIT);
        } else if (fault == Fault.REPLY_IS_LOST) {
            store.loseNextReply(Operation.COMMIT);
        }
        try {
            return Optional.of(call.get());
        } catch (StoreUnavailableException e) {
            return Optional.empty();
        } finally {
            store.forgetFaults(); // A save that had nothing to write took none.
        }
    }

    /** That a request's session looks as it should, from the outside. */
    private static void compare(ModelRequest request) {
        Session real = request.real;
        ModelSession base = request.base;
        assertThat(real.names()).isEqualTo(request.names());
        assertThat(real.isEnded()).as("ended").isEqualTo(request.ended);
        assertThat(real.isStored()).as("stored").isEqualTo(base != null && !request.ended);
        assertThat(real.id()).isEqualTo(request.held.id());
        assertThat(real.token()).isEqualTo(request.rotation == null ? request.held : request.rotation);
        assertThat(real.principal().orElse("")).isEqualTo(request.principal());
        assertThat(real.indexes().getOrDefault(TENANT, "")).isEqualTo(request.tenant());
        assertThat(limits(real)).isEqualTo(request.limits());
    }

    /** That what is stored is what the model has, seen through every token that ever was, and behind the engine's back. */
    void compareAll() {
        for (SessionToken token : tokens) {
            Lookup found = node.lookup(token);
            assertThat(found).isInstanceOf(model.lookup(token));
            found.session()
                    .ifPresent(session -> compare(session, Objects.requireNonNull(model.sessions.get(token.id()))));
        }
        for (String principal : Step.PRINCIPALS) {
            assertThat(node.findByPrincipal(principal))
                    .extracting(SessionInfo::id)
                    .containsExactlyInAnyOrderElementsOf(model.sessions.entrySet().stream()
                            .filter(entry -> entry.getValue().principal().equals(principal))
                            .map(Map.Entry::getKey)
                            .toList());
        }
        for (String tenant : Step.TENANTS) {
            assertThat(node.findByIndex(TENANT, tenant))
                    .extracting(SessionInfo::id)
                    .containsExactlyInAnyOrderElementsOf(model.sessions.entrySet().stream()
                            .filter(entry -> entry.getValue().tenant().equals(tenant))
                            .map(Map.Entry::getKey)
                            .toList());
        }
        backend.assertHoldsExactly(
                model.sessions, tokens.stream().map(SessionToken::id).toList());
    }

    private static void compare(Session found, ModelSession expected) {
        Map<String, String> attributes = new HashMap<>();
        found.names().forEach(name -> attributes.put(name, Objects.requireNonNull(text(found, name))));
        assertThat(attributes).isEqualTo(expected.attributes());
        assertThat(found.principal().orElse("")).isEqualTo(expected.principal());
        assertThat(found.indexes().getOrDefault(TENANT, "")).isEqualTo(expected.tenant());
        assertThat(limits(found)).isEqualTo(expected.limits());
        assertThat(found.publicId()).isEqualTo(found.id() + "~" + expected.rotations());
    }

    private static ModelLimits limits(Session session) {
        return new ModelLimits(session.idleTimeout(), session.absoluteDeadline().orElseThrow(), session.isRemembered());
    }

    private static @Nullable String text(Session session, String name) {
        List<String> value = session.get(name);
        return value == null ? null : value.get(0);
    }
}
