package io.ringmirror.volume;

import java.util.ArrayList;
import java.util.List;

/** What a volume's extents are through its cache; stateless, any thread. */
public final class OverlayExtents {
    private OverlayExtents() {}

    /**
     * Lays what the cache knew of a range, found on the owner's thread, over what the image knows of the same range or
     * of a longer one.
     *
     * @return extents that adjoin, in order, covering what {@code cached} does, none like its neighbour
     */
    public static List<Extent> merge(List<CachedExtent> cached, List<Extent> image) {
        List<Extent> merged = new ArrayList<>();
        int next = 0;
        for (CachedExtent part : cached) {
            if (part.state() != CachedExtent.State.UNKNOWN) {
                append(merged, part.offsetBytes(), part.endBytes(), part.state() == CachedExtent.State.HOLE);
                continue;
            }
            while (image.get(next).endBytes() <= part.offsetBytes()) {
                next++;
            }
            for (int at = next; at < image.size() && image.get(at).offsetBytes() < part.endBytes(); at++) {
                Extent extent = image.get(at);
                long start = Math.max(part.offsetBytes(), extent.offsetBytes());
                append(merged, start, Math.min(part.endBytes(), extent.endBytes()), extent.hole());
            }
        }
        return merged;
    }

    /** Adds a part behind the others, joined with the last where both are data or both are holes. */
    static void append(List<Extent> extents, long start, long end, boolean hole) {
        if (!extents.isEmpty() && extents.get(extents.size() - 1).hole() == hole) {
            Extent last = extents.remove(extents.size() - 1);
            extents.add(new Extent(last.offsetBytes(), end - last.offsetBytes(), hole));
        } else {
            extents.add(new Extent(start, end - start, hole));
        }
    }
}
