package io.ringmirror.schemas.topics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.FenceProducersOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;

/**
 * What brokers know of the writers of a ring, and how they are made to let none of some in any more. Used by one thread
 * and closed by it; throws as {@link TopicAdmin} does.
 *
 * <p>A writer is refused in two places. Its transactional id's coordinator gives the next writer a higher epoch; after
 * brokers lost what they knew of an id its coordinator may be unable to. And each log's leader refuses a producer's records
 * of a lower epoch than that of its last marker, whatever a coordinator says: that is what {@link #endFor} uses.
 */
public final class FenceAdmin implements AutoCloseable {
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);

    /** A coordinator that ends what is under way does so in milliseconds, and is asked for this long. */
    private static final Duration COORDINATOR_BOUND = Duration.ofSeconds(5);

    /** No writer has a higher one. */
    private static final short HIGHEST_EPOCH = Short.MAX_VALUE;

    private final Admin admin;
    private final KafkaCalls calls;

    private FenceAdmin(Admin admin, KafkaCalls calls) {
        this.admin = admin;
        this.calls = calls;
    }

    /** An admin client of its own, closed with this. */
    public static FenceAdmin open(Map<String, ?> client, Duration timeout) {
        KafkaCalls calls = new KafkaCalls(String.valueOf(client.get("bootstrap.servers")), timeout);
        return new FenceAdmin(calls.call("open a client", () -> Admin.create(Map.copyOf(client))), calls);
    }

    /**
     * What a log's leader knows of a producer.
     *
     * @param log where
     * @param producerId which, as brokers number them
     * @param epoch of its last record or marker
     * @param coordinatorEpoch of the coordinator that sent its last marker; 0 before the first
     * @param open whether a transaction of it is open there
     */
    public record Writer(TopicPartition log, long producerId, int epoch, int coordinatorEpoch, boolean open) {}

    /** What the coordinator knows of a transactional id; empty if nobody ever used it. */
    public Optional<TransactionDescription> transaction(String transactionalId) {
        try {
            return Optional.of(calls.await(
                    "describe transaction " + transactionalId,
                    admin.describeTransactions(List.of(transactionalId)).description(transactionalId)));
        } catch (TransactionalIdNotFoundException e) {
            return Optional.empty();
        }
    }

    /** Everybody who wrote to these logs and whom their leaders remember. */
    public List<Writer> writers(Collection<TopicPartition> logs) {
        List<Writer> writers = new ArrayList<>();
        for (TopicPartition log : logs) {
            calls.await(
                            "ask who writes to " + log,
                            admin.describeProducers(List.of(log)).partitionResult(log))
                    .activeProducers()
                    .forEach(state -> writers.add(writer(log, state)));
        }
        return writers;
    }

    /** Whether this principal may send markers, as {@link #endFor} does. */
    public boolean mayEnd() {
        Set<AclOperation> operations = calls.await(
                "ask what is allowed",
                admin.describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true))
                        .authorizedOperations());
        return operations == null
                || operations.contains(AclOperation.ALTER)
                || operations.contains(AclOperation.CLUSTER_ACTION);
    }

    /**
     * Has the coordinator refuse whoever writes under the id now.
     *
     * @return false if it cannot: its transaction does not end
     */
    public boolean fence(String transactionalId) {
        FenceProducersOptions options =
                new FenceProducersOptions().timeoutMs(Math.toIntExact(COORDINATOR_BOUND.toMillis()));
        try {
            calls.await(
                    "fence " + transactionalId,
                    admin.fenceProducers(List.of(transactionalId), options).all());
            return true;
        } catch (ClusterUnreachableException e) {
            return false;
        }
    }

    /**
     * Has the leaders of these logs refuse these producers, for as long as they remember them: each gets a marker of the
     * highest epoch there is, in every log, also where it never wrote.
     *
     * @throws org.apache.kafka.common.errors.ClusterAuthorizationException if this principal may not
     */
    public void endFor(Collection<TopicPartition> logs, Collection<Long> producerIds) {
        List<Writer> known = writers(logs);
        for (TopicPartition log : logs) {
            for (long producerId : new TreeSet<>(producerIds)) {
                Optional<Writer> there = known.stream()
                        .filter(writer -> writer.log().equals(log) && writer.producerId() == producerId)
                        .findFirst();
                if (there.filter(writer -> writer.epoch() == HIGHEST_EPOCH).isEmpty()) {
                    int coordinatorEpoch = there.map(Writer::coordinatorEpoch).orElse(0);
                    calls.await(
                            "end producer " + producerId + " in " + log,
                            admin.abortTransaction(
                                            new AbortTransactionSpec(log, producerId, HIGHEST_EPOCH, coordinatorEpoch))
                                    .all());
                }
            }
        }
    }

    /** The producers of these ids, as far as their coordinators know. */
    public Set<Long> producerIds(Collection<String> transactionalIds) {
        Set<Long> ids = new HashSet<>();
        transactionalIds.forEach(
                id -> transaction(id).map(TransactionDescription::producerId).ifPresent(ids::add));
        return ids;
    }

    @Override
    public void close() {
        admin.close(CLOSE_BOUND);
    }

    private static Writer writer(TopicPartition log, ProducerState state) {
        return new Writer(
                log,
                state.producerId(),
                state.producerEpoch(),
                state.coordinatorEpoch().orElse(0),
                state.currentTransactionStartOffset().isPresent());
    }
}
