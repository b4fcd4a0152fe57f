package io.ringmirror.volume;

/** Told what a {@link WriteCache} does not hold, in ascending order, on the thread that reads the cache. */
@FunctionalInterface
public interface Misses {
    /**
     * A range to be read from the image, as long as can be.
     *
     * @param offsetBytes where it begins in the volume
     * @param lengthBytes at least 1
     * @param targetIndex where it belongs in the target, an absolute index
     */
    void miss(long offsetBytes, int lengthBytes, int targetIndex);
}
