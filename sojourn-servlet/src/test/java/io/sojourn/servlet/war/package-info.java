/** Whole web applications, with descriptors and libraries of their own, in servers that are processes of their own. */
@NullMarked
package io.sojourn.servlet.war;

import org.jspecify.annotations.NullMarked;
