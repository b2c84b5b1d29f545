package io.sojourn.benchmarks.boot;

import org.springframework.context.annotation.Configuration;
import org.springframework.session.data.redis.config.annotation.web.http.EnableRedisHttpSession;

/** What the application has besides, to have Spring Session. Not nested in it: then it would always have it. */
@Configuration(proxyBeanMethods = false)
@EnableRedisHttpSession
class WithSpringSession {}
