/** The shop: one server of a fleet, with sessions in Redis. What an application that uses Sojourn looks like. */
@NullMarked
package io.sojourn.example.shop;

import org.jspecify.annotations.NullMarked;
