package io.ringmirror.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenedTest {
    private final List<String> closed = new ArrayList<>();

    @Test
    void aStartCutShortClosesWhatItOpenedLastFirstWhateverFails() {
        try (Opened opened = new Opened()) {
            opened.add(() -> closed.add("first"));
            opened.add(() -> {
                throw new IllegalStateException("told to fail");
            });
            opened.add(() -> closed.add("last"));
        }
        assertThat(closed).containsExactly("last", "first");
    }

    @Test
    void aStartThatCameToItsEndClosesNothing() {
        try (Opened opened = new Opened()) {
            opened.add(() -> closed.add("first"));
            opened.keep();
        }
        assertThat(closed).isEmpty();
    }
}
