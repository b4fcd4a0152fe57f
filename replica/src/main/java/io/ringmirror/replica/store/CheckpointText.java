package io.ringmirror.replica.store;

import io.ringmirror.schemas.EpochTrail;
import io.ringmirror.schemas.Event.Role;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * A checkpoint as the text of a position file, and back; stateless, any thread. Lines end with a line feed; fields come
 * in this order, {@code dirty.to} if there is one, with a {@code dirty.seal} for each epoch that ends before it, and a
 * {@code trail} for each log ever used, with five dashes where it is not sealed:
 *
 * <pre>
 *   ringmirror-position 3
 *   replica.id=0b8c7a52-…
 *   role=source                       or destination: what its server was last
 *   reign.epoch=0                     the last epoch it may have sealed itself
 *   use=open                          or closed: whether a server has the directory open
 *   mirror.id=5f1d2c04-…
 *   cluster.id=…
 *   topic.id=…
 *   term=1
 *   writer=0b8c7a52-…                 a dash before the first term
 *   epoch=7 812 3325952 9f86d081884c7d65 open     number, records, bytes, digest, open or sealed
 *   sequence=30118
 *   log=2
 *   offset=4711
 *   leader.epoch=0
 *   time.ms=1795435200000
 *   next.log=2
 *   next.offset=4712
 *   flushes=6
 *   dirty.to=7 30200 1 0b8c7a52-… 894 3661824 9f86d081884c7d65    epoch, sequence, term, writer; records, bytes, digest
 *   dirty.seal=6 29900 402 1646592 0123456789abcdef               epoch, sequence, records, bytes, digest
 *   trail=0 6 0 5120 29000 1002 4104192 0123456789abcdef
 *   trail=2 7 0 - - - - -             log, epoch, first offset; seal: end offset, sequence, records, bytes, digest
 *   crc32c=1a2b3c4d                   of all bytes above this line
 * </pre>
 *
 * <p>Version 2 said no more of {@code dirty.to} than its first three numbers, and nothing of its use. It is read,
 * and replaced by the next change.
 */
final class CheckpointText {
    static final String VERSION_LINE = "ringmirror-position 3";
    static final String FORMER_VERSION_LINE = "ringmirror-position 2";
    private static final String CRC_KEY = "crc32c=";
    static final String UNSEALED = " - - - - -";
    static final String NOBODY = "-";
    static final String SOURCE = "source";
    static final String DESTINATION = "destination";
    static final String OPEN = "open";
    static final String CLOSED = "closed";
    static final String SEALED = "sealed";

    private CheckpointText() {}

    static byte[] write(Checkpoint checkpoint) {
        StringBuilder text = new StringBuilder(VERSION_LINE).append('\n');
        Position position = checkpoint.position();
        line(text, "replica.id", checkpoint.replicaId());
        line(text, "role", checkpoint.role() == Role.SOURCE ? SOURCE : DESTINATION);
        line(text, "reign.epoch", checkpoint.reignEpoch());
        if (checkpoint.use() != Use.UNKNOWN) {
            line(text, "use", checkpoint.use() == Use.OPEN ? OPEN : CLOSED);
        }
        line(text, "mirror.id", position.mirrorId());
        line(text, "cluster.id", position.clusterId());
        line(text, "topic.id", position.topicId());
        line(text, "term", position.term());
        line(text, "writer", writer(position.writer()));
        line(text, "epoch", epoch(position.epoch()));
        line(text, "sequence", position.sequence());
        line(text, "log", position.log());
        line(text, "offset", position.offset());
        line(text, "leader.epoch", position.leaderEpoch());
        line(text, "time.ms", position.timeMs());
        line(text, "next.log", position.nextLog());
        line(text, "next.offset", position.nextOffset());
        line(text, "flushes", checkpoint.flushes());
        checkpoint.dirtyTo().ifPresent(to -> dirtyTo(text, to));
        for (EpochTrail trail : checkpoint.trails()) {
            line(text, "trail", trail.log() + " " + trail.epoch() + " " + trail.firstOffset() + seal(trail.seal()));
        }
        String crc = CRC_KEY + crc(text.toString()) + "\n";
        return text.append(crc).toString().getBytes(StandardCharsets.UTF_8);
    }

    /** @throws BadLineException if it is not whole, of another version, or a field is wrong */
    static Checkpoint read(byte[] content) throws BadLineException {
        return new CheckpointReader(checked(new String(content, StandardCharsets.UTF_8))).checkpoint();
    }

    private static List<String> checked(String text) throws BadLineException {
        List<String> lines = text.lines().toList();
        if (lines.isEmpty() || !List.of(VERSION_LINE, FORMER_VERSION_LINE).contains(lines.get(0))) {
            throw new BadLineException(
                    1,
                    "it must read '" + VERSION_LINE + "'; another version of RingMirror wrote it, or"
                            + " something else did");
        }
        int last = lines.size();
        String crcLine = lines.get(last - 1);
        String body = text.substring(0, Math.max(0, text.length() - crcLine.length() - 1));
        if (!crcLine.startsWith(CRC_KEY) || !text.endsWith("\n")) {
            throw new BadLineException(last, "the file ends without its checksum: it was cut off");
        }
        String expected = CRC_KEY + crc(body);
        if (!crcLine.equals(expected)) {
            throw new BadLineException(
                    last,
                    "found " + crcLine + ", but the lines above give " + expected + ": the file was damaged or edited");
        }
        return lines.subList(1, last - 1);
    }

    private static void line(StringBuilder text, String key, Object value) {
        text.append(key).append('=').append(value).append('\n');
    }

    private static void dirtyTo(StringBuilder text, DirtyTo to) {
        String numbers = to.epoch() + " " + to.sequence() + " " + to.term();
        String history = to.history()
                .map(is -> " " + writer(is.writer()) + " " + is.records() + " " + is.bytes() + " " + hex(is.digest()))
                .orElse("");
        line(text, "dirty.to", numbers + history);
        for (DirtyTo.Seal seal : to.history().map(DirtyTo.History::seals).orElse(List.of())) {
            line(
                    text,
                    "dirty.seal",
                    seal.epoch() + " " + seal.sequence() + " " + seal.records() + " " + seal.bytes() + " "
                            + hex(seal.digest()));
        }
    }

    private static String writer(Optional<UUID> writer) {
        return writer.map(UUID::toString).orElse(NOBODY);
    }

    private static String epoch(Position.EpochProgress epoch) {
        return epoch.number() + " " + epoch.records() + " " + epoch.bytes() + " " + hex(epoch.digest()) + " "
                + (epoch.sealed() ? SEALED : OPEN);
    }

    private static String seal(Optional<EpochTrail.Seal> seal) {
        return seal.map(is -> " " + is.endOffset() + " " + is.sequence() + " " + is.records() + " " + is.bytes() + " "
                        + hex(is.digest()))
                .orElse(UNSEALED);
    }

    private static String hex(long value) {
        String digits = Long.toHexString(value);
        return "0".repeat(16 - digits.length()) + digits;
    }

    private static String crc(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return hex(crc.getValue()).substring(8);
    }
}
