package io.sojourn.servlet.attack.shop;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * An allowed class that takes anything.
 *
 * @param content what is in it
 */
@SuppressWarnings("serial")
public record Basket(@Nullable Object content) implements Serializable {}
