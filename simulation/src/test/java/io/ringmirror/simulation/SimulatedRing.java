package io.ringmirror.simulation;

import io.ringmirror.replica.LogEraser;
import io.ringmirror.schemas.LogRecord;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.serde.RingEncoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * The topic of a mirror's ring and the brokers behind it: logs, the fence and its transactions, deletions and growth, each
 * of which takes its time. What brokers promise is kept whatever goes wrong: what is below a high watermark stays, and
 * once a fence has returned nothing of an older producer gets in.
 */
final class SimulatedRing {
    private static final MirrorSerdes SERDES = MirrorSerdes.configured(Map.of());
    private static final int MOST_BATCH = 4;
    private static final String DELETION = "deletion";
    private static final int SENT_UNTIL_TAKEN = 4;

    private final World world;
    private final SimulatedMirror mirror;
    private final String topic;
    private final RingEncoder encoder;
    private final Deserializer<LogRecord> deserializer = SERDES.logRecords().deserializer();
    private final List<SimulatedLog> logs = new ArrayList<>();
    private final List<SimulatedProducer> producers = new ArrayList<>();
    private final Set<Integer> pendingMarkers = new TreeSet<>();
    private final List<Pending> pending = new ArrayList<>();
    private final Set<byte[]> refused = Collections.newSetFromMap(new IdentityHashMap<>());
    private SimulatedProducer owner;
    private long fences;
    private boolean handedOver;
    private long stalledUntilNs;
    private boolean lost;
    private long remadeNs = -1;

    /** An administrator's call under way; its end is told only to the living. */
    private record Pending(SimulatedProcess process, String name, Runnable effect, CompletableFuture<?> future) {
        void fail() {
            if (!process.isDead()) {
                future.completeExceptionally(new TimeoutException(name + " got no answer"));
            }
        }
    }

    SimulatedRing(World world, SimulatedMirror mirror, String topic, int size) {
        this.world = world;
        this.mirror = mirror;
        this.topic = topic;
        this.encoder = SERDES.ringEncoder(topic);
        grow(size);
    }

    /** Something goes on at the brokers. */
    void act() {
        if (isStalled()) {
            return;
        }
        switch (world.chance().below(8)) {
            case 0, 1 -> append();
            case 2, 3 -> replicate();
            case 4 -> tell();
            case 5 -> writeMarkers();
            case 6 -> endPending();
            default -> keepHouse();
        }
    }

    private void append() {
        for (int count = world.chance().between(1, MOST_BATCH); count > 0; count--) {
            SimulatedProducer.Send next = nextSend();
            if (next == null) {
                return;
            }
            SimulatedProducer producer = next.producer();
            if (producer != owner) {
                producer.tellFenced();
            } else if (!producer.isRefused()) {
                append(next);
            }
        }
    }

    private SimulatedProducer.Send nextSend() {
        List<SimulatedProducer.Send> next = new ArrayList<>();
        for (SimulatedProducer producer : producers) {
            SimulatedProducer.Send send = producer.isCutOff() ? null : producer.nextToAppend();
            if (send != null) {
                next.add(send);
            }
        }
        return next.isEmpty() ? null : world.chance().pick(next);
    }

    private void append(SimulatedProducer.Send send) {
        if (refuses(send)) {
            world.note("%s: log %d does not take a record", topic, send.log());
            send.refuse();
            return;
        }
        writeMarkers();
        LogRecord record = deserializer.deserialize(topic, new RecordHeaders(), send.value());
        int number = send.log();
        mirror.invariants().appending(number, record);
        send.producer().uses(number);
        send.appendedAt(logs.get(number).append(record, send.value().length, world.nowMs(), send), world.nowMs());
        world.note(
                "%s: log %d offset %d has %s, term %d epoch %d sequence %d",
                topic,
                number,
                send.offset(),
                record.body().getClass().getSimpleName(),
                record.term(),
                record.epoch(),
                record.sequence());
    }

