/**
 * Which classes a codec may load and make objects of; hidden. An attacker who can write to Redis chooses the class names in a
 * record, so no class is loaded before {@link io.sojourn.codec.allow.AllowedClasses} has agreed.
 * {@link io.sojourn.codec.allow.RefusalMessages} words the line of configuration that allows a class. Both codecs start here.
 */
@NullMarked
package io.sojourn.codec.allow;

import org.jspecify.annotations.NullMarked;
