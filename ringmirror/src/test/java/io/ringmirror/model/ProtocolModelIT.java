package io.ringmirror.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringmirror.testing.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The protocol's model holds what is claimed of it, and sees each fault that is put into it: docs/model/README.md. */
class ProtocolModelIT {
    private static final List<Path> SPIN = List.of(Path.of("/usr/bin/spin"), Path.of("/usr/local/bin/spin"));

    @Test
    void noServerOfACircleWaitsForEverWhenOneCrashesOrIsTakenOver() throws Exception {
        assertThat(check("^circle -DWRITES=3")).contains("holds");
    }

    @Test
    void noServerOfACircleWaitsForEverWhenBothHappen() throws Exception {
        assertThat(check("^circle -DWRITES=2")).contains("holds", "ends");
    }

    @Test
    void whatTheDesignKeepsApartWouldDeadlockIfItWereCoupled() throws Exception {
        assertThat(check("^circle -D[^W]")).contains("deadlocks");
    }

    @Test
    void noMirrorLosesOrMixesWrites() throws Exception {
        assertThat(check("^mirror -DCRASHES")).contains("holds");
    }

    @Test
    void noRuleOfAMirrorCanBeLeftOut() throws Exception {
        assertThat(check("^mirror -D[^C]")).contains("refuted");
    }

    /** What the script prints where all came out as expected. */
    private static String check(String runs) throws Exception {
        assumeTrue(
                SPIN.stream().anyMatch(Files::isExecutable),
                "Spin is not installed: Debian's packages are spin and gcc");
        return Tool.succeed("../docs/model/check.sh", runs);
    }
}
