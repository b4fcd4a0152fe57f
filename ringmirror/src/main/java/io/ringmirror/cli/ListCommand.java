package io.ringmirror.cli;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Definition.Replica;
import io.ringmirror.schemas.Definition.Volume;
import io.ringmirror.schemas.MirrorStatus;
import io.ringmirror.streams.StatusJson;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ringmirror list}. */
@Command(name = "list", description = "Lists the mirrors, with the server that is the source now.")
final class ListCommand extends ClusterCommand {
    @Mixin
    private OutputOption output;

    @Override
    ExitCode run(Cluster cluster) {
        boolean isNew = cluster.isNew();
        List<Definition> definitions = isNew ? List.of() : cluster.definitions().all();
        List<MirrorStatus> statuses = isNew ? List.of() : cluster.shownStatuses();
        List<String> unreadable = isNew ? List.of() : cluster.definitions().unreadable();
        unreadable.forEach(why -> err().println("ringmirror: warning: a definition: " + why));
        if (definitions.isEmpty()) {
            err().println("there are no mirrors here yet; make one with: ringmirror create");
        }
        if (output.json()) {
            out().println(StatusJson.text(DefinitionJson.document(definitions, statuses)));
            return ExitCode.OK;
        } else if (definitions.isEmpty()) {
            return ExitCode.OK;
        }
        Table table = new Table("MIRROR", "VOLUMES", "SIZE", "SOURCE", "DESTINATIONS");
        for (Definition definition : definitions) {
            Optional<String> source = PresentSource.of(definition, statuses);
            table.row(
                    definition.mirror(),
                    definition.volumes().stream().map(Volume::name).collect(Collectors.joining(",")),
                    Quantities.bytes(definition.volumes().stream()
                            .mapToLong(Volume::sizeBytes)
                            .sum()),
                    source.orElse(null),
                    destinations(definition, source));
        }
        table.print(out());
        return ExitCode.OK;
    }

    private static String destinations(Definition definition, Optional<String> source) {
        return definition.replicas().stream()
                .map(Replica::server)
                .filter(server -> !Optional.of(server).equals(source))
                .collect(Collectors.joining(","));
    }
}
