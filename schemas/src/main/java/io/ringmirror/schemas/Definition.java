package io.ringmirror.schemas;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * What {@code create} wrote about a mirror: the record of the definitions topic, keyed by the mirror's name.
 *
 * @param mirror the mirror's name
 * @param mirrorId given at {@code create}; a mirror made anew under an old name has another
 * @param generation 1 at {@code create}, one more at every change
 * @param createdMs milliseconds since the epoch, for people
 * @param source the server that takes the role first
 * @param volumes at least one, names distinct
 * @param replicas every registered replica, the source's among them; servers and ids distinct
 * @param ring the bounds of the ring
 * @param retentionMs how long released records are kept for rewinding, milliseconds; 0 deletes them at once
 * @param fence what its writer goes by at the brokers
 */
public record Definition(
        String mirror,
        UUID mirrorId,
        long generation,
        long createdMs,
        String source,
        List<Volume> volumes,
        List<Replica> replicas,
        Ring ring,
        long retentionMs,
        Fence fence) {

    /** A volume and the size it began with. */
    public record Volume(String name, long sizeBytes) {
        /** Offsets and sizes of block devices count in sectors of this many bytes. */
        public static final int SECTOR_BYTES = 512;

        public Volume {
            Checks.name("volume", name);
            if (sizeBytes < SECTOR_BYTES || sizeBytes % SECTOR_BYTES != 0) {
                throw new IllegalArgumentException("size of volume '" + name + "' is " + sizeBytes
                        + " bytes; it must be a positive multiple of " + SECTOR_BYTES);
            }
        }
    }

    /** A server's copy of the mirror, registered: nothing is released that it has not flushed. */
    public record Replica(String server, UUID replicaId) {
        public Replica {
            Checks.name("server", server);
            Objects.requireNonNull(replicaId, "replicaId");
        }
    }

    /**
     * The bounds of a ring.
     *
     * @param initialLogs logs made at {@code create}
     * @param maxLogs most logs the ring grows to, at least 2
     * @param maxBytes most live bytes in the ring before writers wait, as {@link EpochTrail#ringBytes} counts them
     */
    public record Ring(int initialLogs, int maxLogs, long maxBytes) {
        public Ring {
            Checks.atLeast("ring.initial.logs", initialLogs, 2);
            Checks.atLeast("ring.max.logs", maxLogs, initialLogs);
            Checks.atLeast("ring.max.bytes", maxBytes, 1 << 20);
        }
    }

    /**
     * By which transactional id brokers know the mirror's writer, of whom they let one append. Where they lost what they
     * knew of an id, the fence is stuck; it is made anew in two steps: while it is closing nobody takes the role, and writers under
     * older ids are ended; then it stands.
     *
     * @param number how often it was made anew
     * @param closing whether writers under older ids are being ended
     */
    public record Fence(int number, boolean closing) {
        public static final Fence FIRST = new Fence(0, false);

        public Fence {
            Checks.atLeast("fence", number, 0);
        }
    }

    public Definition {
        Checks.name("mirror", mirror);
        Objects.requireNonNull(mirrorId, "mirrorId");
        Checks.atLeast("generation", generation, 1);
        Checks.name("source", source);
        Checks.atLeast("number of volumes", volumes.size(), 1);
        Checks.atLeast("retention.ms", retentionMs, 0);
        Objects.requireNonNull(ring, "ring");
        Objects.requireNonNull(fence, "fence");
        volumes = List.copyOf(volumes);
        replicas = List.copyOf(replicas);
        distinct("volume", volumes.stream().map(Volume::name).toList());
        distinct("server", replicas.stream().map(Replica::server).toList());
        distinct("replica", replicas.stream().map(Replica::replicaId).toList());
        if (replicas.stream().noneMatch(replica -> replica.server().equals(source))) {
            throw new IllegalArgumentException("source server '" + source + "' has no registered replica");
        }
    }

    /** One whose fence was never made anew. */
    public Definition(
            String mirror,
            UUID mirrorId,
            long generation,
            long createdMs,
            String source,
            List<Volume> volumes,
            List<Replica> replicas,
            Ring ring,
            long retentionMs) {
        this(mirror, mirrorId, generation, createdMs, source, volumes, replicas, ring, retentionMs, Fence.FIRST);
    }

    /**
     * The first generation of a new mirror, made now, with new ids for it and its replicas.
     *
     * @param destinations servers with a replica beside the source's
     * @throws IllegalArgumentException if it would not be a mirror; says why
     */
    public static Definition first(
            String mirror,
            String source,
            List<String> destinations,
            List<Volume> volumes,
            Ring ring,
            long retentionMs) {
        List<Replica> replicas = new ArrayList<>();
        replicas.add(new Replica(source, UUID.randomUUID()));
        destinations.forEach(server -> replicas.add(new Replica(server, UUID.randomUUID())));
        return new Definition(
                mirror, UUID.randomUUID(), 1, System.currentTimeMillis(), source, volumes, replicas, ring, retentionMs);
    }

    /** By what brokers know the mirror's writer, of whom they let one append. */
    public String transactionalId() {
        return transactionalId(fence.number());
    }

    /** The ids that were the writer's before the fence was made anew. */
    public List<String> formerTransactionalIds() {
        return IntStream.range(0, fence.number())
                .mapToObj(this::transactionalId)
                .toList();
    }

    private String transactionalId(int number) {
        return number == 0 ? mirrorId.toString() : mirrorId + "-" + number;
    }

    /** The next generation, with a fence that is being made anew. */
    public Definition closingFence() {
        return next(source, replicas, new Fence(fence.number() + 1, true));
    }

    /** The next generation, with the fence standing: writers under older ids can append nothing any more. */
    public Definition standingFence() {
        return next(source, replicas, new Fence(fence.number(), false));
    }

    /** The replica registered for a server. */
    public Optional<Replica> replicaOf(String server) {
        return replicas.stream()
                .filter(replica -> replica.server().equals(server))
                .findFirst();
    }

    /**
     * Whether this one is heeded by whoever knows {@code known}: a later generation, or another mirror under the name. Of
     * two of one generation the first one stands.
     */
    public boolean replaces(Definition known) {
        return !mirrorId.equals(known.mirrorId) || generation > known.generation;
    }

    /**
     * The next generation, with one replica more.
     *
     * @throws IllegalArgumentException if the server has one, or the id is taken
     */
    public Definition with(Replica added) {
        List<Replica> more = new ArrayList<>(replicas);
        more.add(added);
        return next(source, more, fence);
    }

    /**
     * The next generation, without a server's replica.
     *
     * @param remaining the server that stands for the first source, where that is the one which goes
     * @throws IllegalArgumentException if {@code remaining} has no replica then
     */
    public Definition without(String server, String remaining) {
        List<Replica> fewer = replicas.stream()
                .filter(replica -> !replica.server().equals(server))
                .toList();
        return next(source.equals(server) ? remaining : source, fewer, fence);
    }

    private Definition next(String first, List<Replica> changed, Fence nextFence) {
        return new Definition(
                mirror, mirrorId, generation + 1, createdMs, first, volumes, changed, ring, retentionMs, nextFence);
    }

    private static void distinct(String field, List<?> values) {
        Set<Object> seen = new HashSet<>();
        for (Object value : values) {
            if (!seen.add(value)) {
                throw new IllegalArgumentException(field + " '" + value + "' is named twice");
            }
        }
    }
}
