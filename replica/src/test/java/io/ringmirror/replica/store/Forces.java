package io.ringmirror.replica.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** Tells which files and directories were forced to disk, by the virtual machine's own recording. */
final class Forces {
    private static final String EVENT = "jdk.FileForce";

    private Forces() {}

    /** What may force. */
    @FunctionalInterface
    interface Action {
        void run() throws IOException;
    }

    /** Runs it; what was forced meanwhile within a directory, relative to that, in order. */
    static List<String> during(Path directory, Action action) throws IOException {
        Path file = Files.createTempFile("forces", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable(EVENT).withoutThreshold();
            recording.start();
            action.run();
            recording.stop();
            recording.dump(file);
            return RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getEventType().getName().equals(EVENT))
                    .sorted(Comparator.comparing(RecordedEvent::getStartTime))
                    .map(event -> Path.of(event.getString("path")))
                    .filter(forced -> forced.startsWith(directory))
                    .map(forced -> directory.relativize(forced).toString())
                    .toList();
        } finally {
            Files.delete(file);
        }
    }
}
