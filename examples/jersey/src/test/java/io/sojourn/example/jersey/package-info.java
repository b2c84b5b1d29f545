@NullMarked
package io.sojourn.example.jersey;

import org.jspecify.annotations.NullMarked;
