/**
 * Values to CBOR or JSON and back by Jackson; hidden. {@link io.sojourn.codec.jackson.Kinds} lists the kinds of values (numbers, times,
 * collections and more), and each {@link io.sojourn.codec.jackson.Kind} says how it is written and read. The classes need each
 * other because values contain values. Start with {@link io.sojourn.codec.jackson.Encoding}, which does both ways.
 */
@NullMarked
package io.sojourn.codec.jackson;

import org.jspecify.annotations.NullMarked;
