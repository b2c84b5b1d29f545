package io.sojourn.codec.jackson;

import io.sojourn.codec.allow.AllowedClasses;
import io.sojourn.codec.allow.ClassFinder;
import io.sojourn.codec.allow.ClassRules;
import io.sojourn.codec.allow.Refusal;
import io.sojourn.codec.allow.RefusalMessages;
import io.sojourn.codec.value.ApplicationClass;
import io.sojourn.log.SettingName;
import java.util.Map;
import java.util.TreeMap;

/**
 * The application's classes as one codec sees them: what stands for them in storage, and back. Everything that is kept
 * about a class hangs on the class itself, so that it goes when the application goes.
 */
public final class ApplicationClasses {

    private final AllowedClasses allowed;
    private final Map<String, String> aliases;
    private final Map<String, String> marks = new TreeMap<>();
    private final Map<String, String> names = new TreeMap<>();
    private final ClassFinder finder;

    private final ClassValue<ApplicationClass> known = new ClassValue<>() {
        @Override
        protected ApplicationClass computeValue(Class<?> type) {
            // Enums with bodies have a class for each constant.
            Class<?> named = Enum.class.isAssignableFrom(type) && !type.isEnum() ? type.getSuperclass() : type;
            if (named.isEnum()) {
                ClassRules.checkName(named);
            } else {
                ClassRules.check(named, allowed);
            }
            return new ApplicationClass(named, nameOf(named));
        }
    };

    /**
     * @param aliases the short name of a class, by the class's name
     */
    public ApplicationClasses(AllowedClasses allowed, Map<String, String> aliases, ClassFinder finder) {
        this.allowed = allowed;
        this.aliases = aliases;
        this.finder = finder;
        aliases.forEach((name, alias) -> {
            marks.put(name, ApplicationClass.PREFIX + alias);
            names.put(ApplicationClass.PREFIX + alias, name);
        });
    }

    public AllowedClasses allowed() {
        return allowed;
    }

    public Map<String, String> aliases() {
        return aliases;
    }

    /** Throws a {@link Refusal} if objects of the class cannot be stored. */
    ApplicationClass of(Class<?> type) {
        return known.get(type);
    }

    /** Throws a {@link Refusal} unless the enum is known or allowed; for constants that are written by name alone. */
    void checkEnum(Class<?> type) {
        if (Kinds.of(type) == null) {
            of(type);
        }
    }

    /** What stands for a class where it is the type of an array or the enum of a set; it may be abstract. */
    String nameOf(Class<?> type) {
        if (!allowed.isAllowed(type.getName())) {
            throw RefusalMessages.refuse(type);
        }
        String mark = marks.get(type.getName());
        return mark != null ? mark : ApplicationClass.PREFIX + type.getName();
    }

    /** The class of a mark or name in storage. It is loaded only after its name was found to be allowed. */
    Class<?> stored(String mark) {
        String name = names.get(mark);
        if (name == null) {
            name = mark.substring(ApplicationClass.PREFIX.length());
        }
        Class<?> type = finder.known(name);
        if (type != null) {
            return type;
        }
        if (!allowed.isAllowed(name)) {
            throw RefusalMessages.printable(name).equals(name)
                    ? new Refusal(
                            name, "is not allowed; if it is the application's, " + RefusalMessages.allowStored(name))
                    : new Refusal(RefusalMessages.printable(name), "is not allowed.");
        }
        try {
            return finder.load(name);
        } catch (ClassNotFoundException | LinkageError e) {
            throw new Refusal(
                    RefusalMessages.printable(name),
                    "cannot be loaded; give a class that moved its old name as alias, with " + SettingName.ALIASES
                            + ".",
                    e);
        }
    }
}
