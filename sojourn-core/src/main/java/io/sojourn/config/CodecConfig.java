package io.sojourn.config;

import io.sojourn.SessionSettings;
import io.sojourn.codec.JacksonCodec;
import io.sojourn.codec.JavaSerializationCodec;
import io.sojourn.spi.AttributeCodec;
import io.sojourn.spi.text.SettingReader;
import io.sojourn.spi.text.TextSettings;
import java.io.ObjectInputFilter;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The codec, which other codecs are read as well, and the classes that all of them take. */
record CodecConfig(TextSettings texts) {

    static final Set<String> NAMES = Set.of(
            "codec",
            "alsoRead",
            "allowedTypes",
            "aliases",
            "trustClasses",
            "javaFilter",
            "javaMaxDepth",
            "javaMaxReferences",
            "javaMaxBytes",
            "javaMaxArrayLength");

    private static final String CBOR = "cbor";
    private static final String JSON = "json";
    private static final String JAVA = "java";

    /** By custom classes begin with a capital letter, and packages do not. */
    private static final Pattern CLASS_NAME = Pattern.compile("(?:.*\\.)?\\p{Lu}[^.]*");

    void applyTo(SessionSettings.Builder settings) {
        settings.codec(texts.read("codec", this::codec).orElseGet(() -> codec(CBOR)));
        texts.use(
                "alsoRead",
                names -> SettingReader.list(names).stream().map(this::codec).toArray(AttributeCodec[]::new),
                settings::alsoRead);
    }

    private AttributeCodec codec(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case CBOR -> jackson(JacksonCodec.builder());
            case JSON -> jackson(JacksonCodec.builder().json());
            case JAVA -> javaSerialization();
            default -> ofApplication(name);
        };
    }

    private static AttributeCodec ofApplication(String name) {
        if (name.indexOf('.') < 0) {
            throw new IllegalArgumentException("\"" + name + "\" is none of " + CBOR + ", " + JSON + ", " + JAVA
                    + ", and no class of yours with its package");
        }
        return SettingReader.objectOf(AttributeCodec.class).apply(name);
    }

    private AttributeCodec jackson(JacksonCodec.Builder codec) {
        allow(codec::allow, codec::allow);
        texts.use("aliases", SettingReader::list, aliases -> aliases.forEach(alias -> alias(codec, alias)));
        texts.use("trustClasses", SettingReader::flag, trusts -> {
            if (trusts) {
                codec.trustClasses();
            }
        });
        return codec.build();
    }

    private static void alias(JacksonCodec.Builder codec, String pair) {
        int equals = pair.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("\"" + pair
                    + "\" is no alias. Write a short name, = and the name of a class, such as cart=com.acme.Cart");
        }
        codec.alias(SettingReader.type(pair.substring(equals + 1)), pair.substring(0, equals));
    }

    private AttributeCodec javaSerialization() {
        JavaSerializationCodec.Builder codec = JavaSerializationCodec.builder();
        allow(codec::allow, codec::allow);
        texts.use("javaFilter", ObjectInputFilter.Config::createFilter, codec::filter);
        texts.use("javaMaxDepth", SettingReader::number, codec::maxDepth);
        texts.use("javaMaxReferences", SettingReader::number, (Integer objects) -> codec.maxReferences(objects));
        texts.use("javaMaxBytes", SettingReader::bytes, codec::maxBytes);
        texts.use("javaMaxArrayLength", SettingReader::number, (Integer elements) -> codec.maxArrayLength(elements));
        return codec.build();
    }

    private void allow(Consumer<Class<?>> type, Consumer<String> packageName) {
        texts.use("allowedTypes", SettingReader::list, names -> {
            for (String name : names) {
                if (CLASS_NAME.matcher(name).matches()) {
                    type.accept(SettingReader.type(name));
                } else {
                    packageName.accept(name);
                }
            }
        });
    }
}
