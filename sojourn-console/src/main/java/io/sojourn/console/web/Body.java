package io.sojourn.console.web;

import io.sojourn.SessionId;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The fields of a request. What they lack or have wrong is an {@link IllegalArgumentException} with a message for the operator. */
final class Body {

    private final JsonNode fields;

    private Body(JsonNode fields) {
        this.fields = fields;
    }

    static Body of(byte[] json) {
        try {
            JsonNode read = JsonMapper.shared().readTree(json);
            if (read.isObject()) {
                return new Body(read);
            }
        } catch (JacksonException e) { // The message would repeat what was sent.
        }
        throw new IllegalArgumentException("The request must be one JSON object");
    }

    Optional<String> text(String name) {
        JsonNode value = fields.get(name);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw new IllegalArgumentException(name + " must be a string");
        }
        return Optional.of(value.asString()).filter(text -> !text.isEmpty());
    }

    Optional<SessionId> id(String name) {
        return text(name)
                .map(text -> SessionId.ofPublicId(text.strip())
                        .orElseThrow(() -> new IllegalArgumentException(
                                "This is not the id of a session: it should have 22 characters of A-Z a-z 0-9 - _")));
    }

    SessionId requiredId(String name) {
        return id(name).orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
    }

    int number(String name, int preset) {
        JsonNode value = fields.get(name);
        if (value == null || value.isNull()) {
            return preset;
        }
        if (!value.isInt()) {
            throw new IllegalArgumentException(name + " must be a whole number");
        }
        return value.asInt();
    }

    boolean flag(String name) {
        JsonNode value = fields.get(name);
        if (value == null || value.isNull()) {
            return false;
        }
        if (!value.isBoolean()) {
            throw new IllegalArgumentException(name + " must be true or false");
        }
        return value.asBoolean();
    }
}
