package io.ringmirror.streams;

import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.EpochTrail.Seal;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.schemas.MirrorStatus.Log;
import io.ringmirror.schemas.MirrorStatus.ReplicaStatus;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The first epoch about which two replicas disagree, and in which words to say so (invariant I7). Once found it stays,
 * whatever the replicas say later: only people know which of the two copies is right.
 */
record Divergence(long epoch, String reason) {

    /** What one server says of an epoch. */
    private record Account(String server, EpochTrail trail) {
        boolean agreesWith(Account other) {
            return trail.log() == other.trail.log()
                    && (trail.seal().isEmpty() || other.trail.seal().isEmpty() || sameContent(other));
        }

        /** Where the seal ends is left out: a seal sent again stands twice in the log. */
        private boolean sameContent(Account other) {
            Seal mine = trail.seal().orElseThrow();
            Seal theirs = other.trail.seal().orElseThrow();
            return mine.digest() == theirs.digest()
                    && mine.sequence() == theirs.sequence()
                    && mine.records() == theirs.records()
                    && mine.bytes() == theirs.bytes();
        }

        @Override
        public String toString() {
            return server + " has "
                    + trail.seal()
                            .map(seal -> String.format(
                                    Locale.ROOT,
                                    "%d records up to sequence %d, %d bytes, digest %016x",
                                    seal.records(),
                                    seal.sequence(),
                                    seal.bytes(),
                                    seal.digest()))
                            .orElse("it open")
                    + " in log " + trail.log();
        }
    }

    /** The one that the status tells of already. */
    static Optional<Divergence> known(MirrorStatus status) {
        return status.divergedEpoch() == 0
                ? Optional.empty()
                : Optional.of(new Divergence(status.divergedEpoch(), status.reason()));
    }

    /** The first one among what the replicas say now and what was heard of the logs before. */
    static Optional<Divergence> among(List<ReplicaStatus> replicas, List<Log> heardBefore) {
        Map<Long, Account> first = new TreeMap<>();
        Map<Long, Divergence> found = new TreeMap<>();
        accounts(replicas, heardBefore).forEachOrdered(account -> {
            long epoch = account.trail().epoch();
            Account other = first.putIfAbsent(epoch, account);
            if (other == null) {
                return;
            }
            if (!account.agreesWith(other)) {
                found.putIfAbsent(epoch, new Divergence(epoch, reason(epoch, other, account)));
            } else if (other.trail().seal().isEmpty()) {
                first.put(epoch, account);
            }
        });
        return found.values().stream().findFirst();
    }

    private static Stream<Account> accounts(List<ReplicaStatus> replicas, List<Log> heardBefore) {
        return Stream.concat(
                replicas.stream()
                        .flatMap(replica ->
                                replica.state().trails().stream().map(trail -> new Account(replica.server(), trail))),
                heardBefore.stream().map(log -> new Account("an earlier report", log.trail())));
    }

    private static String reason(long epoch, Account one, Account other) {
        return "epoch " + epoch + " is not the same everywhere: " + one + ", " + other
                + "; nothing from it on is released until one of them is removed";
    }
}
