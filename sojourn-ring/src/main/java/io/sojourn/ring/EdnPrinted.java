package io.sojourn.ring;

import clojure.java.api.Clojure;
import clojure.lang.Associative;
import clojure.lang.EdnReader;
import clojure.lang.IFn;
import clojure.lang.IPersistentMap;
import clojure.lang.Keyword;
import clojure.lang.RT;
import clojure.lang.Util;
import clojure.lang.Var;

/**
 * Values of other types, for which the application has given Clojure a printed form and a data reader. Whether that is so,
 * is tried: the value is printed, read, and taken if it came back equal and of the same type.
 */
final class EdnPrinted {

    private static final IFn PR_STR = Clojure.var("clojure.core", "pr-str");
    private static final Var DATA_READERS = (Var) Clojure.var("clojure.core", "*data-readers*");

    /** What the application may have bound to cut its own output short. */
    private static final Associative WHOLE = RT.map(
            Clojure.var("clojure.core", "*print-length*"), null,
            Clojure.var("clojure.core", "*print-level*"), null,
            Clojure.var("clojure.core", "*print-dup*"), false,
            Clojure.var("clojure.core", "*print-meta*"), false,
            Clojure.var("clojure.core", "*print-readably*"), true,
            Clojure.var("clojure.core", "*print-namespace-maps*"), false);

    private EdnPrinted() {}

    static String text(Path path, Object value) {
        String advice =
                "is no data that has a form in EDN. Leave it out of the session, turn it into maps, vectors and the"
                        + " like, give it a print-method and a data reader, or use :write-handler and :read-handler.";
        String text;
        Object back;
        try {
            text = print(value);
            back = read(text);
        } catch (Exception | StackOverflowError e) { // Clojure throws checked exceptions undeclared.
            throw path.refusal(value, advice, e);
        }
        if (back == null || back.getClass() != value.getClass() || !Util.equiv(back, value)) {
            throw path.refusal(value, advice, null);
        }
        return text;
    }

    private static String print(Object value) {
        Var.pushThreadBindings(WHOLE);
        try {
            return (String) PR_STR.invoke(value);
        } finally {
            Var.popThreadBindings();
        }
    }

    /** With the application's data readers, as they are now. */
    static Object read(String text) {
        Object readers = DATA_READERS.deref();
        IPersistentMap options = RT.map(Keyword.intern("readers"), readers);
        return EdnReader.readString(text, options);
    }
}
