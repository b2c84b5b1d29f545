/**
 * What becomes of a message before it is in the application's log; hidden, and shared with the other modules. A visitor can
 * cause some messages with every request, so {@link io.sojourn.log.LogThrottle} lets one through every ten seconds and
 * counts the others, or lets through only what has not happened for a minute. A visitor can also choose the names that stand in messages, so {@link io.sojourn.log.Printable} escapes
 * line breaks and control characters in them and cuts long ones. A message that advises a setting names it by {@link
 * io.sojourn.log.SettingName}, in the form of each way to set Sojourn up.
 */
@NullMarked
package io.sojourn.log;

import org.jspecify.annotations.NullMarked;
