/**
 * What lies in Redis and what changes it: the Lua scripts, their arguments and their answers. Hidden.
 *
 * <p>Each change of a session or an index is one script, so that it is done as a whole or not at all. Start at
 * {@link io.sojourn.redis.script.Script}; {@link io.sojourn.redis.script.SessionHash} is the stored format.
 */
@NullMarked
package io.sojourn.redis.script;

import org.jspecify.annotations.NullMarked;
