package io.sojourn.spring.boot;

import io.sojourn.servlet.SojournFilter;

/** A bean of this type changes the filter after the properties have been applied. Several are called in their order. */
@FunctionalInterface
public interface SojournFilterCustomizer {

    /** Changes the builder. */
    void customize(SojournFilter.Builder filter);
}
