/**
 * For operators: {@link io.sojourn.admin.SessionAdmin} counts, lists, shows and ends the sessions that lie in Redis or Valkey.
 */
@NullMarked
package io.sojourn.admin;

import org.jspecify.annotations.NullMarked;
