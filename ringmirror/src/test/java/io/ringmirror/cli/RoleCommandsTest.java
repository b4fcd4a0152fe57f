package io.ringmirror.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.cli.Cli.Answer;
import io.ringmirror.schemas.Command;
import io.ringmirror.schemas.Command.Conditions;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.schemas.TopicNames;
import io.ringmirror.schemas.serde.MirrorSerdes;
import io.ringmirror.schemas.topics.DefinitionStore;
import io.ringmirror.testing.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * In which order {@code promote} and {@code demote} speak to the servers of a mirror, and what they make of answers that do
 * not come or say no. East is the source in term 1, west is to have the role.
 */
class RoleCommandsTest {
    private static final OptionalLong TERM = OptionalLong.of(1);

    private static TestCluster cluster;
    private static Cli cli;

    private final Map<String, Function<Command, List<Event>>> answers = new ConcurrentHashMap<>();
    private Definition mirror;
    private ScriptedServers servers;

    @BeforeAll
    static void startBroker() throws Exception {
        cluster = TestCluster.start();
        cli = new Cli(cluster.bootstrapServers());
    }

    @AfterAll
    static void stopBroker() {
        cluster.close();
    }

    @BeforeEach
    void make(TestInfo test) {
        String name = "m" + Integer.toHexString(test.getDisplayName().hashCode());
        Answer made = cli.run("create", name, "--volume", "v=1M", "--source", "east", "--destination", "west");
        assertThat(made.exitCode()).as(made.err()).isZero();
        mirror = definition(name);
        servers = ScriptedServers.of(
                client(),
                mirror,
                command -> answers.getOrDefault(line(command), nothing -> List.of())
                        .apply(command));
        when(
                "ASK_FIT",
                asked -> List.of(
                        ready(asked, "west", Role.DESTINATION),
                        ready(asked, "east", told().contains("DEMOTE east") ? Role.DESTINATION : Role.SOURCE)));
        when("DEMOTE east", order -> List.of(says("east", Role.DESTINATION, 1, new Fact.Beat())));
        when("PROMOTE west", order -> List.of(says("west", Role.SOURCE, 2, new Fact.TermBegun(0, 9))));
        when("PROMOTE east", order -> List.of(says("east", Role.SOURCE, 2, new Fact.TermBegun(0, 9))));
    }

    @AfterEach
    void stop() {
        servers.close();
    }

    @Test
    void aSourceHandsOverBeforeAnotherIsPromotedAndBothOrdersAreOfTheTermAndAgeC11C12() {
        Answer answer = promote("--wait");

        assertThat(answer.exitCode()).as(answer.err()).isZero();
        assertThat(told()).containsExactly("ASK_FIT", "DEMOTE east", "PROMOTE west");
        assertThat(conditions("DEMOTE east"))
                .isEqualTo(new Conditions(TERM, OptionalLong.of(50_000), false, Optional.of("west")));
        assertThat(conditions("PROMOTE west"))
                .isEqualTo(new Conditions(TERM, OptionalLong.of(60_000), true, Optional.empty()));
    }

