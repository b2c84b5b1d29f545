package io.sojourn.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;

/** Checks each class by name before it is loaded, and by filter after. */
final class SerialInput extends ObjectInputStream {

    private final SerialRules rules;
    private final ClassFinder finder;

    SerialInput(InputStream in, SerialRules rules, ClassFinder finder) throws IOException {
        super(in);
        this.rules = rules;
        this.finder = finder;
        setObjectInputFilter(rules);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description) throws ClassNotFoundException {
        String name = description.getName();
        rules.checkName(name);
        Class<?> known = finder.known(name);
        return known != null ? known : finder.load(name);
    }

    @Override
    protected Class<?> resolveProxyClass(String[] interfaces) {
        throw new Refusal("A dynamic proxy", "is not taken in serialized form.");
    }
}
