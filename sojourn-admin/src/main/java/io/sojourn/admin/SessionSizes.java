package io.sojourn.admin;

import io.sojourn.SessionId;
import java.util.List;

/**
 * How large sessions are, from a sample.
 *
 * @param sampled how many sessions were looked at
 * @param whole whether these were all
 * @param bytes how many bytes they take in Redis
 * @param largest the largest of them, largest first
 * @param attributes what attributes take, most first; with very many names, the first thousand that were met
 */
public record SessionSizes(
        int sampled, boolean whole, long bytes, List<LargeSession> largest, List<AttributeSize> attributes) {

    /**
     * A large session.
     *
     * @param bytes that it takes in Redis
     */
    public record LargeSession(SessionId id, long bytes) {}

    /**
     * What the attributes of one name take in the sample.
     *
     * @param name escape it where it is shown
     * @param sessions how many sessions have it
     * @param bytes of all of them
     * @param largest of one of them
     */
    public record AttributeSize(String name, int sessions, long bytes, long largest) {

        /** One line; the name is escaped and cut. */
        @Override
        public String toString() {
            return PrintedText.name(name) + " " + bytes + " bytes in " + sessions;
        }
    }
}
