package io.sojourn.histories;

/** Something that loses writes that Redis has acknowledged. */
public sealed interface Loss extends Entry permits Failover, Flush {

    /** When it was seen, in nanoseconds of the machine. */
    long at();
}
