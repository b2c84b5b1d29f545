package io.sojourn.servlet.attack;

import java.io.ObjectInputStream;
import java.io.Serial;
import java.io.Serializable;

/** A class that an application has and does not allow. It tells if anybody does as much as initialize it. */
public final class Trap implements Serializable {

    /** What is set once the trap is sprung; a class of its own, so that to look does not spring it. */
    static final class Sprung {
        static volatile boolean sprung;

        private Sprung() {}
    }

    @Serial
    private static final long serialVersionUID = 1L;

    static {
        Sprung.sprung = true;
    }

    private void readObject(ObjectInputStream in) {
        Sprung.sprung = true;
    }
}
