package io.sojourn.histories;

/** What can be wrong with a history. */
public enum HistoryFault {

    /** An append that was acknowledged is not seen any more. */
    LOST_APPEND,

    /** A session that no process has ended is not there. */
    LOST_SESSION,

    /** An element stands in a list twice. */
    DUPLICATED,

    /** A list has an element whose append had not begun by then, or was refused. */
    INVENTED,

    /** A session whose end was acknowledged is read or takes a write. */
    RESURRECTED,

    /** A read misses, for longer than allowed, what a later one sees. */
    STALE_READ,

    /** Two elements of a list are seen in both orders, or in another order than they were appended one after the other. */
    TWO_ORDERS,

    /** A secret that was acknowledged to be replaced opens the session. */
    OLD_SECRET
}
