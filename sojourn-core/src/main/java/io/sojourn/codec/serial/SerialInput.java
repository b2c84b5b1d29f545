package io.sojourn.codec.serial;

import io.sojourn.codec.allow.ClassFinder;
import io.sojourn.codec.allow.Refusal;
import io.sojourn.codec.allow.SerialTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;

/** Checks each class by name before it is loaded, and by filter after. */
public final class SerialInput extends ObjectInputStream {

    private final SerialRules rules;
    private final ClassFinder finder;
    private final SerialScan scan;

    public SerialInput(InputStream in, SerialRules rules, ClassFinder finder, SerialScan scan) throws IOException {
        super(in);
        this.rules = rules;
        this.finder = finder;
        this.scan = scan;
        setObjectInputFilter(rules);
        enableResolveObject(true);
    }

    /** Called once for each object that was read: nothing is replaced. */
    @Override
    protected Object resolveObject(Object value) {
        RegexLimits.check(value);
        return value;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
        String name = description.getName();
        if (SerialTable.isPrimitive(name)) {
            return super.resolveClass(description);
        }
        rules.checkName(name);
        Class<?> known = finder.known(name);
        Class<?> type = known != null ? known : finder.load(name);
        scan.check(name, type);
        return type;
    }

    @Override
    protected Class<?> resolveProxyClass(String[] interfaces) {
        throw new Refusal("A dynamic proxy (java.lang.reflect.Proxy)", "is not taken in serialized form.");
    }
}
