package io.ringmirror.streams;

import io.ringmirror.schemas.MirrorStatus;
import java.util.List;
import java.util.Optional;

/** What a tracker shows to those who ask; any thread. */
interface TrackerView {
    TrackerHealth health();

    /**
     * The statuses as last folded, perhaps a moment before they are committed to the status topic: for watching, never
     * for deleting.
     *
     * @throws TrackerException saying why if it cannot be asked now
     */
    List<MirrorStatus> statuses();

    /**
     * One of {@link #statuses}, empty if no such mirror is defined.
     *
     * @throws TrackerException saying why if it cannot be asked now
     */
    Optional<MirrorStatus> status(String mirror);

    /** How many records counted for nothing since it was started, as those that cannot be read. */
    long refused();
}
