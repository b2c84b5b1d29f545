package io.sojourn.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sojourn.UnreadableValueException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two versions of an application share sessions while a deploy rolls; their classes have one name in storage. */
class SchemaEvolutionTest {

    public record Before(String owner, int total, List<String> items) {}

    public record Gained(
            String owner,
            int total,
            List<String> items,
            @Nullable String note,
            int points,
            boolean gift,
            @Nullable Long limit) {}

    public record Lost(String owner) {}

    public record Wider(String owner, long total, List<String> items) {}

    public record Narrower(String owner, byte total) {}

    public record Retyped(String owner, String total) {}

    public enum Size {
        SMALL,
        LARGE
    }

    public enum OneSize {
        SMALL
    }

    public record Shirt(Size size, Object label) {}

    public record PlainShirt(OneSize size) {}

    public static class Bean {
        private String owner = "nobody";
        private int points = 9;
    }

    private static Object readAs(Object written, Class<?> laterClass, boolean json) {
        BiFunction<Class<?>, String, JacksonCodec> codec = (type, alias) -> {
            JacksonCodec.Builder builder =
                    JacksonCodec.builder().allow(SchemaEvolutionTest.class).alias(type, alias);
            return (json ? builder.json() : builder).build();
        };
        byte[] encoded = codec.apply(written.getClass(), "cart").encode("it", written);
        return codec.apply(laterClass, "cart").decode("it", encoded);
    }

    private static final Before BEFORE = new Before("ada", 300, new ArrayList<>(List.of("a")));

    @Test
    void gainedFieldsReadAsNullOrZero() {
        for (boolean json : new boolean[] {false, true}) {
            assertThat(readAs(BEFORE, Gained.class, json))
                    .isEqualTo(new Gained("ada", 300, List.of("a"), null, 0, false, null));
        }
    }

    @Test
    void lostFieldsArePassedOverWhateverWasInThem() {
        for (boolean json : new boolean[] {false, true}) {
            assertThat(readAs(BEFORE, Lost.class, json)).isEqualTo(new Lost("ada"));
            Gained later = new Gained("ada", 1, List.of("x"), "note", 2, true, 3L);
            assertThat(readAs(later, Before.class, json)).isEqualTo(new Before("ada", 1, List.of("x")));
        }
    }

    @Test
    void aFieldOfAClassThatIsGoneIsPassedOverWithoutAskingForTheClass() {
        JacksonCodec codec =
                JacksonCodec.builder().json().alias(Lost.class, "cart").build();
        byte[] stored = "{\"@cart\":{\"gone\":{\"@com.gone.Gone\":{\"a\":[1,{\"New\":2}]}},\"owner\":\"ada\"}}"
                .getBytes(StandardCharsets.UTF_8);
        assertThat(codec.decode("it", stored)).isEqualTo(new Lost("ada"));
    }

    @Test
    void numbersWidenAndNarrowWhileTheyFit() {
        Before small = new Before("ada", 100, List.of());
        for (boolean json : new boolean[] {false, true}) {
            assertThat(readAs(BEFORE, Wider.class, json)).isEqualTo(new Wider("ada", 300, List.of("a")));
            assertThat(readAs(new Wider("ada", 7, List.of()), Before.class, json))
                    .isEqualTo(new Before("ada", 7, List.of()));
            assertThat(readAs(small, Narrower.class, json)).isEqualTo(new Narrower("ada", (byte) 100));
            assertUnreadable(BEFORE, Narrower.class, json, "does not fit");
            assertUnreadable(new Wider("ada", 1L << 40, List.of()), Before.class, json, "does not fit");
            assertUnreadable(
                    BEFORE, Retyped.class, json, "java.lang.Integer is stored where a java.lang.String is declared");
        }
    }

    @Test
    void aConstantThatIsGoneIsUnreadableAndNamesItsEnum() {
        assertThat(readAs(new Shirt(Size.SMALL, "x"), PlainShirt.class, false))
                .isEqualTo(new PlainShirt(OneSize.SMALL));
        assertUnreadable(new Shirt(Size.LARGE, "x"), PlainShirt.class, false, OneSize.class.getName());
        assertUnreadable(new Shirt(Size.LARGE, "x"), PlainShirt.class, true, OneSize.class.getName());
    }

    @Test
    void aClassKeepsItsOwnDefaultForAGainedField() {
        Bean bean = (Bean) readAs(new Lost("ada"), Bean.class, false);
        assertThat(bean.owner).isEqualTo("ada");
        assertThat(bean.points).isEqualTo(9);
    }

    @Test
    void aClassThatMovedIsReadByItsOldNameAndWrittenSoThatOldServersReadIt() {
        JacksonCodec old =
                JacksonCodec.builder().allow(SchemaEvolutionTest.class).build();
        JacksonCodec moved = JacksonCodec.builder()
                .alias(Wider.class, Before.class.getName())
                .build();
        assertThat(moved.decode("it", old.encode("it", BEFORE))).isEqualTo(new Wider("ada", 300, List.of("a")));
        assertThat(old.decode("it", moved.encode("it", new Wider("ada", 300, List.of("a")))))
                .isEqualTo(new Before("ada", 300, List.of("a")));
    }

    @Test
    void aValueInAMapOfAnotherVersionsClassIsFoundByItsShortName() {
        JacksonCodec old = JacksonCodec.builder().alias(Before.class, "cart").build();
        JacksonCodec later = JacksonCodec.builder().alias(Wider.class, "cart").build();
        assertThat(later.decode("it", old.encode("it", Map.of("k", BEFORE))))
                .isEqualTo(Map.of("k", new Wider("ada", 300, List.of("a"))));
    }

    private static void assertUnreadable(Object written, Class<?> laterClass, boolean json, String why) {
        assertThatExceptionOfType(UnreadableValueException.class)
                .isThrownBy(() -> readAs(written, laterClass, json))
                .withMessageContaining("Attribute \"it\" cannot be read")
                .withMessageContaining(why);
    }
}
