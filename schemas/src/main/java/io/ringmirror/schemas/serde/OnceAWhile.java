package io.ringmirror.schemas.serde;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps what may repeat itself without end from filling a log: of one subject a line a minute, with how many were left out.
 * Memory is bounded. One thread.
 */
public final class OnceAWhile {
    private static final long WHILE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int SUBJECTS_KEPT = 256;

    private final LongSupplier nanoTime;
    private final Map<String, Said> subjects = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Said> eldest) {
            return size() > SUBJECTS_KEPT;
        }
    };

    private record Said(long atNanos, long leftOut) {}

    public OnceAWhile(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The line, if it is time for one about the subject. */
    public Optional<String> line(String subject, String text) {
        long now = nanoTime.getAsLong();
        Said last = subjects.get(subject);
        if (last != null && now - last.atNanos() < WHILE_NANOS) {
            subjects.put(subject, new Said(last.atNanos(), last.leftOut() + 1));
            return Optional.empty();
        }
        subjects.put(subject, new Said(now, 0));
        return Optional.of(
                last == null || last.leftOut() == 0
                        ? text
                        : text + " (and " + last.leftOut() + " more in the minute before)");
    }
}
