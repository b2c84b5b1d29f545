/** Javalin with sessions in Redis. */
@NullMarked
package io.sojourn.example.javalin;

import org.jspecify.annotations.NullMarked;
