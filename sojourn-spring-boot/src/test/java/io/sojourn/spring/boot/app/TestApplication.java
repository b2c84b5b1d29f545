package io.sojourn.spring.boot.app;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Nothing in this package knows of Sojourn, but for allowed types in the properties. */
@SpringBootApplication
public class TestApplication {}
