package io.sojourn;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The two managers have the same verbs; where one asks the store, the other gives a stage of the same. */
class TwinsTest {

    /** How one makes a manager, and gets from one to the other. */
    private static final Set<String> NOT_VERBS =
            Set.of("create(SessionStore)", "create(SessionStore, SessionSettings)", "async()");

    private static final Set<String> WITHOUT_ASKING = Set.of(
            "settings()",
            "create()",
            "create(SessionToken)",
            "adopt(SessionToken, ForeignSession)",
            "createForUnknownToken()",
            "createForLeftOutTokens()",
            "listenToEnds(SessionEndListener)",
            "listenToEndsOnEveryNode(SessionEndListener)",
            "health()");

    @Test
    void bothHaveTheSameVerbs() {
        Map<String, String> blocking = verbs(SessionManager.class);
        Map<String, String> async = verbs(AsyncSessionManager.class);
        assertThat(async).containsOnlyKeys(blocking.keySet());
        assertThat(blocking).hasSizeGreaterThanOrEqualTo(10);
        blocking.forEach((verb, type) -> assertThat(async.get(verb))
                .as(verb)
                .isEqualTo(WITHOUT_ASKING.contains(verb) ? type : CompletionStage.class.getName() + "<" + type + ">"));
    }

    /** The public methods, name and parameters, with what they return. */
    private static Map<String, String> verbs(Class<?> manager) {
        Map<String, String> verbs = new TreeMap<>();
        for (Method method : manager.getDeclaredMethods()) {
            String signature = signature(method);
            if (Modifier.isPublic(method.getModifiers()) && !NOT_VERBS.contains(signature)) {
                verbs.put(signature, boxed(method.getGenericReturnType()));
            }
        }
        return verbs;
    }

    private static String signature(Method method) {
        String parameters = String.join(
                ", ",
                Arrays.stream(method.getGenericParameterTypes())
                        .map(TwinsTest::simple)
                        .toList());
        return method.getName() + "(" + parameters + ")";
    }

    private static String simple(Type type) {
        if (type instanceof Class<?> plain) {
            return plain.getSimpleName();
        }
        return type instanceof ParameterizedType ? type.getTypeName().replaceAll("[a-z.]+\\.", "") : type.getTypeName();
    }

    private static String boxed(Type type) {
        if (type.equals(int.class)) {
            return Integer.class.getName();
        }
        return type.equals(boolean.class) ? Boolean.class.getName() : type.getTypeName();
    }
}
