package io.ringmirror.simulation;

import io.ringmirror.producer.RingProducer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.NotEnoughReplicasAfterAppendException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * A transactional producer as one process has it. What was handed over gets into its log in order and once, if it does:
 * after a failure a prefix of it, perhaps long after, but never once the transaction was given up or somebody fenced.
 */
final class SimulatedProducer implements RingProducer {
    private final World world;
    private final SimulatedRing ring;
    private final SimulatedProcess process;
    private final long transactionTimeoutNs;
    private final TreeMap<Integer, Deque<Send>> underWay = new TreeMap<>();
    private final Set<Integer> used = new TreeSet<>();
    private long usedSinceNs = -1;
    private int knownLogs;
    private boolean failed;
    private boolean timedOut;
    private boolean dead;
    private long fence;
    private long supersededNs = Long.MAX_VALUE;
    private long cutOffUntilNs = Long.MIN_VALUE;

    /** One record handed over. */
    static final class Send {
        private final SimulatedProducer producer;
        private final int log;
        private final byte[] value;
        private final Outcome outcome;
        private long offset = -1;
        private long timeMs;
        private boolean refused;
        private boolean told;

        Send(SimulatedProducer producer, int log, byte[] value, Outcome outcome) {
            this.producer = producer;
            this.log = log;
            this.value = value;
            this.outcome = outcome;
        }

        int log() {
            return log;
        }

        long offset() {
            return offset;
        }

        SimulatedProducer producer() {
            return producer;
        }

        byte[] value() {
            return value;
        }

        boolean appended() {
            return offset >= 0;
        }

        void appendedAt(long at, long atTimeMs) {
            offset = at;
            timeMs = atTimeMs;
        }

        /** Brokers do not take it this time; what was handed over behind it they do. */
        void refuse() {
            refused = true;
        }

        void lost() {
            offset = -1;
        }

        void tell(Exception failure) {
            if (told) {
                return;
            }
            told = true;
            if (producer.process.isDead()) {
                return;
            }
            if (failure == null) {
                outcome.appended(offset, timeMs, false);
            } else {
                outcome.failed(failure);
            }
        }
    }

    SimulatedProducer(World world, SimulatedRing ring, SimulatedProcess process) {
        this.world = world;
        this.ring = ring;
        this.process = process;
        this.transactionTimeoutNs =
                world.conditions().source().transactionTimeout().toNanos();
        this.knownLogs = ring.size();
    }

    @Override
    public void fence() {
        call("fence");
        ring.fence(this);
        world.note("%s has fenced", process);
        answer("fence");
    }

    @Override
    public boolean send(int log, byte[] value, Outcome outcome) {
        process.requireAlive();
        if (log >= logs()) {
            return false;
        }
        if (dead || failed) {
            outcome.failed(isFenced() && dead ? fenced() : new KafkaException("the transaction has failed before"));
            return true;
        }
        Deque<Send> queue = underWay.computeIfAbsent(log, any -> new ArrayDeque<>());
        queue.add(new Send(this, log, value, outcome));
        long bytes = underWay.values().stream()
                .flatMap(Deque::stream)
                .filter(send -> !send.told)
                .mapToLong(send -> send.value.length)
                .sum();
        world.require(
                queue.size() == 1 || bytes <= world.conditions().source().inflightBytes(),
                "I9",
                "%d bytes are in a producer's hands",
                bytes);
        return true;
    }

    @Override
    public void renew() throws FencedException {
        call("renew");
        if (isFenced()) {
            tellRest(fenced());
            dead = true;
            throw new FencedException("a newer owner has fenced this one", fenced());
        }
        begin();
        failed = false;
        answer("renew");
    }

    @Override
    public int logs() {
        process.requireAlive();
        if (world.calm() || world.chance().oneIn(2)) {
            knownLogs = ring.size();
        }
        return knownLogs;
    }

    @Override
    public void close() {
        process.requireAlive();
        if (!isFenced() && !dead && world.chance().oneIn(2)) {
            begin();
        }
        dead = true;
    }

    /** The next send that is not in its log yet, of any of the logs, or null. */
    Send nextToAppend() {
        List<Send> first = new ArrayList<>();
        underWay.values()
                .forEach(queue -> queue.stream()
                        .filter(send -> !send.appended() && !send.refused)
                        .findFirst()
                        .ifPresent(first::add));
        return first.isEmpty() ? null : world.chance().pick(first);
    }

    /** It goes into a log: the transaction covers that log from now on. */
    void uses(int log) {
        used.add(log);
        if (usedSinceNs < 0) {
            usedSinceNs = world.nowNs();
        }
    }

    /** Tells the owner of what the logs have, as far as it goes in order; true if it told something. */
    boolean tellAppended() {
        if (isCutOff()) {
            return false;
        }
        boolean any = false;
        for (Deque<Send> queue : underWay.values()) {
            while (!queue.isEmpty() && (queue.peek().refused || isInLog(queue.peek()))) {
                Send send = queue.poll();
                failed |= send.refused;
                send.tell(send.refused ? new RecordTooLargeException("told to be too large") : null);
                any = true;
            }
        }
        return any;
    }

    private boolean isInLog(Send send) {
        return send.appended() && send.offset < ring.log(send.log).highWatermark();
    }

