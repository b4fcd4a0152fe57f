package io.ringmirror.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.replica.Histories.Act;
import io.ringmirror.schemas.Crc;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import io.ringmirror.volume.WriteCache;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whole histories followed into images, as written and tampered with. */
class FollowerPropertyTest {
    /** What somebody does to one record, or to it and the next one. */
    enum Mutation {
        DROP,
        SWAP,
        OTHER_BYTES,
        OTHER_CRC,
        HIGHER_TERM,
        LOWER_TERM,
        HIGHER_EPOCH
    }

    @Provide
    Arbitrary<List<Act>> histories() {
        return Histories.histories();
    }

    @Property(tries = 300)
    void everyCopyIsWhatTheSequenceSaysI2(@ForAll("histories") List<Act> history) {
        MemoryRing ring = new MemoryRing(Histories.LOGS);
        RingScript script = Histories.play(history, ring, true);
        try (Copy copy = new Copy(ring, Walk.origin(), WriteCache.MIN_CAPACITY_BYTES)) {
            copy.toEnd();
            copy.flush();
            assertHolds(copy, script.plain());
        }
    }

    @Property(tries = 200)
    void replayFromAnOlderPositionGivesTheSameImagesI6(
            @ForAll("histories") List<Act> history, @ForAll @IntRange(max = 80) int entries) {
        MemoryRing ring = new MemoryRing(Histories.LOGS);
        RingScript script = Histories.play(history, ring, true);
        Chain older = new Walk(ring, Walk.origin()).entries(entries).chain();
        try (Copy copy = new Copy(ring, Walk.origin(), WriteCache.MIN_CAPACITY_BYTES)) {
            copy.toEnd();
            copy.flush();
            Chain again = new Chain(older.position(), older.trails());
            Follower replay = new Follower(ring.reader(), again, Copy.VOLUMES, copy.cache());
            while (replay.step(Duration.ZERO) == Follower.Outcome.FULL || !atEnd(again, copy.chain())) {
                copy.flush();
            }
            copy.flush();
            assertHolds(copy, script.plain());
        }
    }

    @Property(tries = 1000)
    void whatWasTamperedWithIsRefusedOrChangesNothing(
            @ForAll("histories") List<Act> history,
            @ForAll Mutation mutation,
            @ForAll @IntRange(max = Histories.LOGS - 1) int log,
            @ForAll @IntRange(max = 60) int at) {
        MemoryRing ring = new MemoryRing(Histories.LOGS);
        RingScript script = Histories.play(history, ring, true);
        Set<Reached> onTheWay = reached(ring);
        tamper(ring, mutation, log, at);
        try (Copy copy = new Copy(ring, Walk.origin(), 4 << 20)) {
            try {
                copy.toEnd();
            } catch (ChainException refused) {
                assertThat(refused).hasMessageContainingAll("log", "offset");
            }
            copy.flush();
            assertThat(onTheWay).contains(Reached.by(copy.chain()).content());
            assertHolds(copy, upTo(script.plain(), copy.chain().sequence()));
        }
    }

    @Property(tries = 500)
    void aDataRecordIsJudgedByItsPartsAsItIsWhole(
            @ForAll("histories") List<Act> history,
            @ForAll Mutation mutation,
            @ForAll @IntRange(max = Histories.LOGS - 1) int log,
            @ForAll @IntRange(max = 60) int at) {
        MemoryRing ring = new MemoryRing(Histories.LOGS);
        Histories.play(history, ring, true);
        tamper(ring, mutation, log, at);
        Chain whole = Walk.origin();
        Chain parts = Walk.origin();
        RingReader reader = ring.reader();
        List<RingEntry> entries;
        do {
            reader.seek(whole.nextLog(), whole.nextOffset());
            entries = reader.poll(Duration.ZERO);
            for (RingEntry entry : entries) {
                String judged = judge(() -> whole.follow(entry));
                assertThat(judge(() -> followByParts(parts, entry))).isEqualTo(judged);
                assertThat(parts.position()).isEqualTo(whole.position());
                assertThat(parts.trails()).isEqualTo(whole.trails());
                if (judged.equals(Chain.Step.SEAL.name())) {
                    break;
                } else if (judged.contains("offset")) {
                    return;
                }
            }
        } while (!entries.isEmpty());
    }

