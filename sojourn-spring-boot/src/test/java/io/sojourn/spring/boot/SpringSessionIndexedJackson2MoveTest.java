package io.sojourn.spring.boot;

import io.sojourn.spring.boot.SpringSessionNodes.Repository;
import io.sojourn.spring.boot.SpringSessionNodes.Serializer;

class SpringSessionIndexedJackson2MoveTest extends SpringSessionMoveScenarios {
    SpringSessionIndexedJackson2MoveTest() {
        super(Repository.INDEXED, Serializer.JACKSON_2);
    }
}
