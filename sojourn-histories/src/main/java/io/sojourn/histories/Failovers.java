package io.sojourn.histories;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the failovers of a record explain. */
final class Failovers {

    private final List<Failover> inOrder;

    Failovers(List<Failover> failovers) {
        this.inOrder = failovers.stream()
                .sorted(Comparator.comparingLong(Failover::at))
                .toList();
    }

    /** The failover that may have lost what this call wrote. */
    Optional<Failover> swallowing(Call write) {
        return write.origins().stream()
                .map(this::swallowing)
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Offsets go on counting after a failover. A replica that takes over next may lack even what the first one had. */
    private Optional<Failover> swallowing(Origin origin) {
        String master = origin.replicationId();
        for (Failover failover : inOrder) {
            if (failover.from().equals(master)) {
                if (origin.to() > failover.offset()) {
                    return Optional.of(failover);
                }
                master = failover.to();
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
