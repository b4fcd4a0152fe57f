package io.ringmirror.replica;

import io.ringmirror.replica.ChainException.Kind;
import io.ringmirror.replica.store.DirtyTo;
import io.ringmirror.replica.store.Position;
import io.ringmirror.replica.store.Position.EpochProgress;
import io.ringmirror.schemas.Digest;
import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The one order of a mirror's records, across logs, epochs and terms: decides for each record whether it is the next,
 * one that was taken before, or a fault. A destination runs what it reads through it, a source what the log has
 * acknowledged, so that what was checked on writing is checked on reading. Not thread-safe: one owner steps it.
 *
 * <p>It works on its own; no Kafka, no disk. {@link #follow} either takes a record whole or throws and changes nothing.
 */
public final class Chain {
    /** What the caller does with a record that the chain let pass. */
    public enum Step {
        /** Taken before, or of no effect: pass it over. */
        SKIP,
        /**
         * It stands behind a record that the log does not have: pass it over. Its writer sends it again behind the missing
         * one, or a TermBegin at the sequence before that voids it.
         */
        BEYOND,
        /** Apply the change to the volume. */
        APPLY,
        /** A term or an epoch begins. */
        OPEN,
        /** The epoch is complete: read on where the position says. */
        SEAL
    }

    private final TreeMap<Integer, EpochTrail> trails = new TreeMap<>();
    private final RecentCrcs recent = new RecentCrcs();
    private final UUID mirrorId;
    private final String clusterId;
    private final String topicId;

    private long term;
    private Optional<UUID> writer;
    private long epoch;
    private boolean sealed;
    private long records;
    private long bytes;
    private long digest;
    private long sequence;
    private int log;
    private long offset;
    private int leaderEpoch;
    private long timeMs;
    private int nextLog;
    private long nextOffset;
    private long trailChanges;
    private long sinceMs;
    private Optional<Redo> redo;

    /** What stands behind a record that is missing, the first of it; empty while nothing does. */
    private Optional<String> hole = Optional.empty();

    /** Goes on from a position that was flushed to, with the map of the ring as known there. */
    public Chain(Position from, List<EpochTrail> trails) {
        this(from, trails, Optional.empty());
    }

    /**
     * Goes on from a position behind which a flush may have been interrupted.
     *
     * @param dirtyTo where that was going: the records up to there must be those that it had
     */
    public Chain(Position from, List<EpochTrail> trails, Optional<DirtyTo> dirtyTo) {
        this.mirrorId = from.mirrorId();
        this.clusterId = from.clusterId();
        this.topicId = from.topicId();
        this.term = from.term();
        this.writer = from.writer();
        this.epoch = from.epoch().number();
        this.sealed = from.epoch().sealed();
        this.records = from.epoch().records();
        this.bytes = from.epoch().bytes();
        this.digest = from.epoch().digest();
        this.sequence = from.sequence();
        this.log = from.log();
        this.offset = from.offset();
        this.leaderEpoch = from.leaderEpoch();
        this.timeMs = from.timeMs();
        this.nextLog = from.nextLog();
        this.nextOffset = from.nextOffset();
        trails.forEach(trail -> this.trails.put(trail.log(), trail));
        this.redo = dirtyTo.filter(to -> !to.isReachedBy(from)).map(Redo::new);
    }

    /**
     * Says what the next record of the log being followed is, and changes nothing.
     *
     * @throws ChainException if it is neither the next of the mirror nor a repetition
     */
    public Step examine(RingEntry entry) {
        LogBody body = entry.record().body();
        requireInPlace(entry);
        requireOwnMirror(entry);
        if (body instanceof LogBody.Data data) {
            return examineData(entry, data.crc32c(), data.payloadBytes());
        } else if (isLeftFromEarlierEpoch(entry)) {
            return Step.SKIP;
        } else if (body instanceof LogBody.EpochEnd end) {
            return examineEnd(entry, end);
        }
        requireTerm(entry, body instanceof LogBody.TermBegin);
        if (body instanceof LogBody.Opening opening) {
            return examineOpening(entry, opening);
        } else if (body instanceof LogBody.Beat) {
            return examineBeat(entry);
        }
        throw new ChainException(
                Kind.CORRUPT, entry.describe() + " is of a kind that this version does not apply; run a newer version");
    }

    /** Goes past an entry that {@link #examine} has just let pass as {@code step}. */
    public void take(RingEntry entry, Step step) {
        LogBody body = entry.record().body();
        if (step != Step.BEYOND) {
            nextOffset = entry.offset() + 1;
        }
        switch (step) {
            case BEYOND -> hole = hole.or(() -> Optional.of(waitsBefore(entry)));
            case APPLY -> {
                LogBody.Data data = (LogBody.Data) body;
                takeData(entry, data.crc32c(), data.payloadBytes());
            }
            case OPEN -> takeOpening(entry, body);
            case SEAL -> takeEnd(entry, (LogBody.EpochEnd) body);
            case SKIP -> {
                if (isBeatOfNow(entry, body) && hole.isEmpty()) {
                    include(entry);
                }
            }
        }
        endRedo();
    }

    /** Examines an entry that the log has with all before it, as its writer was told, and goes past it. */
    public Step follow(RingEntry entry) {
        Step step = requireWhole(entry, examine(entry));
        take(entry, step);
        return step;
    }

    /** As {@link #follow(RingEntry)}, a data record of this mirror of which no more is known than this. */
    public Step follow(DataEntry entry) {
        requireInPlace(entry);
        Step step = requireWhole(entry, examineData(entry, entry.crc32c(), entry.payloadBytes()));
        nextOffset = entry.offset() + 1;
        if (step == Step.APPLY) {
            takeData(entry, entry.crc32c(), entry.payloadBytes());
            endRedo();
        }
        return step;
    }

    /** The place reached; immutable. */
    public Position position() {
        EpochProgress progress = progress();
        return new Position(
                mirrorId,
                clusterId,
                topicId,
                term,
                writer,
                progress,
                sequence,
                log,
                offset,
                leaderEpoch,
                timeMs,
                nextLog,
                nextOffset);
    }

    /** The map of the ring as known here: for each log ever used its latest epoch, by log number; immutable. */
    public List<EpochTrail> trails() {
        return List.copyOf(trails.values());
    }

    /** The latest epoch of a log; empty if the log was never used. */
    public Optional<EpochTrail> trail(int log) {
        return Optional.ofNullable(trails.get(log));
    }

    /** How often {@link #trails} has changed here: whoever keeps what follows from it looks again when this has. */
    public long trailChanges() {
        return trailChanges;
    }

    public long term() {
        return term;
    }

    /** The epoch of the last record, sealed or not. */
    public long epoch() {
        return epoch;
    }

    public boolean sealed() {
        return sealed;
    }

    public long sequence() {
        return sequence;
    }

    public long timeMs() {
        return timeMs;
    }

    /** Log time of the first data record taken since {@link #countFromHere}, or since the start; 0 if there is none. */
    public long sinceMs() {
        return sinceMs;
    }

    /** What was taken so far is being flushed. */
    void countFromHere() {
        sinceMs = 0;
    }

    /** The log to read on in. */
    public int nextLog() {
        return nextLog;
    }

    /** The offset to read on from. */
    public long nextOffset() {
        return nextOffset;
    }

    /**
     * What it waits for in the log being followed, for people: a record is missing there, and what stands behind it was
     * passed over. Empty while nothing is missing.
     */
    public Optional<String> hole() {
        return hole;
    }

    private void requireInPlace(LogEntry entry) {
        if (entry.log() != nextLog) {
            throw new IllegalStateException("read " + entry.describe() + ", but the chain goes on in log " + nextLog);
        }
        if (entry.offset() < nextOffset) {
            throw new ChainException(
                    Kind.DIVERGED,
                    entry.describe() + " came into the log where an earlier record was; the chain goes on at offset "
                            + nextOffset + ": the cluster lost acknowledged records, or the topic was made anew");
        }
    }

    private void requireOwnMirror(RingEntry entry) {
        entry.record().mirrorId().filter(id -> !id.equals(mirrorId)).ifPresent(id -> {
            throw new ChainException(
                    Kind.WRONG_MIRROR,
                    entry.describe() + " is of mirror " + id + ", not of " + mirrorId
                            + "; the ring's topic was made anew or shared: give each mirror its own");
        });
    }

    /**
     * Between an EpochEnd and the next use of its log, repetitions and beats of the old epoch may stand; none behind the
     * record that opens the next epoch there.
     */
    private boolean isLeftFromEarlierEpoch(LogEntry entry) {
        return sealed && entry.epoch() <= epoch && entry.sequence() <= sequence && entry.term() <= term;
    }

    private void requireTerm(LogEntry entry, boolean begins) {
        requireNoOldTerm(entry);
        if (entry.term() > term + (begins ? 1 : 0)) {
            throw new ChainException(
                    Kind.GAP, entry.describe() + " comes after term " + term + " without its TermBegin");
        }
    }

    private void requireNoOldTerm(LogEntry entry) {
        if (entry.term() < term) {
            throw new ChainException(
                    Kind.DIVERGED,
                    entry.describe() + " follows a record of term " + term
                            + ": an old owner's record entered after a new owner's");
        }
    }

    /**
     * What a writer sends before it hears of a record: the rest of the open epoch with its seal, of the term or the one
     * whose TermBegin is missing, or behind a seal the epoch whose first record is missing. A beat is sent, an epoch or a
     * term begun, only when the log has all before.
     */
    private boolean maySendUnheard(LogEntry entry) {
        boolean nextEpoch = entry.epoch() == epoch + (sealed ? 1 : 0);
        return nextEpoch && entry.term() <= term + 1 && entry.sequence() >= sequence;
    }

    private boolean isOfOpenEpoch(LogEntry entry) {
        return !sealed && entry.epoch() == epoch && entry.term() == term;
    }

    private Step requireWhole(LogEntry entry, Step step) {
        if (step == Step.BEYOND) {
            throw gap(entry);
        }
        return step;
    }

    private Step examineData(LogEntry entry, int crc32c, int payloadBytes) {
        if (isLeftFromEarlierEpoch(entry)) {
            recent.requireSame(entry, crc32c);
            return Step.SKIP;
        }
        requireNoOldTerm(entry);
        if (entry.sequence() <= sequence && entry.term() == term) {
            recent.requireSame(entry, crc32c);
            return Step.SKIP;
        }
        boolean next = isOfOpenEpoch(entry) && entry.sequence() == sequence + 1;
        if (!next && (entry.sequence() <= sequence || !maySendUnheard(entry))) {
            throw gap(entry);
        }
        if (!next) {
            return Step.BEYOND;
        }
        if (redo.isPresent()) {
            long nextDigest = Digest.next(digest, entry.sequence(), crc32c);
            EpochProgress progress = new EpochProgress(epoch, records + 1, bytes + payloadBytes, nextDigest, false);
            redo.get().examine(entry, new Redo.Place(term, writer, progress, entry.sequence()));
        }
        return Step.APPLY;
    }

    private Step examineOpening(RingEntry entry, LogBody.Opening opening) {
        LogRecord record = entry.record();
        requireOneWriter(entry, opening);
        boolean atSequence = record.sequence() == sequence;
        boolean inOpenEpoch = !sealed && record.epoch() == epoch;
        boolean newTerm = record.term() == term + 1;
        boolean opensEpoch =
                sealed && record.epoch() == epoch + 1 && atSequence && newTerm == opening instanceof LogBody.TermBegin;
        boolean opensTerm = inOpenEpoch && newTerm && atSequence;
        boolean repeated = inOpenEpoch && !newTerm && record.sequence() <= sequence;
        if (repeated) {
            return Step.SKIP;
        }
        if (!opensEpoch && !opensTerm) {
            throw gap(entry);
        }
        if (opensEpoch) {
            EpochProgress next = new EpochProgress(record.epoch(), 0, 0, Digest.EMPTY, false);
            Optional<UUID> by = opening instanceof LogBody.TermBegin begin ? Optional.of(begin.replica()) : writer;
            redo.ifPresent(is -> is.examine(entry, new Redo.Place(record.term(), by, next, sequence)));
        }
        return Step.OPEN;
    }

    private void requireOneWriter(RingEntry entry, LogBody.Opening opening) {
        if (opening instanceof LogBody.TermBegin begin
                && entry.record().term() == term
                && !writer.equals(Optional.of(begin.replica()))) {
            throw new ChainException(
                    Kind.DIVERGED,
                    entry.describe() + " gives term " + term + " to replica " + begin.replica() + "; it is that of "
                            + writer.map(UUID::toString).orElse("nobody"));
        }
    }

    private Step examineEnd(RingEntry entry, LogBody.EpochEnd end) {
        requireNoOldTerm(entry);
        boolean here = isOfOpenEpoch(entry) && entry.sequence() == sequence;
        if (!here && !maySendUnheard(entry)) {
            throw gap(entry);
        }
        if (!here) {
            return Step.BEYOND;
        }
        if (end.records() != records || end.bytes() != bytes || end.digest() != digest) {
            throw new ChainException(
                    Kind.DIVERGED,
                    String.format(
                            Locale.ROOT,
                            "%s counts %d records, %d bytes, digest %016x; here epoch %d has %d, %d, %016x",
                            entry.describe(),
                            end.records(),
                            end.bytes(),
                            end.digest(),
                            epoch,
                            records,
                            bytes,
                            digest));
        }
        if (end.nextLog() == entry.log()) {
            throw new ChainException(
                    Kind.CORRUPT, entry.describe() + " names its own log as the next; an epoch goes on in another");
        }
        redo.ifPresent(is -> is.examineSeal(entry, place()));
        return Step.SEAL;
    }

    private Step examineBeat(RingEntry entry) {
        if (entry.record().sequence() > sequence || entry.record().epoch() != epoch) {
            throw gap(entry);
        }
        return Step.SKIP;
    }

    private boolean isBeatOfNow(LogEntry entry, LogBody body) {
        return body instanceof LogBody.Beat && entry.sequence() == sequence && entry.epoch() == epoch && !sealed;
    }

    private EpochProgress progress() {
        return new EpochProgress(epoch, records, bytes, digest, sealed);
    }

    private Redo.Place place() {
        return new Redo.Place(term, writer, progress(), sequence);
    }

    private void endRedo() {
        if (redo.isPresent() && redo.get().isThere(place())) {
            redo = Optional.empty();
        }
    }

    private void takeData(LogEntry entry, int crc32c, int payloadBytes) {
        sequence = entry.sequence();
        records++;
        bytes += payloadBytes;
        digest = Digest.next(digest, sequence, crc32c);
        recent.add(sequence, crc32c);
        sinceMs = sinceMs == 0 ? Math.max(1, entry.timeMs()) : sinceMs;
        include(entry);
    }

    private void takeOpening(RingEntry entry, LogBody body) {
        if (sealed) {
            epoch = entry.record().epoch();
            sealed = false;
            records = 0;
            bytes = 0;
            digest = Digest.EMPTY;
            put(new EpochTrail(entry.log(), epoch, entry.offset(), Optional.empty()));
        }
        if (body instanceof LogBody.TermBegin begin) {
            term = entry.record().term();
            writer = Optional.of(begin.replica());
        }
        include(entry);
    }

    private void takeEnd(RingEntry entry, LogBody.EpochEnd end) {
        sealed = true;
        EpochTrail open = trails.get(entry.log());
        EpochTrail.Seal seal = new EpochTrail.Seal(entry.offset() + 1, sequence, records, bytes, digest);
        put(new EpochTrail(open.log(), open.epoch(), open.firstOffset(), Optional.of(seal)));
        nextLog = end.nextLog();
        nextOffset = end.nextOffset();
        include(entry);
    }

    private void put(EpochTrail trail) {
        trails.put(trail.log(), trail);
        trailChanges++;
    }

    private void include(LogEntry entry) {
        log = entry.log();
        offset = entry.offset();
        leaderEpoch = entry.leaderEpoch();
        timeMs = entry.timeMs();
        hole = Optional.empty();
    }

    private String waitsBefore(LogEntry entry) {
        return "what comes next after sequence " + sequence + " of " + inWords() + " is not in the log, and "
                + entry.describe() + " stands behind it: it waits for that record, or for a new source";
    }

    private String inWords() {
        return (sealed ? "sealed " : "") + "epoch " + epoch + ", term " + term;
    }

    private ChainException gap(LogEntry entry) {
        return new ChainException(
                Kind.GAP,
                entry.describe() + " is not next after sequence " + sequence + " of " + inWords()
                        + ": records between them are missing");
    }
}
