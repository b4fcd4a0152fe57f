package io.ringmirror.cli;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.topics.FenceAdmin;
import io.ringmirror.schemas.topics.FenceAdmin.Writer;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ringmirror refence}. */
@Command(
        name = "refence",
        description =
                "Makes a mirror's fence anew where it is stuck: brokers that lost power know less of the mirror's writer than"
                        + " its logs do, and no server can take the role of the source. Ends for good whoever could write"
                        + " to the mirror until now. Shows what it would do; acts with --execute.")
final class RefenceCommand extends MirrorCommand {
    @Option(names = "--execute", description = "Does it.")
    private boolean execute;

    @Override
    ExitCode run(Cluster cluster) {
        Definition definition = cluster.definition(mirror());
        try (FenceAdmin fence = cluster.fence()) {
            List<TopicPartition> logs = logs(cluster);
            describe(definition, fence, logs);
            Definition closing = definition.closingFence();
            if (!execute) {
                out().println("would let the mirror's writer go by the transactional id " + closing.transactionalId()
                        + ", definition generation " + closing.generation());
                out().println("would end everybody who could write to "
                        + cluster.names().ring(mirror()) + " until then");
                err().println("nothing was done; add --execute to do it");
                return ExitCode.OK;
            }
            if (!fence.mayEnd()) {
                throw new CommandException(
                        ExitCode.FAILED,
                        "this principal may not end other writers: it needs the right Alter on the cluster; nothing was done");
            }
            cluster.definitions().put(closing);
            end(closing, fence, cluster);
            cluster.definitions().put(cluster.definition(mirror()).standingFence());
        }
        out().println("mirror " + mirror() + " has a new fence; where no server takes the role of the source by itself:"
                + " ringmirror promote " + mirror() + " --server SERVER --execute");
        return ExitCode.OK;
    }

    /** Whoever can write now took an older fence, as nobody takes the new one while it is closing. */
    private void end(Definition closing, FenceAdmin fence, Cluster cluster) {
        List<String> former = closing.formerTransactionalIds();
        former.forEach(id -> err().println(
                        fence.fence(id)
                                ? "transactional id " + id + ": its coordinator refuses whoever has it"
                                : "transactional id " + id + ": its coordinator cannot end its transaction"));
        List<TopicPartition> logs = logs(cluster);
        Set<Long> producers = new TreeSet<>(fence.producerIds(former));
        fence.writers(logs).stream().map(Writer::producerId).forEach(producers::add);
        fence.endFor(logs, producers);
        err().println("producers " + producers + " are refused by " + logs.size() + " logs");
    }

    /** The logs are asked before the coordinator, which is never behind them where nothing was lost. */
    private void describe(Definition definition, FenceAdmin fence, List<TopicPartition> logs) {
        String id = definition.transactionalId();
        List<Writer> writers = fence.writers(logs);
        out().println("transactional id " + id + ": "
                + fence.transaction(id).map(known -> describe(known, writers)).orElse("nobody ever had it"));
        String open = writers.stream()
                .filter(Writer::open)
                .map(writer -> "producer " + writer.producerId() + " epoch " + writer.epoch() + " in log "
                        + writer.log().partition())
                .collect(Collectors.joining("; "));
        out().println("open transactions: " + (open.isEmpty() ? "none" : open));
    }

    private static String describe(TransactionDescription known, List<Writer> writers) {
        String told = known.state() + ", producer " + known.producerId() + " epoch " + known.producerEpoch();
        OptionalInt inLogs = writers.stream()
                .filter(writer -> writer.producerId() == known.producerId())
                .mapToInt(Writer::epoch)
                .max();
        if (inLogs.isPresent() && inLogs.getAsInt() > known.producerEpoch()) {
            return told + ", while logs have epoch " + inLogs.getAsInt()
                    + ": its coordinator knows less than they do; the fence is stuck";
        }
        return switch (known.state()) {
            case PREPARE_ABORT, PREPARE_COMMIT, PREPARE_EPOCH_FENCE ->
                told + "; if it still is in a few seconds, the fence is stuck";
            default -> told + "; the fence is not stuck, a promotion would do";
        };
    }

    private List<TopicPartition> logs(Cluster cluster) {
        String ring = cluster.names().ring(mirror());
        int count = cluster.admin().logStarts(ring).size();
        return IntStream.range(0, count)
                .mapToObj(log -> new TopicPartition(ring, log))
                .toList();
    }
}
