package io.ringmirror.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** What a program came to: its exit code and all that it printed. */
record Answer(List<String> command, int exitCode, String out, String err) {
    /** The same, after seeing that it went well. */
    Answer succeeded() {
        return exited(0);
    }

    /** The same, after seeing that it ended so. */
    Answer exited(int expected) {
        assertThat(exitCode)
                .as("%s:%n%s%s", String.join(" ", command), out, err)
                .isEqualTo(expected);
        return this;
    }

    /** The one line that it said on stderr; there must be no other, and nothing on stdout. */
    String onlyLine() {
        assertThat(out).as("stdout of %s", command).isEmpty();
        assertThat(err.lines()).as("stderr of %s", command).hasSize(1);
        return err.strip();
    }
}