    /** Some of what is under way fails, as far as the owner can see. */
    void failSome() {
        List<Deque<Send>> queues =
                underWay.values().stream().filter(queue -> !queue.isEmpty()).toList();
        if (queues.isEmpty() || failed || dead || isCutOff()) {
            return;
        }
        failed = true;
        Exception failure = world.chance().oneIn(2)
                ? new TimeoutException("no answer in time")
                : new NotEnoughReplicasAfterAppendException("too few replicas have it");
        Deque<Send> queue = world.chance().pick(queues);
        int count = world.chance().between(1, queue.size());
        world.note("%s: %d of %d appends fail: %s", process, count, queue.size(), failure.getMessage());
        queue.stream().limit(count).forEach(send -> send.tell(failure));
    }

    /** Tells the owner that somebody else has fenced it, as a broker does at the next append. */
    void tellFenced() {
        dead = true;
        Exception failure = world.chance().oneIn(2) ? fenced() : new InvalidProducerEpochException("an old epoch");
        failed = true;
        tellRest(failure);
    }

    /** The broker takes nothing of a transaction that it ended; true if this is one. */
    boolean isRefused() {
        if (timedOut) {
            failed = true;
            tellRest(new InvalidProducerEpochException("the transaction was too old"));
        }
        return timedOut;
    }

    /** The brokers came back without what they had last: they take nothing more of what this one was sending. */
    void forgotten() {
        failed = true;
        tellRest(new OutOfOrderSequenceException("the broker has another last record"));
        used.clear();
        usedSinceNs = -1;
    }

    /** The topic is another one: what nobody was told of goes there, or fails. */
    void remade() {
        if (world.chance().oneIn(3)) {
            failed = true;
            tellRest(new TimeoutException("the topic was away"));
            return;
        }
        underWay.values().forEach(queue -> queue.forEach(Send::lost));
    }

    /** The broker ends a transaction that is too old. */
    boolean timeOut() {
        if (usedSinceNs < 0 || world.nowNs() - usedSinceNs < transactionTimeoutNs) {
            return false;
        }
        world.note("%s: the broker ends the transaction", process);
        timedOut = true;
        failed |= !underWay.values().stream().allMatch(Deque::isEmpty);
        tellRest(new InvalidProducerEpochException("the transaction was too old"));
        ring.endTransaction(used);
        used.clear();
        usedSinceNs = -1;
        return true;
    }

    /** Nothing comes through between it and the brokers for a while, while its process and clients go on. */
    void cutOff(long ns) {
        world.note("%s: is cut off for %d ms", process, ns / 1_000_000);
        cutOffUntilNs = world.nowNs() + ns;
    }

    boolean isCutOff() {
        return !world.calm() && world.nowNs() < cutOffUntilNs;
    }

    /** It has fenced, as the so-manieth of its ring. */
    void hasFenced(long number) {
        fence = number;
    }

    /** Another one has fenced it now. */
    void superseded() {
        supersededNs = Math.min(supersededNs, world.nowNs());
    }

    /** How many had fenced before, and itself; of one that fences again, the last time. */
    long fenceNumber() {
        return fence;
    }

    /** When another one fenced it first. */
    long supersededNs() {
        return supersededNs;
    }

    /** Somebody else has fenced this one: its transaction ends, and nothing of it gets in any more. */
    Set<Integer> fencedOut() {
        dropUnappended();
        return used;
    }

    boolean hasUnderWay() {
        return underWay.values().stream().anyMatch(queue -> !queue.isEmpty());
    }

    /** Nothing is under way, and nothing more will come. */
    boolean isAtEnd() {
        return !hasUnderWay() && (dead || process.isDead());
    }

    private boolean isFenced() {
        return !ring.isOwner(this);
    }

    private void begin() {
        tellRest(new TimeoutException("given up"));
        ring.endTransaction(used);
        used.clear();
        usedSinceNs = -1;
        timedOut = false;
    }

    private void dropUnappended() {
        underWay.values()
                .forEach(queue -> queue.stream()
                        .filter(send -> !send.appended() && !send.told && process.isDead())
                        .forEach(send -> send.told = true));
        underWay.values().forEach(queue -> queue.removeIf(send -> !send.appended() && send.told));
    }

    /** Ends everything under way; what is in a log may be told as that or as failed. */
    private void tellRest(Exception failure) {
        for (Deque<Send> queue : underWay.values()) {
            for (Send send : queue) {
                boolean well = isInLog(send) && world.chance().oneIn(2);
                send.tell(well ? null : failure);
            }
            queue.clear();
        }
    }

    private void call(String name) {
        process.requireAlive();
        process.mayDie();
        world.interleave();
        process.requireAlive();
        if (ring.isStalled() || isCutOff() || world.fault(world.conditions().networkFaultOneIn())) {
            world.note("%s: %s gets no answer", process, name);
            world.pass(1_000_000_000L);
            throw new TimeoutException(name + " got no answer");
        }
    }

    /** It is done; the answer may not come. */
    private void answer(String name) {
        world.interleave();
        process.mayDie();
        process.requireAlive();
        if (world.fault(world.conditions().networkFaultOneIn())) {
            world.note("%s: the answer to %s is lost", process, name);
            throw new TimeoutException("the answer to " + name + " did not come");
        }
    }

    private static ProducerFencedException fenced() {
        return new ProducerFencedException("there is a newer producer");
    }
}
