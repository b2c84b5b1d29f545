/** The demonstration as its users meet it: real processes, a real Redis, HTTP. */
@NullMarked
package io.sojourn.example.shop;

import org.jspecify.annotations.NullMarked;
