@NullMarked
package io.sojourn.example.shop.front;

import org.jspecify.annotations.NullMarked;
