/**
 * For the tests of applications. {@link io.sojourn.spring.boot.test.AutoConfigureSojournTest} keeps sessions in memory, also in
 * test slices. With MockMvc the session of a mock request is the session that the handler sees.
 */
@NullMarked
package io.sojourn.spring.boot.test;

import org.jspecify.annotations.NullMarked;
