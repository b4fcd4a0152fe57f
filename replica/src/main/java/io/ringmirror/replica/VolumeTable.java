package io.ringmirror.replica;

import io.ringmirror.replica.ChainException.Kind;
import io.ringmirror.schemas.Crc;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.volume.WriteCache;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The volumes of a mirror by name and index, and the one check of a record's change against them: known volume, range
 * within it, checksum. Immutable; any thread.
 */
public final class VolumeTable {
    private final List<Definition.Volume> volumes;
    private final Map<String, Integer> indexes = new HashMap<>();

    public VolumeTable(List<Definition.Volume> volumes) {
        this.volumes = List.copyOf(volumes);
        for (Definition.Volume volume : this.volumes) {
            indexes.put(volume.name(), indexes.size());
        }
    }

    /** How many volumes there are; indexes count from 0. */
    public int size() {
        return volumes.size();
    }

    public Definition.Volume volume(int index) {
        return volumes.get(index);
    }

    /**
     * Checks an entry's change against its volume and its checksum.
     *
     * @throws ChainException CORRUPT, naming log, offset and what is wrong
     */
    public void requireSound(RingEntry entry, LogBody.Data data) {
        Integer index = indexes.get(data.volume());
        if (index == null) {
            throw corrupt(entry, "names volume '" + data.volume() + "', which this mirror does not have");
        }
        if (data instanceof LogBody.Resize) {
            throw corrupt(entry, "resizes volume '" + data.volume() + "', which this version does not apply");
        }
        long size = volumes.get(index).sizeBytes();
        Range range = Range.of(data);
        if (range.lengthBytes() > size || range.offsetBytes() > size - range.lengthBytes()) {
            throw corrupt(
                    entry,
                    "changes " + range.lengthBytes() + " bytes at " + range.offsetBytes() + " of volume '"
                            + data.volume() + "', which has " + size);
        }
        int crc = Crc.of(data);
        if (crc != data.crc32c()) {
            throw corrupt(
                    entry,
                    "has crc " + Integer.toHexString(data.crc32c()) + ", but its content has "
                            + Integer.toHexString(crc));
        }
    }

    /**
     * Puts a sound change into the cache; false if it does not fit now, and then nothing has changed.
     *
     * @throws IllegalArgumentException if it would not fit into an empty cache either
     */
    public boolean apply(LogBody.Data data, WriteCache cache) {
        int index = indexes.get(data.volume());
        if (data instanceof LogBody.Write write) {
            if (write.data().remaining() > cache.maxWriteBytes()) {
                throw new IllegalArgumentException("a write of " + write.data().remaining() + " bytes to volume '"
                        + write.volume() + "' is larger than half the cache, " + cache.maxWriteBytes()
                        + " bytes: raise source.cache.bytes or destination.cache.bytes");
            }
            return cache.write(index, write.offsetBytes(), write.data());
        }
        Range range = Range.of(data);
        return cache.zero(index, range.offsetBytes(), range.lengthBytes(), data instanceof LogBody.Discard);
    }

    private static ChainException corrupt(RingEntry entry, String what) {
        return new ChainException(Kind.CORRUPT, entry.describe() + " " + what);
    }

    /** What a change covers. */
    private record Range(long offsetBytes, long lengthBytes) {
        static Range of(LogBody.Data data) {
            if (data instanceof LogBody.Write write) {
                return new Range(write.offsetBytes(), write.data().remaining());
            } else if (data instanceof LogBody.WriteZeroes zeroes) {
                return new Range(zeroes.offsetBytes(), zeroes.lengthBytes());
            } else if (data instanceof LogBody.Discard discard) {
                return new Range(discard.offsetBytes(), discard.lengthBytes());
            }
            throw new IllegalArgumentException("a resize of volume '" + data.volume() + "' has no range");
        }
    }
}
