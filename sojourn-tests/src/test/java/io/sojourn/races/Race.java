package io.sojourn.races;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionInfo;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.codec.JacksonCodec;
import io.sojourn.memory.MemoryStore;
import io.sojourn.observe.SessionObserver;
import io.sojourn.races.Schedule.Choice;
import io.sojourn.spi.SessionStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Requests on one session at the same time, run once, in one order of the store's answers. */
final class Race {

    /** Decides which of the calls that wait goes on. */
    interface Chooser {

        /** Null to give the race up: another order leads to the same. */
        @Nullable
        Choice choose(List<ParkedCall<?>> parked);
    }

    private static final JacksonCodec CODEC = JacksonCodec.create();
    private static final Random TOKENS = new Random(1);
    private static final AtomicInteger RACES = new AtomicInteger();
    private static final int MOST_STEPS = 1_000;

    /** An index hears of longer lives in steps of a quarter of an hour, of which this is the begin of one. */
    private static final Instant QUARTER = Instant.parse("2026-01-01T00:00:00Z");

    /** A session that is made then, and used 90 s later, is entered in its index again; one that is made at {@link #EARLY} is not. */
    private static final Duration LATE = Duration.ofMinutes(13);

    private static final Duration EARLY = Duration.ofMinutes(5);

    private final Scenario scenario;
    private final Scheduler scheduler = new Scheduler();
    private final List<Request> requests = new ArrayList<>();
    private final List<Choice> choices = new ArrayList<>();
    private final SessionManager observer;
    private final List<SessionManager> nodes = new ArrayList<>();
    private final SessionToken token;
    private final String user;
    private final String other;
    private volatile Duration ahead = Duration.ZERO;

    Race(Scenario scenario) {
        this(scenario, store -> store);
    }

    /** A race on a store that may have a fault. */
    Race(Scenario scenario, UnaryOperator<SessionStore> fault) {
        this.scenario = scenario;
        // Revocations are remembered in the whole JVM, so each race has users of its own.
        int race = RACES.incrementAndGet();
        user = "ann" + race;
        other = "ben" + race;
        Instant start = QUARTER.plus(scenario.enters() ? LATE : EARLY);
        long begun = System.nanoTime();
        InstantSource clock = () -> start.plusNanos(System.nanoTime() - begun).plus(ahead);
        SessionSettings settings = SessionSettings.builder()
                .clock(clock)
                .codec(CODEC)
                .random(TOKENS)
                .mergeAcrossSignIn(scenario.merges())
                .observer(new SessionObserver() {})
                .build();
        SessionStore store = fault.apply(new MemoryStore(MemoryStore.DEFAULT_MAX_BYTES, clock));
        observer = SessionManager.create(store, settings);
        for (int node = 0; node < scenario.nodes(); node++) {
            nodes.add(SessionManager.create(new ParkingStore(store, node, scheduler), settings));
        }
        Session session = observer.create();
        session.set("first", 0);
        if (scenario.signedIn()) {
            SessionToken unused = session.signIn(user);
        }
        if (observer.save(session) != SaveOutcome.SAVED) {
            throw new AssertionError("The session could not be stored");
        }
        token = session.token();
        ahead = Duration.ofSeconds(90); // So that a touch is due.
    }

    Schedule schedule() {
        return new Schedule(scenario, choices);
    }

    List<String> steps() {
        return scheduler.steps();
    }

    /** Runs it to its end. Gives false if it was given up. */
    boolean run(Chooser chooser) {
        for (int i = 0; i < scenario.calls().size(); i++) {
            int node = i % scenario.nodes();
            Request request = new Request(scenario.calls().get(i), i, node, scheduler::stepsTaken);
            requests.add(request);
            request.start(nodes.get(node).async(), token, user, other);
        }
        while (true) {
            scheduler.await(this::isSettled);
            List<ParkedCall<?>> parked = scheduler.parked();
            if (parked.isEmpty()) {
                return true;
            }
            Choice choice = chooser.choose(parked);
            if (choice == null) {
                return false;
            }
            choices.add(choice);
            if (choices.size() > MOST_STEPS) {
                throw new AssertionError("No end in sight: " + schedule());
            }
            scheduler.step(parked.get(choice.call() % parked.size()), scenario.whole(), choice.lost());
        }
    }

    /** Whether nothing but parked calls is waited for, on any node. */
    private boolean isSettled() {
        List<ParkedCall<?>> parked = scheduler.parked();
        for (int node = 0; node < nodes.size(); node++) {
            int here = node;
            long running = requests.stream()
                    .filter(request -> request.node == here && !request.done)
                    .count();
            long awaited = parked.stream()
                    .filter(call -> call.node == here && call.isAwaited)
                    .count();
            // Saves that wait for their turn wait for whatever the one that has it is doing.
            boolean mayQueue = parked.stream()
                    .anyMatch(call -> call.node == here && !call.name.equals("load") && !call.name.equals("touch"));
            if (running > awaited && !mayQueue) {
                return false;
            }
        }
        return true;
    }

