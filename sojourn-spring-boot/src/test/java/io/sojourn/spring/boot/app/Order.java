package io.sojourn.spring.boot.app;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** A form object in the session, as {@code @SessionAttributes} keeps it between the pages of a form. */
public class Order implements Serializable {

    private static final long serialVersionUID = 1;

    private @Nullable String name;
    private @Nullable String street;

    public @Nullable String getName() {
        return name;
    }

    public void setName(@Nullable String name) {
        this.name = name;
    }

    public @Nullable String getStreet() {
        return street;
    }

    public void setStreet(@Nullable String street) {
        this.street = street;
    }
}
