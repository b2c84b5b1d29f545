package io.sojourn.spring.boot;

import io.sojourn.spring.boot.SpringSessionNodes.Repository;
import io.sojourn.spring.boot.SpringSessionNodes.Serializer;

class SpringSessionPlainMoveTest extends SpringSessionMoveScenarios {
    SpringSessionPlainMoveTest() {
        super(Repository.PLAIN, Serializer.JDK);
    }
}
