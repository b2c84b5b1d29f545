package io.sojourn.spring.boot.reactive;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Nothing in this package knows of Sojourn. */
@SpringBootApplication
public class ReactiveApplication {}
