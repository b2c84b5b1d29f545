package io.sojourn.engine;

import io.sojourn.SessionId;
import io.sojourn.SojournException;
import io.sojourn.observe.RevocationCause;
import io.sojourn.observe.SessionObserver;
import java.util.ArrayList;
import java.util.List;

/** What an observer was told: the event, the session's id, and what came with it. */
final class Heard implements SessionObserver {

    private final List<String> events = new ArrayList<>();
    private final List<SojournException> causes = new ArrayList<>();

    /** The events so far, without ids: {@code saved}, {@code unreadableAttribute cart}. */
    synchronized List<String> events() {
        return events.stream().map(event -> event.replaceFirst(" \\S{22}", "")).toList();
    }

    /** The events so far with their ids. */
    synchronized List<String> eventsWithIds() {
        return List.copyOf(events);
    }

    synchronized List<SojournException> causes() {
        return List.copyOf(causes);
    }

    synchronized void clear() {
        events.clear();
        causes.clear();
    }

    private synchronized void add(String event, SessionId id) {
        events.add(event + " " + id);
    }

    @Override
    public void created(SessionId id) {
        add("created", id);
    }

    @Override
    public void saved(SessionId id) {
        add("saved", id);
    }

    @Override
    public void conflict(SessionId id) {
        add("conflict", id);
    }

    @Override
    public void gone(SessionId id) {
        add("gone", id);
    }

    @Override
    public void rotated(SessionId id) {
        add("rotated", id);
    }

    @Override
    public void signedIn(SessionId id) {
        add("signedIn", id);
    }

    @Override
    public void signedOut(SessionId id) {
        add("signedOut", id);
    }

    @Override
    public void revoked(SessionId id, RevocationCause verb) {
        add("revoked " + verb, id);
    }

    @Override
    public void limitReached(SessionId id) {
        add("limitReached", id);
    }

    @Override
    public void expiredByAge(SessionId id) {
        add("expiredByAge", id);
    }

    @Override
    public synchronized void unknownIds(int count) {
        events.add("unknownIds " + count);
    }

    @Override
    public void replacedSecret(SessionId id) {
        add("replacedSecret", id);
    }

    @Override
    public void unknownId(SessionId id) {
        add("unknownId", id);
    }

    @Override
    public void wrongSecret(SessionId id) {
        add("wrongSecret", id);
    }

    @Override
    public void superseded(SessionId id) {
        add("superseded", id);
    }

    @Override
    public synchronized void unreadableSession(SessionId id, SojournException cause) {
        add("unreadableSession", id);
        causes.add(cause);
    }

    @Override
    public synchronized void unreadableAttribute(SessionId id, String attribute, SojournException cause) {
        events.add("unreadableAttribute " + id + " " + attribute);
        causes.add(cause);
    }

    @Override
    public synchronized void saveRefused(SessionId id, SojournException cause) {
        add("saveRefused", id);
        causes.add(cause);
    }

    @Override
    public synchronized void storeFailed(SessionId id, SojournException cause) {
        add("storeFailed", id);
        causes.add(cause);
    }
}
