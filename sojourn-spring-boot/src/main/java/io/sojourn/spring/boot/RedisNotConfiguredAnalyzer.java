package io.sojourn.spring.boot;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Lets Spring Boot print what to do instead of a stack trace. */
final class RedisNotConfiguredAnalyzer extends AbstractFailureAnalyzer<RedisNotConfiguredException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, RedisNotConfiguredException cause) {
        return new FailureAnalysis(
                RedisNotConfiguredException.DESCRIPTION, RedisNotConfiguredException.ACTION, rootFailure);
    }
}
