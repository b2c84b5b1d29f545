@NullMarked
package io.sojourn.example.springboot;

import org.jspecify.annotations.NullMarked;
