package io.sojourn.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import io.sojourn.SessionSettings;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.codec.shop.Shop;
import io.sojourn.config.EnvironmentNames;
import io.sojourn.config.SessionConfig;
import io.sojourn.spi.AttributeCodec;
import io.sojourn.spi.text.TextSettings;
import java.io.Serializable;
import java.nio.file.StandardOpenOption;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.web.servlet.FlashMap;

/** The advice of a refusal works: it is followed to the letter, by code and by text settings, until the value is taken. */
class RefusalMessagesTest {

    private static final Pattern CODE =
            Pattern.compile("add (JacksonCodec|JavaSerializationCodec)\\.builder\\(\\)\\.allow\\(([^)]+)\\)");
    private static final Pattern TEXT =
            Pattern.compile("in text settings (codec=java and )?allowedTypes=([\\w.$]*\\w)");

    /** Of the application's own, and not serializable: no codec takes it. */
    static final class OwnMap extends AbstractMap<String, Integer> {

        @Override
        public Set<Entry<String, Integer>> entrySet() {
            return Map.of("one", 1).entrySet();
        }
    }

    static final class Hidden {

        int number = 7;

        @Override
        public boolean equals(Object other) {
            return other instanceof Hidden hidden && hidden.number == number;
        }

        @Override
        public int hashCode() {
            return number;
        }
    }

    static Stream<Object> refusedAtFirst() {
        FlashMap flash = new FlashMap();
        flash.put("message", "Saved");
        flash.setTargetRequestPath("/orders");
        flash.addTargetRequestParam("page", "2");
        LinkedMultiValueMap<String, String> many = new LinkedMultiValueMap<>();
        many.add("k", "v");
        Shop.OwnList list = new Shop.OwnList();
        list.add("x");
        return Stream.of(
                new Shop.Item("s", 1, null),
                Shop.Color.GREEN,
                new Shop.Item[] {new Shop.Item("s", 1, null)},
                new Hidden(),
                list,
                flash,
                new ArrayList<>(List.of(flash)),
                many,
                ImmutableList.of(1, 2, 3),
                ImmutableList.of(),
                ImmutableSet.of("a", "b"),
                ImmutableMap.of("k", "v", "l", "w"),
                ImmutableSortedMap.of("k", "v"),
                new AtomicInteger(),
                StandardOpenOption.READ,
                EnumSet.of(Locale.Category.DISPLAY),
                new Shop.Failure());
    }

    @ParameterizedTest
    @MethodSource("refusedAtFirst")
    void adviceInCodeLeadsToACodecThatTakesTheValue(Object value) throws Exception {
        Set<String> jackson = new LinkedHashSet<>();
        Set<String> java = new LinkedHashSet<>();
        AttributeCodec codec = JacksonCodec.create();
        for (int step = 0; step < 10; step++) {
            String advice = refusal(codec, value);
            if (advice == null) {
                return;
            }
            if (isCopied(advice, value)) {
                return;
            }
            Matcher code = CODE.matcher(advice);
            assertThat(code.find()).as(advice).isTrue();
            boolean isJackson = code.group(1).equals("JacksonCodec");
            assertThat((isJackson ? jackson : java).add(code.group(2)))
                    .as("New, and not what was added before: %s", advice)
                    .isTrue();
            if (isJackson) {
                JacksonCodec.Builder builder = JacksonCodec.builder();
                for (String argument : jackson) {
                    if (argument.startsWith("\"")) {
                        builder.allow(argument.substring(1, argument.length() - 1));
                    } else {
                        builder.allow(named(argument));
                    }
                }
                codec = builder.build();
            } else {
                JavaSerializationCodec.Builder builder = JavaSerializationCodec.builder();
                for (String argument : java) {
                    if (argument.startsWith("\"")) {
                        builder.allow(argument.substring(1, argument.length() - 1));
                    } else {
                        builder.allow(named(argument));
                    }
                }
                codec = builder.build();
            }
        }
        fail("The advice does not end");
    }

    @ParameterizedTest
    @MethodSource("refusedAtFirst")
    void adviceForTextSettingsLeadsToACodecThatTakesTheValue(Object value) {
        followed(
                JacksonCodec.create(),
                value,
                (codec, types) -> TextSettings.of(Map.of("codec", codec, "allowedTypes", types)));
    }

