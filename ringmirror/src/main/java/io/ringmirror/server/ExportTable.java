package io.ringmirror.server;

import io.ringmirror.producer.BlockDevice;
import io.ringmirror.producer.nbd.Exports;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The volumes served now, by export name; what is added or removed is seen by the next client. Any thread. */
final class ExportTable implements Exports {
    private final ConcurrentSkipListMap<String, BlockDevice> devices = new ConcurrentSkipListMap<>();

    void add(List<BlockDevice> added) {
        added.forEach(device -> devices.put(device.name(), device));
    }

    void remove(List<BlockDevice> removed) {
        removed.forEach(device -> devices.remove(device.name(), device));
    }

    @Override
    public List<String> names() {
        return List.copyOf(devices.keySet());
    }

    @Override
    public Optional<BlockDevice> find(String name) {
        return Optional.ofNullable(devices.get(name));
    }
}
