package io.sojourn.spring.boot;

import io.sojourn.spring.boot.SpringSessionNodes.Repository;
import io.sojourn.spring.boot.SpringSessionNodes.Serializer;

class SpringSessionPlainJackson2MoveTest extends SpringSessionMoveScenarios {
    SpringSessionPlainJackson2MoveTest() {
        super(Repository.PLAIN, Serializer.JACKSON_2);
    }
}