    /** What must not be, in words; empty if all is well. */
    List<String> violations() {
        List<String> wrong = new ArrayList<>();
        Map<SessionId, Session> living = living();
        for (Request request : requests) {
            checkCall(request, wrong);
            checkWrites(request, living, wrong);
        }
        checkEnd(living, wrong);
        living.values().forEach(session -> checkLiving(session, wrong));
        return wrong;
    }

    private Map<SessionId, Session> living() {
        Set<SessionId> ids = new HashSet<>(Set.of(token.id()));
        requests.forEach(request -> {
            Session session = request.session;
            if (session != null) {
                ids.add(session.id());
            }
        });
        Map<SessionId, Session> living = new TreeMap<>(Comparator.comparing(SessionId::toString));
        ids.forEach(id -> observer.findById(id).ifPresent(session -> living.put(id, session)));
        return living;
    }

    private boolean has(Kind... kinds) {
        return requests.stream().anyMatch(request -> List.of(kinds).contains(request.kind));
    }

    private void checkCall(Request request, List<String> wrong) {
        if (!request.done) {
            wrong.add(request + " has no end");
        }
        Throwable failure = request.failure;
        if (failure != null && !String.valueOf(failure).contains("The answer was lost")) {
            wrong.add(request + " failed: " + failure);
        }
        if (!request.shown.isEmpty() && !request.shown.equals(Set.of(request.principal))) {
            wrong.add(request + " was let in for " + request.principal + " and was shown a state of " + request.shown);
        }
        requests.stream()
                .filter(this::hasReplacedSecret)
                .filter(earlier -> scenario.whole() && request.openedAt != Request.NEVER)
                .filter(earlier -> earlier.endedAt < request.openedAt)
                .forEach(earlier -> wrong.add(request + " came in with a secret that was replaced by " + earlier));
        boolean mayEnd = has(Kind.REVOKE, Kind.REVOKE_ID, Kind.REVOKE_ALL);
        SaveOutcome outcome = request.outcome;
        if (outcome == SaveOutcome.GONE && !mayEnd) {
            wrong.add(request + ", and no request ends the session");
        }
        if (request.kind.signsIn() && outcome != null && outcome != SaveOutcome.SAVED && outcome != SaveOutcome.GONE) {
            wrong.add(request + ": a sign-in is saved, or the session was ended");
        }
        boolean replaced = requests.stream().anyMatch(each -> each.kind.replacesSecret() && each != request);
        if (outcome == SaveOutcome.OVERTAKEN && !replaced) {
            wrong.add(request + ", and no other request replaces the secret");
        }
    }

    /** Whether the request has replaced the secret of the session itself, rather than made another session. */
    private boolean hasReplacedSecret(Request request) {
        Session session = request.session;
        return request.isSaved()
                && session != null
                && session.id().equals(token.id())
                && !token.equals(Objects.requireNonNullElse(request.asked, token));
    }

    private void checkWrites(Request request, Map<SessionId, Session> living, List<String> wrong) {
        Session own = request.session;
        if (own == null || request.isUnknown()) {
            return;
        }
        Session stored = living.get(own.id());
        if (stored == null) {
            return;
        }
        boolean isThere = stored.get(request.attribute(), Integer.class).isPresent();
        if (request.kind.sets() && isThere != request.isSaved()) {
            wrong.add(request + ", and its attribute is " + (isThere ? "there" : "not there"));
        }
        long times = Request.list(stored).stream()
                .filter(number -> number == request.number)
                .count();
        if (request.kind == Kind.UPDATE && times != (request.result == null ? 0 : 1)) {
            wrong.add(request + ", and its element is there " + times + " times");
        }
        if (request.kind.signsIn() && request.isSaved() && opens(own.token(), own.id())) {
            String expected = request.kind == Kind.SIGN_IN ? other : user;
            if (!stored.principal().equals(Optional.of(expected))) {
                wrong.add(request + ", and its token opens a session of " + stored.principal());
            }
        }
        if (!scenario.merges() && request.kind == Kind.SAVE && request.isSaved() && scenario.whole()) {
            requests.stream()
                    .filter(this::hasReplacedSecret)
                    .filter(earlier -> earlier.endedAt < request.endedAt)
                    .forEach(earlier -> wrong.add(request + " was saved after " + earlier));
        }
    }

    private boolean opens(SessionToken candidate, SessionId id) {
        return observer.find(candidate)
                .filter(session -> session.id().equals(id))
                .isPresent();
    }

