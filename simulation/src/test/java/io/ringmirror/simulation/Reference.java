package io.ringmirror.simulation;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.LogBody;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The volumes as the {@link History} makes them, at any sequence: what an image must be equal to. */
final class Reference {
    private final History history;
    private final Map<String, Integer> indexes = new HashMap<>();
    private final byte[][] volumes;
    private long sequence;

    Reference(History history, List<Definition.Volume> definitions) {
        this.history = history;
        this.volumes = new byte[definitions.size()][];
        for (Definition.Volume volume : definitions) {
            volumes[indexes.size()] = new byte[(int) volume.sizeBytes()];
            indexes.put(volume.name(), indexes.size());
        }
    }

    /** The volumes after this change; to be read only, and until the next call. */
    byte[][] at(long wanted) {
        if (wanted < sequence) {
            for (byte[] volume : volumes) {
                Arrays.fill(volume, (byte) 0);
            }
            sequence = 0;
        }
        while (sequence < wanted) {
            apply(history.change(++sequence), volumes);
        }
        return volumes;
    }

    /** A copy of the volumes after this change. */
    byte[][] copyAt(long wanted) {
        byte[][] copy = at(wanted).clone();
        for (int i = 0; i < copy.length; i++) {
            copy[i] = copy[i].clone();
        }
        return copy;
    }

    /** Marks, by volume, what the changes behind one and up to another touch. */
    boolean[][] touched(long after, long upTo) {
        boolean[][] marks = new boolean[volumes.length][];
        for (int i = 0; i < marks.length; i++) {
            marks[i] = new boolean[volumes[i].length];
        }
        for (long number = after + 1; number <= Math.min(upTo, history.sequence()); number++) {
            LogBody.Data change = history.change(number);
            int start = (int) offset(change);
            Arrays.fill(marks[indexes.get(change.volume())], start, start + length(change), true);
        }
        return marks;
    }

    private void apply(LogBody.Data change, byte[][] target) {
        byte[] volume = target[indexes.get(change.volume())];
        int start = (int) offset(change);
        if (change instanceof LogBody.Write write) {
            write.data()
                    .get(write.data().position(), volume, start, write.data().remaining());
        } else {
            Arrays.fill(volume, start, start + length(change), (byte) 0);
        }
    }

    private static long offset(LogBody.Data change) {
        if (change instanceof LogBody.Write write) {
            return write.offsetBytes();
        }
        return change instanceof LogBody.WriteZeroes zero
                ? zero.offsetBytes()
                : ((LogBody.Discard) change).offsetBytes();
    }

    private static int length(LogBody.Data change) {
        if (change instanceof LogBody.Write write) {
            return write.data().remaining();
        }
        return (int)
                (change instanceof LogBody.WriteZeroes zero
                        ? zero.lengthBytes()
                        : ((LogBody.Discard) change).lengthBytes());
    }
}
