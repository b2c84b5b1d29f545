/** What the application under attack allows to be stored. */
@NullMarked
package io.sojourn.servlet.attack.shop;

import org.jspecify.annotations.NullMarked;