    /** A record that brokers refuse they refuse for long, however often its writer sends it; others they take. */
    private boolean refuses(SimulatedProducer.Send send) {
        boolean before = refused.contains(send.value());
        boolean now = before
                ? !world.calm() && !world.chance().oneIn(SENT_UNTIL_TAKEN)
                : world.fault(world.conditions().refusalOneIn());
        if (now) {
            refused.add(send.value());
        } else if (before) {
            refused.remove(send.value());
        }
        return now;
    }

    private void replicate() {
        SimulatedLog log = world.chance().pick(logs);
        if (log.highWatermark() < log.end()) {
            log.replicate(world.chance().between(log.highWatermark() + 1, log.end()));
        }
        log.showAll();
    }

    private void tell() {
        producers.forEach(SimulatedProducer::tellAppended);
        producers.removeIf(producer -> producer != owner && producer.isAtEnd());
    }

    private void writeMarkers() {
        pendingMarkers.forEach(log -> logs.get(log).appendMarker(world.nowMs()));
        pendingMarkers.clear();
    }

    private void endPending() {
        if (pending.isEmpty()) {
            return;
        }
        Pending call = pending.remove(world.chance().below(pending.size()));
        boolean fails = world.fault(world.conditions().networkFaultOneIn());
        if (fails && world.chance().oneIn(2)) {
            call.fail();
            if (world.chance().oneIn(2)) {
                pending.add(call);
            }
            return;
        }
        call.effect().run();
        if (fails) {
            call.fail();
        }
    }

    private void keepHouse() {
        world.chance().pick(logs).writeStartDown();
        if (owner != null && world.chance().oneIn(2)) {
            owner.timeOut();
        }
    }

    /** A transaction ended: its logs get their markers in a while, before anything of the next one. */
    void endTransaction(Set<Integer> used) {
        pendingMarkers.addAll(used);
    }

    /** From now on only this producer appends; transactions of others have ended with all their markers. */
    void fence(SimulatedProducer by) {
        if (owner != null) {
            endTransaction(owner.fencedOut());
        }
        if (owner != null && owner != by) {
            owner.superseded();
        }
        by.hasFenced(++fences);
        handedOver = false;
        owner = by;
        if (!producers.contains(by)) {
            producers.add(by);
        }
        writeMarkers();
        mirror.history().fenced();
    }

    /** Its source has ended and given the role up, for another one to take. */
    void handOver(SimulatedProducer from) {
        handedOver = isOwner(from);
    }

    /** Whether the last source has handed over, and none has fenced since. */
    boolean handedOver() {
        return handedOver;
    }

    boolean isOwner(SimulatedProducer producer) {
        return owner == producer;
    }

    /** No broker answers for a while. */
    void stall(long ns) {
        world.note("%s: no broker answers for %d ms", topic, ns / 1_000_000);
        stalledUntilNs = world.nowNs() + ns;
    }

    boolean isStalled() {
        return !world.calm() && world.nowNs() < stalledUntilNs;
    }

    /** The source does not reach the brokers. */
    void cutOff(long ns) {
        if (owner != null) {
            owner.cutOff(ns);
        }
    }

    /** Another broker leads a log. */
    void changeLeader() {
        int number = world.chance().below(logs.size());
        SimulatedLog log = logs.get(number);
        long end = world.chance().between(log.highWatermark(), log.end());
        long visible = world.chance().between(Math.max(log.start(), log.highWatermark() - 3), log.highWatermark());
        world.note("%s: log %d has another leader, which goes to %d and shows %d", topic, number, end, visible);
        log.changeLeader(end, visible).forEach(SimulatedProducer.Send::lost);
    }

    /** All brokers come back without what came in last: everything from these offsets on, by log. */
    void lose(Map<Integer, Long> from) {
        world.note("%s: brokers lose what came in last, from %s on", topic, from);
        pendingMarkers.clear();
        for (int log = 0; log < logs.size(); log++) {
            logs.get(log).loseFrom(from.getOrDefault(log, logs.get(log).highWatermark()));
        }
        producers.forEach(SimulatedProducer::forgotten);
        world.pass(1_000_000_000L);
        lost = true;
    }

