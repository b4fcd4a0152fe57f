package io.ringmirror.producer.nbd;

import io.ringmirror.producer.BlockDevice;
import java.util.List;
import java.util.Optional;

/** A fixed list of devices. */
record MemoryExports(List<BlockDevice> devices) implements Exports {
    static MemoryExports of(BlockDevice... devices) {
        return new MemoryExports(List.of(devices));
    }

    @Override
    public List<String> names() {
        return devices.stream().map(BlockDevice::name).toList();
    }

    @Override
    public Optional<BlockDevice> find(String name) {
        return devices.stream().filter(device -> device.name().equals(name)).findFirst();
    }
}
