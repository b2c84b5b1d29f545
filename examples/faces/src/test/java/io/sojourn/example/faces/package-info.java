@NullMarked
package io.sojourn.example.faces;

import org.jspecify.annotations.NullMarked;