    private void checkEnd(Map<SessionId, Session> living, List<String> wrong) {
        boolean unknownEnd = requests.stream().anyMatch(request -> request.kind.ends() && request.isUnknown());
        boolean ended = requests.stream().anyMatch(Request::hasEndedSomething);
        // A sign-in that a revocation came before is refused, and its session ended; so is a use that enters the
        // session again.
        boolean refused = has(Kind.REVOKE_ALL)
                && ((scenario.enters() && scenario.signedIn())
                        || requests.stream().anyMatch(request -> request.kind.signsIn()));
        if (!living.containsKey(token.id()) && !unknownEnd && !ended && !refused) {
            wrong.add("The session is gone, and no request was told that it has ended it");
        }
        for (Request request : requests) {
            boolean acknowledged = (request.kind == Kind.REVOKE_ID && !request.isUnknown())
                    || (request.kind == Kind.REVOKE && request.hasEndedSomething());
            if (acknowledged && living.containsKey(token.id())) {
                wrong.add("The session lives after " + request);
            }
        }
    }

    private void checkLiving(Session session, List<String> wrong) {
        List<SessionToken> tokens = new ArrayList<>(List.of(token));
        requests.forEach(request -> {
            Session own = request.session;
            SessionToken asked = request.asked;
            if (own != null && !own.token().equals(token)) {
                tokens.add(own.token());
            }
            if (asked != null && !tokens.contains(asked)) {
                tokens.add(asked);
            }
        });
        long open = tokens.stream()
                .distinct()
                .filter(candidate -> candidate.id().equals(session.id()) && opens(candidate, session.id()))
                .count();
        if (open != 1) {
            wrong.add("The session " + session.id() + " is opened by " + open + " secrets");
        }
        requests.stream()
                .filter(request -> request.kind.replacesSecret() && request.isSaved())
                .filter(request -> Objects.requireNonNull(request.session).id().equals(session.id()))
                .reduce((a, b) -> a.endedAt > b.endedAt ? a : b)
                .filter(last -> scenario.whole() && noneIsUnknown())
                .filter(last -> !opens(Objects.requireNonNull(last.session).token(), session.id()))
                .ifPresent(last -> wrong.add("The secret of " + last + ", which was the last, does not open it"));
        session.principal().ifPresent(signedIn -> {
            // A revocation that was broken off ends the session when its index is read.
            boolean isMarked = requests.stream().anyMatch(each -> each.kind == Kind.REVOKE_ALL && each.isUnknown());
            if (!isMarked
                    && observer.findByPrincipal(signedIn).stream()
                            .map(SessionInfo::id)
                            .noneMatch(session.id()::equals)) {
                wrong.add("The index does not name " + session.id() + " of " + signedIn);
            }
        });
        if (session.principal().equals(Optional.of(user))) {
            checkRevocation(session, wrong);
        }
        if (!session.id().equals(token.id())) {
            checkOwn(session, wrong);
        }
    }

    private boolean noneIsUnknown() {
        return requests.stream().noneMatch(Request::isUnknown);
    }

    /** It must have been signed in by a request that began after the revocation had ended. */
    private void checkRevocation(Session session, List<String> wrong) {
        int signIn = requests.stream()
                .filter(request -> request.kind == Kind.SIGN_IN_AGAIN && (request.isSaved() || request.isUnknown()))
                .filter(request ->
                        request.session != null && request.session.id().equals(session.id()))
                .mapToInt(request -> request.openedAt)
                .max()
                .orElse(0);
        requests.stream()
                .filter(request -> request.kind == Kind.REVOKE_ALL && !request.isUnknown())
                .filter(request -> markedAt(request) >= signIn)
                .forEach(request ->
                        wrong.add("A session of " + user + " that was signed in before lives after " + request));
    }

    /** The step in which a revocation took effect: the first one of its node that marks, or its end where it is not alone. */
    private int markedAt(Request request) {
        List<String> steps = scheduler.steps();
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).startsWith("node " + request.node + ": mark ")) {
                return i;
            }
        }
        return Request.NEVER;
    }

    /** A session that a sign-in has made because another one was faster holds what this request knew, and nothing else. */
    private void checkOwn(Session session, List<String> wrong) {
        for (Request maker : requests) {
            Session own = maker.session;
            if (own == null || !own.id().equals(session.id())) {
                continue;
            }
            for (Request stranger : scenario.whole() ? requests : List.<Request>of()) {
                boolean wrote = session.get(stranger.attribute(), Integer.class).isPresent()
                        || Request.list(session).contains(stranger.number);
                if (!stranger.equals(maker) && wrote && stranger.endedAt > maker.openedAt && !stranger.isUnknown()) {
                    wrong.add(maker + " has made a session of its own that shows " + stranger);
                }
            }
        }
    }
}
