package io.sojourn.spring;

import java.io.InvalidClassException;

/** A class is not on the list. */
final class RefusedException extends InvalidClassException {

    private static final long serialVersionUID = 1;
    private static final int LONGEST = 200;

    RefusedException(String className) {
        super(printable(className), "is not allowed");
    }

    /** A hostile value may hold a name of any length and of any characters, and this one is logged. */
    private static String printable(String name) {
        String shortened = name.length() > LONGEST ? name.substring(0, LONGEST) + "…" : name;
        return shortened.replaceAll("[^\\x21-\\x7e…]", "?");
    }
}
