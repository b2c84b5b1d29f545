package io.sojourn.codec.jackson;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** How {@code Optional}, {@code OptionalInt}, {@code OptionalLong} and {@code OptionalDouble} are encoded: as the value, or null. */
final class OptionalKinds {

    static final List<Kind<?>> ALL = List.of(
            Kind.<Optional<?>>of(
                    "Optional",
                    List.of(optional()),
                    (value, out) -> out.write(value.orElse(null)),
                    in -> Optional.ofNullable(in.value())),
            Kind.<OptionalInt>of(
                    OptionalInt.class,
                    (value, out) -> out.write(value.isPresent() ? value.getAsInt() : null),
                    in -> in.isNull() ? OptionalInt.empty() : OptionalInt.of(Math.toIntExact(in.longValue()))),
            Kind.<OptionalLong>of(
                    OptionalLong.class,
                    (value, out) -> value.ifPresentOrElse(out::number, () -> out.write(null)),
                    in -> in.isNull() ? OptionalLong.empty() : OptionalLong.of(in.longValue())),
            Kind.<OptionalDouble>of(
                    OptionalDouble.class,
                    (value, out) -> value.ifPresentOrElse(out.generator()::writeNumber, () -> out.write(null)),
                    in -> in.isNull() ? OptionalDouble.empty() : OptionalDouble.of(in.doubleValue())));

    private OptionalKinds() {}

    @SuppressWarnings("unchecked")
    private static Class<Optional<?>> optional() {
        return (Class<Optional<?>>) (Class<?>) Optional.class;
    }
}