    @Test
    void theOldSourceIsToldToTakeTheRoleBackWhereTheNewOneRefusesC11() {
        when("PROMOTE west", order -> List.of(refused(order, "west", "its disk failed")));

        Answer answer = promote("--wait");

        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.err())
                .contains("server west refused: its disk failed", "server east has taken the role back");
        assertThat(told()).containsExactly("ASK_FIT", "DEMOTE east", "PROMOTE west", "ASK_FIT", "PROMOTE east");
        assertThat(conditions("PROMOTE east").handedOver()).isTrue();
        assertThat(conditions("PROMOTE east").expectedTerm()).isEqualTo(TERM);
    }

    @Test
    void anOldSourceThatHasTakenTheRoleBackByItselfIsNotToldToC11() {
        eastSaysThatItIsTheSource();
        when("PROMOTE west", order -> List.of(refused(order, "west", "its disk failed")));

        assertThat(promote("--wait").err()).contains("server east has taken the role back");
        assertThat(told()).doesNotContain("PROMOTE east");
    }

    @Test
    void theOldSourceIsToldToTakeTheRoleBackWhereTheNewOneIsNotHeardC11() {
        when("PROMOTE west", order -> List.of());

        Answer answer = promote("--wait", "--timeout", "1s");

        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.err())
                .contains(
                        "server east has taken the role back",
                        "server west did not say within 1 s that it is the source");
        assertThat(told()).endsWith("PROMOTE east");
    }

    @Test
    void aSourceThatDoesNotAnswerHasNotHandedOverI3() {
        when("DEMOTE east", order -> List.of());

        Answer answer = promote("--wait", "--drain", "1s");

        assertThat(answer.exitCode()).as(answer.err()).isZero();
        assertThat(answer.err()).contains("server east has not handed over; server west fences it");
        assertThat(conditions("PROMOTE west").handedOver()).isFalse();
    }

    @Test
    void aSourceThatRefusesHasNotHandedOverAndIsNotToldToTakeTheRoleBackI3() {
        when("DEMOTE east", order -> List.of(refused(order, "east", "not now")));
        when("PROMOTE west", order -> List.of(refused(order, "west", "its disk failed")));

        Answer answer = promote("--wait");

        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(conditions("PROMOTE west").handedOver()).isFalse();
        assertThat(told()).doesNotContain("PROMOTE east");
    }

    @Test
    void withoutADrainNobodyIsAskedToHandOverI3() {
        Answer answer = promote("--wait", "--drain", "0s");

        assertThat(answer.exitCode()).as(answer.err()).isZero();
        assertThat(told()).containsExactly("ASK_FIT", "PROMOTE west");
        assertThat(conditions("PROMOTE west").handedOver()).isFalse();
    }

    @Test
    void nobodyLetsGoForAServerThatSaysThatItIsNotFitC11() {
        when(
                "ASK_FIT",
                asked -> List.of(
                        ready(asked, "east", Role.SOURCE),
                        refused(asked, "west", "the mirror does not run here: DIVERGED")));

        Answer answer = promote("--wait");

        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.err())
                .contains("server west cannot take the role: the mirror does not run here: DIVERGED; nothing was done");
        assertThat(told()).containsExactly("ASK_FIT");
    }

    @Test
    void nobodyLetsGoForAServerThatIsFartherBehindThanTheDrainAllowsC11() {
        when(
                "ASK_FIT",
                asked -> List.of(
                        fit(asked, "west", Role.DESTINATION, 1, 10_000), fit(asked, "east", Role.SOURCE, 1, 31_000)));

        assertThat(promote("--wait").err()).contains("it is 21000 records and 21 s behind server east");
        assertThat(told()).containsExactly("ASK_FIT");
        assertThat(promote("--wait", "--drain", "22s").exitCode()).isZero();
    }

    @Test
    void nobodyLetsGoForAServerThatHasNotReadTheTermC11() {
        when(
                "ASK_FIT",
                asked -> List.of(fit(asked, "west", Role.DESTINATION, 1, 0), fit(asked, "east", Role.SOURCE, 2, 0)));

        assertThat(promote("--wait").err())
                .contains("it has read up to term 1, server east is the source in term 2; nothing was done");
        assertThat(told()).containsExactly("ASK_FIT");
    }

    @Test
    void withoutAWaitAnOrderEndsWhenTheServerBegins() {
        eastSaysThatItIsTheSource();
        when("PROMOTE west", order -> List.of(ready(order, "west", Role.DESTINATION)));
        when("DEMOTE east", order -> List.of(ready(order, "east", Role.SOURCE)));

        Answer demoted = cli.run("demote", mirror.mirror(), "--execute");
        assertThat(demoted.exitCode()).as(demoted.err()).isZero();
        assertThat(demoted.out()).contains("server east finishes, flushes and gives up the role", "--wait");
        assertThat(conditions("DEMOTE east"))
                .isEqualTo(new Conditions(TERM, OptionalLong.of(10_000), false, Optional.empty()));
        Answer promoted = promote("--drain", "0s");
        assertThat(promoted.exitCode()).as(promoted.err()).isZero();
        assertThat(promoted.out()).contains("server west takes the role", "--wait");

        Answer waited = cli.run("demote", mirror.mirror(), "--execute", "--wait", "--timeout", "1s");
        assertThat(waited.exitCode()).isEqualTo(1);
        assertThat(waited.err()).contains("server east did not say within 1 s that it is a destination");
    }

    @Test
    void withoutExecuteNobodyIsTold() {
        assertThat(cli.run("promote", mirror.mirror(), "--server", "west").out())
                .contains("would ask server east to finish, flush and hand over");
        assertThat(cli.run("demote", mirror.mirror()).out()).contains("would have server east finish, flush");

        assertThat(told()).containsExactly("ASK_FIT", "ASK_FIT");
    }

    /** Idle servers say something by themselves every third beat, which may be minutes. */
    @Test
    void aMirrorIsNotDeletedWhileAServerAnswersThatItRunsIt() {
        Answer refused = cli.run("delete", mirror.mirror(), "--execute");

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("says that it runs mirror '" + mirror.mirror() + "'; nothing was done");
        assertThat(told()).containsExactly("ASK_FIT");
    }

    @Test
    void aMirrorThatStandsStillOnAServerIsDeleted() {
        when(
                "ASK_FIT",
                asked -> List.of(
                        refused(asked, "west", "it does not run"),
                        says("west", Role.DESTINATION, 0, new Fact.Stopped("it does not run"))));

        assertThat(cli.run("delete", mirror.mirror(), "--execute").exitCode()).isZero();
    }

    private void eastSaysThatItIsTheSource() {
        when("ASK_FIT", asked -> List.of(ready(asked, "west", Role.DESTINATION), ready(asked, "east", Role.SOURCE)));
    }

    private void when(String command, Function<Command, List<Event>> answer) {
        answers.put(command, answer);
    }

    private Answer promote(String... more) {
        List<String> words = new ArrayList<>(List.of("promote", mirror.mirror(), "--server", "west", "--execute"));
        words.addAll(List.of(more));
        return cli.run(words.toArray(String[]::new));
    }

    private List<String> told() {
        return servers.told().stream().map(RoleCommandsTest::line).toList();
    }

    private Conditions conditions(String line) {
        return servers.told().stream()
                .filter(command -> line(command).equals(line))
                .findFirst()
                .orElseThrow()
                .conditions();
    }

    private static String line(Command command) {
        return command.action() + command.server().map(server -> " " + server).orElse("");
    }

    private Event ready(Command asked, String server, Role role) {
        return fit(asked, server, role, 1, 0);
    }

    private Event fit(Command asked, String server, Role role, long term, long appliedSequence) {
        return ScriptedServers.says(mirror, server, role, term, new Fact.Ready(asked.commandId()), appliedSequence);
    }

    private Event refused(Command order, String server, String why) {
        Role role = server.equals("east") ? Role.SOURCE : Role.DESTINATION;
        return says(server, role, 1, new Fact.Refused(order.commandId(), why));
    }

    private Event says(String server, Role role, long term, Fact fact) {
        return ScriptedServers.says(mirror, server, role, term, fact);
    }

    private static Definition definition(String mirror) {
        try (MirrorSerdes serdes = MirrorSerdes.configured(Map.of())) {
            return new DefinitionStore(
                            new TopicNames(TopicNames.DEFAULT_PREFIX), serdes, client(), Duration.ofSeconds(10))
                    .find(mirror)
                    .orElseThrow();
        }
    }

    private static Map<String, Object> client() {
        return Map.of("bootstrap.servers", cluster.bootstrapServers());
    }
}
