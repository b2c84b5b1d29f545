package io.sojourn.spring.boot;

import io.sojourn.spring.boot.SpringSessionNodes.Repository;
import io.sojourn.spring.boot.SpringSessionNodes.Serializer;
import org.junit.jupiter.api.condition.EnabledIf;

/** Spring Boot 3 has no serializer for Jackson 3. */
@EnabledIf("io.sojourn.spring.boot.Node#isBoot4")
class SpringSessionIndexedJackson3MoveTest extends SpringSessionMoveScenarios {
    SpringSessionIndexedJackson3MoveTest() {
        super(Repository.INDEXED, Serializer.JACKSON_3);
    }
}
