package io.ringmirror.demo;

import io.ringmirror.schemas.MirrorStatus;
import java.util.Optional;

/** Told how the demo comes along, often; on the demo's thread. */
public interface DemoProgress {
    /** Something happened that is worth a line. */
    void say(String line);

    /**
     * The work goes on.
     *
     * @param done from 0 to 1
     * @param bytes written so far
     * @param status the tracker's last answer, if it has answered
     */
    void working(double done, long bytes, Optional<MirrorStatus> status);
}
