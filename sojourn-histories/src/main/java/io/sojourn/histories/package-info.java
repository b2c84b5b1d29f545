/**
 * Histories in the manner of Jepsen's list-append: processes append unique elements to lists in sessions, every call is recorded
 * with its begin, its end and its outcome, and a checker decides afterwards from the record alone what is wrong with it.
 */
@NullMarked
package io.sojourn.histories;

import org.jspecify.annotations.NullMarked;