    private static Chain.Step followByParts(Chain chain, RingEntry entry) {
        return entry.record().body() instanceof LogBody.Data data
                        && entry.record().mirrorId().isEmpty()
                ? chain.follow(new Parts(entry, data.crc32c(), data.payloadBytes()))
                : chain.follow(entry);
    }

    /** The step, or what is said against it. */
    private static String judge(Supplier<Chain.Step> following) {
        try {
            return following.get().name();
        } catch (ChainException refused) {
            return refused.kind() + " " + refused.getMessage();
        }
    }

    /** What a writer knows of its own data record. */
    private record Parts(RingEntry entry, int crc32c, int payloadBytes) implements DataEntry {
        @Override
        public int log() {
            return entry.log();
        }

        @Override
        public long offset() {
            return entry.offset();
        }

        @Override
        public int leaderEpoch() {
            return entry.leaderEpoch();
        }

        @Override
        public long timeMs() {
            return entry.timeMs();
        }

        @Override
        public long term() {
            return entry.term();
        }

        @Override
        public long epoch() {
            return entry.epoch();
        }

        @Override
        public long sequence() {
            return entry.sequence();
        }

        @Override
        public String kind() {
            return entry.kind();
        }
    }

    private static void assertHolds(Copy copy, List<LogRecord> records) {
        assertThat(copy.content(0)).isEqualTo(Copy.model(0, records));
        assertThat(copy.content(1)).isEqualTo(Copy.model(1, records));
    }

    private static boolean atEnd(Chain chain, Chain end) {
        return chain.nextLog() == end.nextLog() && chain.nextOffset() == end.nextOffset();
    }

    private static List<LogRecord> upTo(List<LogRecord> records, long sequence) {
        return records.stream().filter(record -> record.sequence() <= sequence).toList();
    }

    private static Set<Reached> reached(MemoryRing ring) {
        Set<Reached> reached = new HashSet<>();
        Walk walk = new Walk(ring, Walk.origin());
        Chain chain = walk.chain();
        long before = -1;
        reached.add(Reached.by(chain).content());
        while (before != chain.nextOffset() + ((long) chain.nextLog() << 32)) {
            before = chain.nextOffset() + ((long) chain.nextLog() << 32);
            walk.entries(1);
            reached.add(Reached.by(chain).content());
        }
        return reached;
    }

    private static void tamper(MemoryRing ring, Mutation mutation, int log, int at) {
        List<RingEntry> entries = ring.entries(log);
        if (entries.isEmpty()) {
            return;
        }
        int index = at % entries.size();
        RingEntry entry = entries.get(index);
        LogRecord record = entry.record();
        switch (mutation) {
            case DROP -> ring.tamper(log, entry.offset(), null);
            case SWAP -> {
                RingEntry other = entries.get((index + 1) % entries.size());
                ring.tamper(log, entry.offset(), other.record());
                ring.tamper(log, other.offset(), record);
            }
            case OTHER_BYTES -> ring.tamper(log, entry.offset(), otherBytes(record, 0));
            case OTHER_CRC -> ring.tamper(log, entry.offset(), otherBytes(record, 1));
            case HIGHER_TERM -> ring.tamper(log, entry.offset(), moved(record, 1, 0));
            case LOWER_TERM -> ring.tamper(log, entry.offset(), moved(record, record.term() > 1 ? -1 : 0, 0));
            case HIGHER_EPOCH -> ring.tamper(log, entry.offset(), moved(record, 0, 1));
        }
    }

    /** Other bytes under the old checksum, or the old bytes under another one. */
    private static LogRecord otherBytes(LogRecord record, int crcMore) {
        if (!(record.body() instanceof LogBody.Write write)) {
            return record;
        }
        ByteBuffer data = ByteBuffer.allocate(write.data().remaining());
        data.put(0, write.data(), 0, data.capacity());
        if (crcMore == 0) {
            data.put(0, (byte) (data.get(0) + 1));
        }
        int crc = crcMore == 0 ? write.crc32c() : Crc.of(data) + crcMore;
        return new LogRecord(
                Optional.empty(),
                record.term(),
                record.epoch(),
                record.sequence(),
                new LogBody.Write(write.volume(), write.offsetBytes(), data, crc));
    }

    private static LogRecord moved(LogRecord record, int terms, int epochs) {
        return new LogRecord(
                record.mirrorId(), record.term() + terms, record.epoch() + epochs, record.sequence(), record.body());
    }
}
