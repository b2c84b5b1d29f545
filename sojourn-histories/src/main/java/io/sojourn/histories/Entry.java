package io.sojourn.histories;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** A line of a record. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "entry")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Call.class, name = "call"),
    @JsonSubTypes.Type(value = Failover.class, name = "failover"),
    @JsonSubTypes.Type(value = Flush.class, name = "flush")
})
public sealed interface Entry permits Call, Loss {}
