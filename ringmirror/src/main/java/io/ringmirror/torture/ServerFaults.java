package io.ringmirror.torture;

import io.ringmirror.processes.Wire.Silence;
import io.ringmirror.torture.Tally.Event;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Does to servers what the plan says, one fault after the other, and heals each: whoever was killed runs again, whoever
 * was stopped goes on, and every replica of a killed server was held against its ring. One thread.
 */
final class ServerFaults {
    private final Stage stage;
    private final Servers servers;
    private final Promotions promotions;

    ServerFaults(Stage stage) {
        this.stage = stage;
        this.servers = stage.servers();
        this.promotions = new Promotions(stage);
    }

    void run(Fault fault) throws IOException, InterruptedException {
        TortureMirror mirror = stage.mirrors().get(fault.choose(stage.mirrors().size()));
        String source = mirror.source();
        String other = destination(mirror, source, fault);
        stage.say()
                .accept(fault.kind() + " " + mirror.name() + ": source " + source + ", other " + other + ", for "
                        + fault.lengthMs() + " ms");
        switch (fault.kind()) {
            case KILL_SOURCE -> kill(List.of(source), fault);
            case KILL_DESTINATION -> kill(List.of(other), fault);
            case KILL_ALL -> kill(List.copyOf(servers.addresses().keySet()), fault);
            case PAUSE_SERVER -> pause(fault.lengthMs() % 2 == 0 ? source : other, fault);
            case HOLD_FLUSH -> hold(mirror, source, fault);
            case HANDOVER -> promotions.handOver(mirror, other);
            case TAKE_OVER_DEAD -> promotions.takeOverDead(mirror, source, other, fault);
            case CUT_OFF -> cutOff(fault.lengthMs() % 2 == 0 ? source : other, fault);
            case TAKE_OVER_CUT_OFF -> promotions.takeOverCutOff(mirror, source, other, fault);
            case TAKE_OVER_STOPPED -> promotions.takeOverStopped(mirror, source, other, fault);
            case KILL_TRACKER, KILL_BROKER, PAUSE_BROKER ->
                throw new IllegalArgumentException(fault.kind() + " is no fault of a server");
        }
    }

    private static String destination(TortureMirror mirror, String source, Fault fault) {
        List<String> others = mirror.replicas().stream()
                .filter(server -> !server.equals(source))
                .toList();
        return others.get(fault.choose(others.size()));
    }

    private void kill(List<String> names, Fault fault) throws IOException, InterruptedException {
        for (String name : names) {
            servers.server(name).kill();
            stage.tally().add(Event.KILL);
        }
        for (String name : names) {
            stage.checkReplicas(name);
        }
        TimeUnit.MILLISECONDS.sleep(fault.lengthMs());
        for (String name : names) {
            servers.restart(servers.server(name));
        }
    }

    private void pause(String name, Fault fault) throws IOException, InterruptedException {
        if (!servers.server(name).isAlive()) {
            return;
        }
        servers.server(name).pause();
        stage.tally().add(Event.PAUSE);
        TimeUnit.MILLISECONDS.sleep(fault.lengthMs());
        servers.server(name).goOn();
    }

    private void cutOff(String name, Fault fault) throws InterruptedException {
        Wires wires = stage.wires().orElseThrow();
        wires.silence(name, Promotions.silence(fault));
        stage.tally().add(Event.PARTITION);
        TimeUnit.MILLISECONDS.sleep(Promotions.lengthMs(fault));
        wires.silence(name, Silence.NONE);
    }

    private void hold(TortureMirror mirror, String source, Fault fault) throws IOException, InterruptedException {
        for (String server : mirror.replicas()) {
            if (!server.equals(source)) {
                stage.control().run("flush", mirror.name(), "--server", server, "--hold");
            }
        }
        TimeUnit.MILLISECONDS.sleep(2 * fault.lengthMs());
        stage.control().run("flush", mirror.name(), "--resume");
    }
}
