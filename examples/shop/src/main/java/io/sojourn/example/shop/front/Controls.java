package io.sojourn.example.shop.front;

import io.sojourn.SessionInfo;
import io.sojourn.admin.SessionAdmin;
import io.sojourn.admin.SessionCount;
import io.sojourn.admin.SessionEntry;
import io.sojourn.admin.SessionFilter;
import io.sojourn.admin.SessionListing;
import io.sojourn.example.shop.Answer;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the tiles show and do. */
final class Controls {

    /** The path below which machines are named. */
    static final String MACHINES = "/demo/machines/";

    private static final Pattern ACTION = Pattern.compile(MACHINES + "([a-z0-9-]+)/(kill|freeze|start)");
    private static final Answer NO_NUMBER = Answer.error(400, "from and to are milliseconds since 1970");
    private static final Answer NOT_READY = new Answer(202, null);
    private static final int SHOWN = 30;
    private static final int LOOKED_AT = 200;

    private final List<Machine> machines;
    private final boolean ownRedis;
    private final SessionAdmin admin;
    private final Visitors visitors;
    private final @Nullable CommandTail commands;
    private final @Nullable SpringComparison spring;

    /**
     * @param ownRedis whether Redis is the demonstration's own, so that all in it may be shown
     * @param commands what that Redis is sent; null for another one, which is not to be slowed
     * @param spring what Spring Session sends to that Redis for the same clicks; null for another one
     */
    Controls(
            List<Machine> machines,
            boolean ownRedis,
            SessionAdmin admin,
            Visitors visitors,
            @Nullable CommandTail commands,
            @Nullable SpringComparison spring) {
        this.machines = machines;
        this.ownRedis = ownRedis;
        this.admin = admin;
        this.visitors = visitors;
        this.commands = commands;
        this.spring = spring;
    }

    /** All machines and how they are. */
    Answer fleet(HttpServletRequest request) {
        Map<String, @Nullable Object> told = new LinkedHashMap<>();
        told.put("console", Front.CONSOLE);
        told.put(
                "keepsSessions",
                ownRedis ? Boolean.TRUE : null); // Of a Redis that was there before, we do not know it.
        told.put("machines", machines.stream().map(Controls::view).toList());
        return Answer.ok(told);
    }

    private static Map<String, Object> view(Machine machine) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("name", machine.name());
        view.put("label", machine.label());
        view.put("state", machine.state().name().toLowerCase(Locale.ROOT));
        return view;
    }

    /** Kills, freezes or starts one. */
    Answer act(HttpServletRequest request) {
        Matcher action = ACTION.matcher(request.getServletPath() + request.getPathInfo());
        Optional<Machine> machine = action.matches() ? machine(action.group(1)) : Optional.empty();
        if (machine.isEmpty()) {
            return Answer.error(404, "there is no such machine, or nothing of this kind can be done to it");
        }
        switch (action.group(2)) {
            case "kill" -> machine.get().kill();
            case "freeze" -> machine.get().freeze();
            default -> machine.get().start();
        }
        return Answer.NOTHING;
    }

    private Optional<Machine> machine(String name) {
        return machines.stream().filter(each -> each.name().equals(name)).findAny();
    }

    /** How many sessions there are, and those of them that were used last. */
    Answer sessions(HttpServletRequest request) {
        if (!ownRedis) {
            return Answer.error(403, "this Redis may hold sessions of others; see the console");
        }
        SessionCount count = admin.count();
        SessionListing page = admin.list(SessionFilter.all(), null, LOOKED_AT);
        List<SessionInfo> newest = new ArrayList<>(page.sessions().stream()
                .map(SessionEntry::info)
                .flatMap(Optional::stream)
                .toList());
        newest.sort(Comparator.comparing(SessionInfo::lastAccessedAt).reversed());
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("count", count.sessions());
        told.put("sessions", newest.stream().limit(SHOWN).map(Controls::view).toList());
        return Answer.ok(told);
    }

    /** Lets five hundred visitors in. */
    Answer letIn(HttpServletRequest request) {
        visitors.start();
        return visitors(request);
    }

    /** Sends them away before their time. */
    Answer sendAway(HttpServletRequest request) {
        visitors.stop();
        return Answer.NOTHING;
    }

    /** How they fare. */
    Answer visitors(HttpServletRequest request) {
        return Answer.ok(visitors.told());
    }

    /** What Redis was sent for a session in a span of time. */
    Answer commands(HttpServletRequest request) {
        if (commands == null) {
            return Answer.error(403, "only the demonstration's own Redis is watched, since that slows it");
        }
        try {
            boolean all = Boolean.parseBoolean(request.getParameter("all"));
            return Answer.ok(commands.about(session(request), millis(request, "from"), millis(request, "to"), all));
        } catch (NumberFormatException e) {
            return NO_NUMBER;
        }
    }

    /** What Spring Session has sent for the clicks of a session in a span of time. */
    Answer springSession(HttpServletRequest request) {
        if (spring == null) {
            return Answer.error(403, "Spring Session writes only to the demonstration's own Redis");
        }
        try {
            if (!spring.isReady()) {
                return NOT_READY;
            }
            Map<String, Object> told = spring.about(session(request), millis(request, "from"), millis(request, "to"));
            return told == null ? Answer.NOTHING : Answer.ok(told);
        } catch (NumberFormatException e) {
            return NO_NUMBER;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.NOTHING;
        }
    }

    private static String session(HttpServletRequest request) {
        return Objects.requireNonNullElse(request.getParameter("session"), "");
    }

    private static double millis(HttpServletRequest request, String name) {
        return Double.parseDouble(Objects.requireNonNullElse(request.getParameter(name), ""));
    }

    private static Map<String, @Nullable Object> view(SessionInfo session) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("id", session.id().toString());
        view.put("user", session.principal().orElse(null));
        view.put("lastAccessedAt", session.lastAccessedAt().toString());
        return view;
    }
}
