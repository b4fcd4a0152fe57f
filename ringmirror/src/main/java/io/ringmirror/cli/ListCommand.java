package io.ringmirror.cli;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Definition.Replica;
import io.ringmirror.schemas.Definition.Volume;
import io.ringmirror.streams.StatusJson;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ringmirror list}. */
@Command(name = "list", description = "Lists the mirrors.")
final class ListCommand extends ClusterCommand {
    @Mixin
    private OutputOption output;

    @Override
    ExitCode run(Cluster cluster) {
        List<Definition> definitions =
                cluster.isNew() ? List.of() : cluster.definitions().all();
        if (definitions.isEmpty()) {
            err().println("there are no mirrors here yet; make one with: ringmirror create");
        }
        if (output.json()) {
            out().println(StatusJson.text(DefinitionJson.document(definitions)));
            return ExitCode.OK;
        } else if (definitions.isEmpty()) {
            return ExitCode.OK;
        }
        Table table = new Table("MIRROR", "VOLUMES", "SIZE", "SOURCE", "DESTINATIONS");
        for (Definition definition : definitions) {
            table.row(
                    definition.mirror(),
                    definition.volumes().stream().map(Volume::name).collect(Collectors.joining(",")),
                    Quantities.bytes(definition.volumes().stream()
                            .mapToLong(Volume::sizeBytes)
                            .sum()),
                    definition.source(),
                    destinations(definition));
        }
        table.print(out());
        return ExitCode.OK;
    }

    private static String destinations(Definition definition) {
        return definition.replicas().stream()
                .map(Replica::server)
                .filter(server -> !server.equals(definition.source()))
                .collect(Collectors.joining(","));
    }
}
