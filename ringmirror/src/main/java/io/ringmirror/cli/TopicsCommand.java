package io.ringmirror.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.topics.Finding;
import io.ringmirror.schemas.topics.PlannedTopic;
import io.ringmirror.schemas.topics.TopicChange;
import io.ringmirror.schemas.topics.TopicCheck;
import io.ringmirror.schemas.topics.TopicPlan;
import io.ringmirror.streams.StatusJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ringmirror topics}. */
@Command(
        name = "topics",
        description = "Compares the topics with what they must be and shows what has to change; acts with --execute.")
final class TopicsCommand extends ClusterCommand {
    @Mixin
    private OutputOption output;

    @Option(names = "--execute", description = "Makes the changes.")
    private boolean execute;

    @Override
    ExitCode run(Cluster cluster) {
        List<Definition> definitions =
                cluster.isNew() ? List.of() : cluster.definitions().all();
        TopicPlan plan = cluster.plan();
        List<TopicChange> changes = new ArrayList<>(cluster.admin().changes(planned(plan, definitions)));
        changes.addAll(cluster.admin().changes(plan.memory()));
        if (execute) {
            cluster.admin().apply(changes);
        }
        List<TopicChange> forcing = forcing(cluster, definitions);
        if (execute) {
            cluster.admin().apply(forcing);
        }
        changes.addAll(forcing);
        List<Finding> findings = findings(cluster, definitions);
        if (output.json()) {
            out().println(StatusJson.text(document(changes, findings)));
            return ExitCode.OK;
        }
        changes.forEach(change -> out().println((execute ? "" : "would ") + change.line()));
        if (changes.isEmpty()) {
            out().println("topics are as they must be");
        }
        findings.forEach(finding -> err().println("ringmirror: warning: " + finding.line()));
        if (!execute && !changes.isEmpty()) {
            err().println("nothing was done; add --execute to do it");
        }
        return ExitCode.OK;
    }

    private static List<PlannedTopic> planned(TopicPlan plan, List<Definition> definitions) {
        List<PlannedTopic> planned = new ArrayList<>(plan.shared());
        definitions.forEach(definition -> planned.add(plan.ring(definition)));
        return planned;
    }

    /** What depends on the rings as they are now. */
    private static List<TopicChange> forcing(Cluster cluster, List<Definition> definitions) {
        TopicCheck check = new TopicCheck(cluster.names());
        List<String> mirrors = mirrors(definitions);
        return check.forcing(cluster.admin().facts(check.topics(mirrors)), mirrors).stream()
                .toList();
    }

    /** What is wrong and is not mended by the changes: settings of brokers, too few replicas. */
    private static List<Finding> findings(Cluster cluster, List<Definition> definitions) {
        TopicCheck check = new TopicCheck(cluster.names());
        List<String> mirrors = mirrors(definitions);
        List<Finding> findings = new ArrayList<>(check.check(cluster.admin().facts(check.topics(mirrors)), mirrors));
        findings.addAll(check.checkMemory(cluster.admin().facts(check.memory())));
        return findings;
    }

    private static List<String> mirrors(List<Definition> definitions) {
        return definitions.stream().map(Definition::mirror).toList();
    }

    private ObjectNode document(List<TopicChange> changes, List<Finding> findings) {
        ObjectNode document =
                JsonNodeFactory.instance.objectNode().put("version", 1).put("executed", execute);
        ArrayNode changed = document.putArray("changes");
        changes.forEach(
                change -> changed.addObject().put("topic", change.topic()).put("change", change.line()));
        ArrayNode found = document.putArray("findings");
        findings.forEach(finding -> found.addObject()
                .put("severity", finding.severity().name().toLowerCase(Locale.ROOT))
                .put("subject", finding.subject())
                .put("key", finding.key())
                .put("value", finding.value())
                .put("required", finding.required())
                .put("why", finding.why()));
        return document;
    }
}