    /** Whether brokers have lost records. */
    boolean hasLost() {
        return lost;
    }

    /** The topic is deleted, and made anew under its name; what was under way to the old one goes to the new one. */
    void remake() {
        world.note("%s: is deleted and made anew", topic);
        remadeNs = world.nowNs();
        logs.replaceAll(log -> new SimulatedLog(logs.indexOf(log), (number, offset, record) -> {}));
        producers.forEach(SimulatedProducer::remade);
    }

    /** Whether the topic is another one than at first. */
    boolean isRemade() {
        return remadeNs >= 0;
    }

    /** When that came about. */
    long remadeNs() {
        return remadeNs;
    }

    /** Asks for a process, in a while, whether the topic is the one of the start. */
    Supplier<CompletableFuture<Boolean>> stands(SimulatedProcess process) {
        return () -> {
            process.requireAlive();
            CompletableFuture<Boolean> future = new CompletableFuture<>();
            Runnable effect = () -> {
                if (!process.isDead()) {
                    future.complete(!isRemade());
                }
            };
            pending.add(new Pending(process, "question", effect, future));
            return future;
        };
    }

    /** A broker crashes and forgets what was deleted last. */
    void forgetStarts() {
        world.note("%s: a broker forgets what was deleted", topic);
        logs.forEach(SimulatedLog::forgetStart);
    }

    /** Appends of some producer fail. */
    void failAppends() {
        List<SimulatedProducer> busy =
                producers.stream().filter(SimulatedProducer::hasUnderWay).toList();
        if (!busy.isEmpty()) {
            world.chance().pick(busy).failSome();
        }
    }

    SimulatedProducer producer(SimulatedProcess process) {
        return new SimulatedProducer(world, this, process);
    }

    /** Deletes for a process, in a while. */
    LogEraser eraser(SimulatedProcess process) {
        return (log, offset) -> {
            process.requireAlive();
            CompletableFuture<Void> future = new CompletableFuture<>();
            Runnable effect = () -> {
                delete(process, log, offset);
                if (!process.isDead()) {
                    future.complete(null);
                }
            };
            pending.add(new Pending(process, DELETION, effect, future));
            return future;
        };
    }

    private void delete(SimulatedProcess process, int number, long offset) {
        if ((lost || isRemade()) && offset > logs.get(number).highWatermark()) {
            world.note("%s: log %d does not reach to %d, nothing is deleted", topic, number, offset);
            return;
        }
        world.note("%s: %s deletes log %d before %d", topic, process, number, offset);
        mirror.invariants().deleting(process, number, offset);
        logs.get(number).deleteBefore(offset);
    }

    /** Whether it holds all that was ever written. */
    boolean isWhole() {
        return logs.stream().allMatch(log -> log.start() == 0);
    }

    /** Whether no deletion is under way. */
    boolean deletesNothing() {
        return pending.stream().noneMatch(call -> call.name().equals(DELETION));
    }

    /** Makes logs for a process, in a while. */
    IntFunction<CompletableFuture<Integer>> grower(SimulatedProcess process) {
        return wanted -> {
            process.requireAlive();
            CompletableFuture<Integer> future = new CompletableFuture<>();
            Runnable effect = () -> {
                grow(wanted);
                if (!process.isDead()) {
                    future.complete(wanted);
                }
            };
            pending.add(new Pending(process, "growth", effect, future));
            return future;
        };
    }

    private void grow(int size) {
        while (logs.size() < size) {
            SimulatedLog.Heard heard = isRemade() ? (number, offset, record) -> {} : mirror.history()::logged;
            logs.add(new SimulatedLog(logs.size(), heard));
        }
        mirror.invariants().grown(logs.size());
    }

    RingEncoder encoder() {
        return encoder;
    }

    String topic() {
        return topic;
    }

    SimulatedLog log(int number) {
        return logs.get(number);
    }

    int size() {
        return logs.size();
    }
}
