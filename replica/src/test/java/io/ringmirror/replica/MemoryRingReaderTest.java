package io.ringmirror.replica;

class MemoryRingReaderTest extends RingReaderContract {
    private final MemoryRing ring = new MemoryRing(2);

    @Override
    RingReader reader() {
        return ring.reader();
    }

    @Override
    void append(int log, long sequence) {
        ring.append(log, beat(sequence));
    }

    @Override
    void mark(int log) {
        ring.marker(log);
    }

    @Override
    void deleteBefore(int log, long offset) {
        ring.deleteBefore(log, offset);
    }

    @Override
    void grow(int logs) {
        ring.grow(logs);
    }
}
