package io.ringmirror.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.streams.StatusJson;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ringmirror describe}. */
@Command(name = "describe", description = "Shows a mirror's definition and what the tracker says of it.")
final class DescribeCommand extends MirrorCommand {
    @Mixin
    private OutputOption output;

    @Override
    ExitCode run(Cluster cluster) {
        Definition definition = cluster.definition(mirror());
        Optional<MirrorStatus> status = cluster.shownStatus(mirror());
        OptionalLong bytes = cluster.ringBytesOnDisk(mirror());
        if (output.json()) {
            ObjectNode document =
                    DefinitionJson.document(List.of(definition), status.stream().toList());
            document.put("ringBytesOnDisk", bytes.isPresent() ? Long.valueOf(bytes.getAsLong()) : null);
            document.set("status", status.map(StatusJson::mirror).orElse(null));
            out().println(StatusJson.text(document));
            return ExitCode.OK;
        }
        print(definition, PresentSource.of(definition, status), cluster.names().ring(mirror()));
        out().println("On disk:    "
                + (bytes.isPresent()
                        ? Quantities.bytes(bytes.getAsLong()) + ", on all brokers together"
                        : "not known: it takes the right to Describe the cluster"));
        out().println();
        status.ifPresentOrElse(
                known -> StatusTable.print(List.of(known), System.currentTimeMillis(), out()),
                () -> out().println("The tracker has not spoken of it yet; is one running?"));
        return ExitCode.OK;
    }

    private void print(Definition definition, Optional<String> source, String ring) {
        PrintWriter out = out();
        out.println("Mirror:     " + definition.mirror() + ", id " + definition.mirrorId() + ", generation "
                + definition.generation() + ", created " + Instant.ofEpochMilli(definition.createdMs()));
        definition
                .volumes()
                .forEach(volume ->
                        out.println("Volume:     " + volume.name() + ", " + Quantities.bytes(volume.sizeBytes())));
        if (source.isEmpty()) {
            out.println("Source:     none; promote a server");
        }
        definition
                .replicas()
                .forEach(replica ->
                        out.println((Optional.of(replica.server()).equals(source) ? "Source:     " : "Replica:    ")
                                + replica.server() + ", id " + replica.replicaId()));
        out.println("Ring:       topic " + ring + ", " + definition.ring().initialLogs() + " to "
                + definition.ring().maxLogs() + " logs, at most "
                + Quantities.bytes(definition.ring().maxBytes()));
        out.println("Retention:  " + Quantities.duration(definition.retentionMs()) + " after release");
    }
}
