package io.sojourn.spring.boot.session;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.data.redis.serializer.JdkSerializationRedisSerializer;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.util.ClassUtils;

/** The serializer that the application has given to Spring Session. */
final class SpringSessionSerializer {

    /** By this name Spring Session finds it. */
    private static final String BEAN = "springSessionDefaultRedisSerializer";

    private SpringSessionSerializer() {}

    /** Reads values other than those of Java serialization; null if the application has no such serializer. */
    static @Nullable Function<byte[], @Nullable Object> find(ListableBeanFactory beans) {
        boolean hasSpringData = ClassUtils.isPresent(
                "org.springframework.data.redis.serializer.RedisSerializer", ClassUtils.getDefaultClassLoader());
        return hasSpringData && beans.containsBean(BEAN) ? OfSpringData.find(beans.getBean(BEAN)) : null;
    }

    /** Loaded only if there is Spring Data Redis. */
    private static final class OfSpringData {

        static @Nullable Function<byte[], @Nullable Object> find(Object bean) {
            return bean instanceof RedisSerializer<?> serializer && !(bean instanceof JdkSerializationRedisSerializer)
                    ? serializer::deserialize
                    : null;
        }
    }
}
