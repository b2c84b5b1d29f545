package io.sojourn.codec.jackson;

import io.sojourn.codec.allow.Refusal;
import io.sojourn.codec.value.Surrogates;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.net.URI;
import java.util.BitSet;
import java.util.Currency;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Numbers, texts and names of things. */
@SuppressWarnings("JavaUtilDate") // applications store it, whatever its faults
final class ScalarKinds {

    /** Turning digits into a number takes time that grows with their square; this many take under a millisecond. */
    private static final int MAX_DIGITS = 10_000;

    static final List<Kind<?>> ALL = List.of(
            Kind.of(
                    Surrogates.MARK,
                    List.of(String.class),
                    (value, out) -> out.bytes(Surrogates.bytes(value)),
                    in -> Surrogates.text(in.bytes())),
            Kind.<Long>of(Long.class, (value, out) -> out.number(value), ValueReader::longValue),
            Kind.<Short>of(Short.class, (value, out) -> out.number(value), in -> in.shortValue()),
            Kind.<Byte>of(Byte.class, (value, out) -> out.number(value), in -> in.byteValue()),
            Kind.<Double>of(Double.class, (value, out) -> out.generator().writeNumber(value), ValueReader::doubleValue),
            Kind.<Float>of(Float.class, (value, out) -> out.generator().writeNumber(value), ValueReader::floatValue),
            // A number, since a char may be half of a surrogate pair, which no text can carry.
            Kind.<Character>of(Character.class, (value, out) -> out.number(value), ValueReader::charValue),
            Kind.of(BigInteger.class, (value, out) -> out.text(digits(value)), in -> new BigInteger(digits(in.text()))),
            Kind.of(BigDecimal.class, (value, out) -> out.text(digits(value)), in -> new BigDecimal(digits(in.text()))),
            Kind.text(UUID.class, UUID::toString, UUID::fromString),
            Kind.checkedText(URI.class, Integer.MAX_VALUE, URI::toString, URI::create),
            Kind.checkedText(Locale.class, Locale::toLanguageTag, Locale::forLanguageTag),
            Kind.text(Currency.class, Currency::getCurrencyCode, Currency::getInstance),
            timeZone(),
            Kind.of(Date.class, (value, out) -> out.number(value.getTime()), in -> new Date(in.longValue())),
            Kind.of(BitSet.class, (value, out) -> out.bytes(value.toByteArray()), in -> BitSet.valueOf(in.bytes())),
            EnumKinds.of(RoundingMode.class),
            EnumKinds.of(TimeUnit.class));

    private ScalarKinds() {}

    /** A time zone of the JDK's own data; the classes that an application can change or make itself are refused. */
    private static Kind<TimeZone> timeZone() {
        @SuppressWarnings("unchecked")
        Class<TimeZone> zoneInfo = (Class<TimeZone>) TimeZone.getTimeZone("UTC").getClass();
        Kind<TimeZone> text = Kind.checkedText(zoneInfo, TimeZone::getID, ScalarKinds::timeZone);
        return Kind.of("TimeZone", List.of(zoneInfo), text.writer(), text.reader());
    }

    /** {@link TimeZone#getTimeZone} takes GMT for what it does not know. */
    private static TimeZone timeZone(String id) {
        TimeZone zone = TimeZone.getTimeZone(id);
        if (!zone.getID().equals(id)) {
            throw new Refusal(TimeZone.class.getName(), "of the stored name is not known here.");
        }
        return zone;
    }

    private static String digits(BigInteger value) {
        checkDigits(value.bitLength() / 3);
        return value.toString();
    }

    private static String digits(BigDecimal value) {
        checkDigits(value.unscaledValue().bitLength() / 3);
        String text = value.toString();
        // The text of a scale next to the limits of int has an exponent that cannot be read.
        if (Math.abs((long) value.scale()) > Integer.MAX_VALUE / 2 && !comesBack(value, text)) {
            throw new Refusal(BigDecimal.class.getName(), "has a scale that its text cannot carry.");
        }
        return text;
    }

    @SuppressWarnings("BigDecimalEquals") // the scale counts
    private static boolean comesBack(BigDecimal value, String text) {
        try {
            return new BigDecimal(text).equals(value);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static String digits(String text) {
        // Room for sign, point and exponent.
        checkDigits(text.length() - 20);
        return text;
    }

    private static void checkDigits(int digits) {
        if (digits > MAX_DIGITS) {
            throw new Refusal("A number", "of more than " + MAX_DIGITS + " digits is not accepted.");
        }
    }
}
