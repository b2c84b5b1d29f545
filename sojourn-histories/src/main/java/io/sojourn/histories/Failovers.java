package io.sojourn.histories;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What the failovers of a record explain, and the flushes. */
final class Failovers {

    private final List<Failover> inOrder;
    private final List<Loss> losses;

    Failovers(List<Failover> failovers, List<Flush> flushes) {
        this.inOrder = failovers.stream()
                .sorted(Comparator.comparingLong(Failover::at))
                .toList();
        this.losses = Stream.<Loss>concat(failovers.stream(), flushes.stream())
                .sorted(Comparator.comparingLong(Loss::at))
                .toList();
    }

    /** The failover or flush that may have lost what this call wrote. */
    Optional<Loss> swallowing(Call write) {
        return write.origins().stream()
                .map(this::swallowing)
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Offsets go on counting after a failover. A replica that takes over next may lack even what the first one had. */
    private Optional<Loss> swallowing(Origin origin) {
        String master = origin.replicationId();
        for (Loss loss : losses) {
            if (loss instanceof Failover failover && failover.from().equals(master)) {
                if (origin.to() > failover.offset()) {
                    return Optional.of(failover);
                }
                master = failover.to();
            } else if (loss instanceof Flush flush
                    && flush.master().equals(master)
                    && origin.from() <= flush.offset()) {
                return Optional.of(flush);
            }
        }
        return Optional.empty();
    }

    /**
     * The failover between the master that answered a read and the one that took the write: a master that was replaced and does
     * not know it yet shows nothing of what its successor has written.
     */
    Optional<Failover> between(Call read, Call write) {
        for (Origin reader : read.origins()) {
            for (Origin writer : write.origins()) {
                if (!reader.replicationId().equals(writer.replicationId())
                        && successors(reader.replicationId()).contains(writer.replicationId())) {
                    return inOrder.stream()
                            .filter(failover -> failover.from().equals(reader.replicationId()))
                            .findFirst();
                }
            }
        }
        return Optional.empty();
    }

    private Set<String> successors(String first) {
        Set<String> found = new HashSet<>(Set.of(first));
        for (Failover failover : inOrder) {
            if (found.contains(failover.from())) {
                found.add(failover.to());
            }
        }
        found.remove(first);
        return found;
    }
}
