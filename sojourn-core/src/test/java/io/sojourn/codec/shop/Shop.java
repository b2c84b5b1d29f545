package io.sojourn.codec.shop;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The classes of an application as the codec meets them: in a package of their own, which tests allow or do not. */
public interface Shop {

    enum Color {
        RED,
        GREEN {
            @Override
            public String hex() {
                return "#0f0";
            }
        },
        BLUE;

        public String hex() {
            return "#000";
        }
    }

    enum Label {
        AN_ENUM_CONSTANT_WHOSE_NAME_IS_AS_LONG_AS_ONE_STEP_OF_A_COMPARISON
    }

    /** All have one hash. */
    record Parcel(int number, Label label) {
        @Override
        public int hashCode() {
            return 0;
        }
    }

    record Item(String sku, int count, @Nullable BigDecimal price) {}

    record Cart(
            @Nullable String owner,
            List<Item> items,
            Map<UUID, Object> extras,
            Optional<Color> color,
            @Nullable ZonedDateTime at,
            long total,
            @Nullable Long maybe,
            byte level,
            short width,
            float ratio,
            char letter,
            @Nullable Color favourite,
            @Nullable Object anything) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
    sealed interface Shape permits Circle, Square {}

    record Circle(double radius) implements Shape {}

    record Square(double side, @Nullable Shape inner) implements Shape {}

    record Box<T>(T content, List<? extends Shape> shapes) {}

    @SuppressWarnings("ArrayRecordComponent") // applications have them
    record Bytes(byte[] raw, int[][] table) {}

    record Nothing() {}

    /** State in fields, getters that lie, no equals. */
    class Account {
        private String name = "";
        private final List<String> roles = new ArrayList<>();
        private @Nullable Instant since;
        private transient int cached = 7;

        private Account() {}

        public Account(String name, Instant since, String... roles) {
            this.name = name;
            this.since = since;
            this.roles.addAll(List.of(roles));
        }

        public String getName() {
            throw new IllegalStateException("not for codecs");
        }

        public void setName(String name) {
            throw new IllegalStateException("not for codecs");
        }

        public String describe() {
            return name + roles + since + cached;
        }
    }

    class Premium extends Account {
        private int level;

        Premium() {
            super("", Instant.EPOCH);
        }

        public Premium(String name, int level) {
            super(name, Instant.EPOCH);
            this.level = level;
        }

        @Override
        public String describe() {
            return super.describe() + level;
        }
    }

    /** Immutable, made by its constructor. */
    final class Money {
        private final long cents;
        private final String currency;

        @JsonCreator
        public Money(@JsonProperty("cents") long cents, @JsonProperty("currency") String currency) {
            this.cents = cents;
            this.currency = currency;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Money that && cents == that.cents && currency.equals(that.currency);
        }

        @Override
        public int hashCode() {
            return Objects.hash(cents, currency);
        }
    }

    /** One value that stands for the whole. */
    record Sku(@JsonValue String code) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public Sku {}
    }

    record Renamed(@JsonProperty("n") int number) {}

    record Forgetful(String kept, @JsonIgnore @Nullable String dropped) {}

    record Shouting(String text) {
        public Shouting {
            text = text.toUpperCase(java.util.Locale.ROOT);
        }
    }

    record Lying(String text) {
        @Override
        public String text() {
            return "another";
        }
    }

    class NoWayBack {
        private final String name;

        public NoWayBack(String name) {
            this.name = name;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    class OwnList extends ArrayList<String> {
        private static final long serialVersionUID = 1L;
    }

    class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    class Shadowed extends Account {
        private String name = "shadow";

        public String shadow() {
            return name;
        }
    }

    /** Two of them as parent and child hold each other. */
    class Node {
        public @Nullable Node other;
    }

    class Outer {
        @SuppressWarnings("ClassCanBeStatic") // so that it cannot be stored
        public class Inner {
            int n = 1;
        }
    }

    /** Whose constructors and factory methods are for the application, and note that they were called. */
    class Report {
        public static final List<String> CALLED = new ArrayList<>();
        private String name = "";

        public Report() {}

        public Report(String path) {
            CALLED.add(path);
        }

        public Report(int number) {
            CALLED.add("" + number);
        }

        public Report(boolean flag) {
            CALLED.add("" + flag);
        }

        public Report(double number) {
            CALLED.add("" + number);
        }

        public Report(List<String> parts) {
            CALLED.add("" + parts);
        }

        public static Report valueOf(String text) {
            CALLED.add(text);
            return new Report();
        }

        public static Report fromString(String text) {
            CALLED.add(text);
            return new Report();
        }

        public void setName(String name) {
            CALLED.add(name);
        }

        public String name() {
            return name;
        }
    }

    /** No constructor that the codec knows, but one with one parameter. */
    final class Path {
        private final String path;

        public Path(String path) {
            Report.CALLED.add(path);
            this.path = path;
        }

        public String path() {
            return path;
        }
    }
}