    /** The variables are those of the message. */
    @ParameterizedTest
    @MethodSource("refusedAtFirst")
    void adviceForTheEnvironmentLeadsToACodecThatTakesTheValue(Object value) {
        followed(
                JacksonCodec.create(),
                value,
                (codec, types) -> TextSettings.of(EnvironmentNames.of(SessionConfig.names())
                        .settings(Map.of("SOJOURN_CODEC", codec, "SOJOURN_ALLOWED_TYPES", types))));
    }

    @ParameterizedTest
    @MethodSource("refusedAtFirst")
    void adviceOfJavaSerializationLeadsToACodecThatTakesTheValue(Object value) {
        assertThat(value).isNotNull();
        if (value instanceof Serializable) {
            followed(
                    JavaSerializationCodec.builder().allow("com.acme").build(),
                    value,
                    (codec, types) -> TextSettings.of(Map.of("codec", "java", "allowedTypes", types)));
        }
    }

    private static void followed(AttributeCodec first, Object value, BiFunction<String, String, TextSettings> setUp) {
        Set<String> allowed = new LinkedHashSet<>();
        String name = "cbor";
        AttributeCodec codec = first;
        for (int step = 0; step < 10; step++) {
            String advice = refusal(codec, value);
            if (advice == null || isCopied(advice, value)) {
                return;
            }
            Matcher text = TEXT.matcher(advice);
            assertThat(text.find()).as(advice).isTrue();
            assertThat(advice).contains("SOJOURN_ALLOWED_TYPES");
            if (text.group(1) != null) {
                name = "java";
                assertThat(advice).contains("SOJOURN_CODEC");
            }
            assertThat(allowed.add(text.group(2)) || text.group(1) != null)
                    .as(advice)
                    .isTrue();
            SessionSettings.Builder settings = SessionSettings.builder();
            new SessionConfig(setUp.apply(name, String.join(",", allowed))).applyTo(settings);
            codec = settings.build().codec();
        }
        fail("The advice does not end");
    }

    @Test
    void theOtherCodecTakesAClassOfTheJdkForWhichItIsAdvised() {
        StackTraceElement value = new StackTraceElement("com.acme.Cart", "add", "Cart.java", 7);
        assertThat(refusal(JacksonCodec.create(), value))
                .endsWith(
                        "or use JavaSerializationCodec, which takes it: in text settings codec=java (in the environment"
                                + " SOJOURN_CODEC).");
        SessionSettings.Builder settings = SessionSettings.builder();
        new SessionConfig(TextSettings.of(Map.of("codec", "java", "allowedTypes", "com.acme"))).applyTo(settings);
        assertThat(refusal(settings.build().codec(), value)).isNull();
    }

    @Test
    void aCopyIsAdvisedForWhatNoCodecTakes() {
        assertThatExceptionOfType(ValueNotAcceptedException.class)
                .isThrownBy(() -> JacksonCodec.create().encode("it", new OwnMap()))
                .withMessageEndingWith(
                        "is a Map of its own, which JacksonCodec does not keep; store a copy, such as a new"
                                + " LinkedHashMap of it.");
        Map<String, Integer> copy = new LinkedHashMap<>(new OwnMap());
        JacksonCodec codec = JacksonCodec.create();
        assertThat(codec.decode("it", codec.encode("it", copy))).isEqualTo(copy);
    }

    private static @Nullable String refusal(AttributeCodec codec, Object value) {
        try {
            byte[] bytes = codec.encode("it", value);
            assertThat(codec.decode("it", bytes)).isNotNull();
            return null;
        } catch (ValueNotAcceptedException e) {
            return e.getMessage();
        }
    }

    /** Advice without a codec: what is stored instead is another value. */
    private static boolean isCopied(String advice, Object value) {
        return value instanceof AtomicInteger && advice.contains("store an Integer");
    }

    private static Class<?> named(String code) throws ClassNotFoundException {
        String name = code.replaceFirst("\\.class$", "");
        while (true) {
            try {
                Class<?> type = Class.forName(name);
                assertThat(java.lang.reflect.Modifier.isPublic(type.getModifiers()))
                        .isTrue();
                return type;
            } catch (ClassNotFoundException e) {
                int dot = name.lastIndexOf('.');
                if (dot < 0) {
                    throw e;
                }
                name = name.substring(0, dot) + "$" + name.substring(dot + 1);
            }
        }
    }
}
