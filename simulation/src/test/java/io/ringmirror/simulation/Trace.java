package io.ringmirror.simulation;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** What happened in a run: the last steps are kept and become text only when somebody asks. One thread. */
final class Trace {
    private static final int KEPT = 80;

    private final Deque<Entry> last = new ArrayDeque<>();
    private final boolean printing;
    private long hash = 1;

    private record Entry(long step, int depth, long nowNs, String format, List<Object> args) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%6d %8.3fs %s", step, nowNs / 1e9, "  ".repeat(depth))
                    + String.format(Locale.ROOT, format, args.toArray());
        }
    }

    /** @param printing whether each step is printed as it happens */
    Trace(boolean printing) {
        this.printing = printing;
    }

    void note(World world, String format, Object... args) {
        Entry entry = new Entry(world.steps(), world.depth(), world.nowNs(), format, Arrays.asList(args));
        hash = hash * 31 + format.hashCode() + world.nowNs();
        last.add(entry);
        if (last.size() > KEPT) {
            last.poll();
        }
        if (printing) {
            System.out.println(entry);
        }
    }

    /** The same for two runs that went the same way. */
    long hash() {
        return hash;
    }

    /** The last steps, one a line. */
    String text() {
        StringBuilder text = new StringBuilder();
        last.forEach(entry -> text.append(entry).append('\n'));
        return text.toString();
    }
}
