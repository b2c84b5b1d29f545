/** A web site in a real container, and what visits it: the stage of the filter's tests. */
@NullMarked
package io.sojourn.servlet.web;

import org.jspecify.annotations.NullMarked;
