package io.ringmirror.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ringmirror.processes.Brokers;
import io.ringmirror.torture.Fault.Kind;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
    @Test
    void aSeedGivesOnePlanAndAnotherSeedAnother() {
        assertThat(FaultPlan.draw(7, 60, true)).isEqualTo(FaultPlan.draw(7, 60, true));
        assertThat(FaultPlan.draw(7, 60, true)).isNotEqualTo(FaultPlan.draw(8, 60, true));
    }

    @Test
    void aLongerRunBeginsAsAShorterOneWithTheSameServers() {
        List<Fault> longer = FaultPlan.draw(7, 120, true).servers();

        assertThat(longer).startsWith(FaultPlan.draw(7, 60, true).servers().toArray(Fault[]::new));
    }

    @Test
    void everyKindOfFaultComesUp() {
        assertThat(kinds(FaultPlan.draw(1, 300, true))).isEqualTo(EnumSet.allOf(Kind.class));
    }

    @Test
    void brokersOfOthersAreLeftAlone() {
        assertThat(kinds(FaultPlan.draw(1, 300, false)))
                .contains(Kind.KILL_TRACKER)
                .doesNotContain(Kind.KILL_BROKER, Kind.PAUSE_BROKER, Kind.CUT_OFF, Kind.TAKE_OVER_CUT_OFF);
    }

    @Test
    void noPortIsGivenOutTwice() throws Exception {
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            List<Integer> more = Brokers.freePorts(20);
            assertThat(ports).doesNotContainAnyElementsOf(more);
            ports.addAll(more);
        }
    }

    @Test
    void topologiesAreWhatTheirNamesSay() {
        assertThat(routes("pair")).containsExactly("m1: s1 > [s2]");
        assertThat(routes("both-ways")).containsExactly("m1: s1 > [s2]", "m2: s2 > [s1]");
        assertThat(routes("circle:3")).containsExactly("m1: s1 > [s2]", "m2: s2 > [s3]", "m3: s3 > [s1]");
        assertThat(routes("fan-out:3")).containsExactly("m1: s1 > [s2, s3, s4]");
        for (String wrong : List.of("", "ring", "circle", "circle:1", "circle:9", "fan-out:0", "pair:2")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Topology.parse(wrong))
                    .withMessageContaining("pair, both-ways, circle:N");
        }
    }

    private static Set<Kind> kinds(FaultPlan plan) {
        return Stream.concat(plan.servers().stream(), plan.cluster().stream())
                .map(Fault::kind)
                .collect(Collectors.toSet());
    }

    private static List<String> routes(String topology) {
        return Topology.parse(topology).routes().stream()
                .map(route -> route.mirror() + ": " + route.source() + " > " + route.destinations())
                .toList();
    }
}
