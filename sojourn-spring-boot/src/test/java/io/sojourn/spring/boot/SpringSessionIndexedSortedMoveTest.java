package io.sojourn.spring.boot;

import io.sojourn.spring.boot.SpringSessionNodes.Repository;
import io.sojourn.spring.boot.SpringSessionNodes.Serializer;

class SpringSessionIndexedSortedMoveTest extends SpringSessionMoveScenarios {
    SpringSessionIndexedSortedMoveTest() {
        super(Repository.INDEXED_SORTED, Serializer.JDK);
    }
}
