package io.sojourn.spring.move;

import io.sojourn.UnreadableValueException;
import io.sojourn.spring.SpringCodec;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Looks at JSON before a deserializer sees it, and refuses it if any text in it, whether a property's name or a value, names a class
 * that exists and may not be read. So it does not matter where and how the application's serializer has types written: as a
 * property, in an array, with type parameters, or in a text that is read as JSON once more. No class is loaded for this.
 */
final class JsonTypes {

    private static final Pattern BLANK = Pattern.compile("\\s");
    private static final Pattern BETWEEN_NAMES = Pattern.compile("[^\\p{L}\\p{N}_$.]+");
    private static final Pattern QUALIFIED_NAME =
            Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)+");
    private static final int LONGEST_NAME = 500;
    private static final int MAX_NAMES = 10_000;

    private static final JsonFactory FACTORY = new JsonFactory();

    private final String attribute;
    private final SpringCodec codec;
    private int names;

    private JsonTypes(String attribute, SpringCodec codec) {
        this.attribute = attribute;
        this.codec = codec;
    }

    /** @throws UnreadableValueException if it names such a class, or is no JSON */
    static void requirePermitted(String attribute, byte[] json, SpringCodec codec) {
        JsonTypes types = new JsonTypes(attribute, codec);
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.PROPERTY_NAME || token == JsonToken.VALUE_STRING) {
                    types.look(parser.getString());
                }
            }
        } catch (JacksonException e) {
            throw new UnreadableValueException(
                    attribute, "it is neither in the form of Java serialization nor JSON.", null);
        }
    }

    private void look(@Nullable String text) {
        // A user's own words may name a class as well. They have blanks, and a type has none outside of its parameters;
        // nor is
        // there JSON without quotes.
        if (text == null
                || text.indexOf('.') < 0
                || (text.indexOf('<') < 0
                        && text.indexOf('"') < 0
                        && BLANK.matcher(text.strip()).find())) {
            return;
        }
        for (String name : BETWEEN_NAMES.split(text, -1)) {
            if (name.length() <= LONGEST_NAME && QUALIFIED_NAME.matcher(name).matches()) {
                require(name);
                if (name.startsWith("L")) {
                    require(name.substring(1)); // The element of an array.
                }
            }
        }
    }

    private void require(String name) {
        if (codec.permits(name) || !exists(name)) {
            return;
        }
        throw new UnreadableValueException(
                attribute,
                "the class " + name
                        + " in it is not allowed; the property sojourn.allowed-types allows classes and packages"
                        + " of the application.",
                null);
    }

    /** Whether there is such a class, by its file. */
    private boolean exists(String name) {
        if (++names > MAX_NAMES) {
            throw new UnreadableValueException(
                    attribute, "it holds more than " + MAX_NAMES + " texts that look like names of classes.", null);
        }
        String file = name.replace('.', '/') + ".class";
        ClassLoader loader = ClassUtils.getDefaultClassLoader();
        ClassLoader own = JsonTypes.class.getClassLoader();
        return (loader != null && loader.getResource(file) != null) || (own != null && own.getResource(file) != null);
    }
}
