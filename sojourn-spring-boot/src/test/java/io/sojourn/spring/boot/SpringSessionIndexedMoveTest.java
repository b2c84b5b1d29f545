package io.sojourn.spring.boot;

import io.sojourn.spring.boot.SpringSessionNodes.Repository;
import io.sojourn.spring.boot.SpringSessionNodes.Serializer;

class SpringSessionIndexedMoveTest extends SpringSessionMoveScenarios {
    SpringSessionIndexedMoveTest() {
        super(Repository.INDEXED, Serializer.JDK);
    }
}
