package io.ringmirror.cli;

import io.ringmirror.config.RingMirrorConfig;
import io.ringmirror.config.Settings;
import io.ringmirror.schemas.Event.Role;
import io.ringmirror.server.MirrorServer;
import io.ringmirror.server.ServerSettings;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A command that runs the mirrors of one server, in some roles. */
abstract class MirrorServerCommand extends ServiceCommand {
    /** The roles it may have. */
    abstract Set<Role> roles();

    @Override
    final ExitCode run(RingMirrorConfig config, Service service) throws Exception {
        ServerSettings settings = Settings.server(config, roles());
        return service.run(
                () -> {
                    MirrorServer server = MirrorServer.start(settings);
                    say(ready(settings.server(), server));
                    return server;
                },
                MirrorServer::failure);
    }

    private static String ready(String name, MirrorServer server) {
        String mirrors = new TreeMap<>(server.mirrors())
                .entrySet().stream()
                        .map(mirror -> mirror.getKey() + " as "
                                + mirror.getValue().name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "));
        String volumes = server.nbdAddress()
                .map(address ->
                        "; volumes at nbd://" + address.getHostString() + ":" + address.getPort() + "/MIRROR/VOLUME")
                .orElse("");
        String unserved = server.unserved().stream()
                .map(cluster -> "; not served yet, and tried again: " + cluster)
                .collect(Collectors.joining());
        return "server " + name + " is ready: " + (mirrors.isEmpty() ? "no mirrors yet" : mirrors) + volumes + unserved;
    }
}
