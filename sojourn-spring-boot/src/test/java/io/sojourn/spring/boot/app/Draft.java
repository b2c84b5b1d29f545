package io.sojourn.spring.boot.app;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value with fields that are not stored: one that stays empty, and one that is filled again when the value is read. */
class Draft implements Serializable {

    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // An ArrayList, which is serializable.
    private final List<String> lines = new ArrayList<>();

    private transient @Nullable String preview;
    private transient int length;

    void add(String line) {
        lines.add(line);
        length += line.length();
    }

    void preview(String text) {
        preview = text;
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
        in.defaultReadObject();
        length = lines.stream().mapToInt(String::length).sum();
    }

    @Override
    public String toString() {
        return lines + ", preview " + preview + ", length " + length;
    }
}
