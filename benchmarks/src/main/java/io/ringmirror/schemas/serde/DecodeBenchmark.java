package io.ringmirror.schemas.serde;

import io.ringmirror.schemas.Crc;
import io.ringmirror.schemas.LogBody;
import io.ringmirror.schemas.LogRecord;
import io.ringmirror.schemas.avro.LogRecordMapping;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs a follower to make a record of a fetched write, the short way and Avro's general one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecodeBenchmark {
    private final Headers headers = new RecordHeaders();

    @Param({"4096", "65536"})
    private int bytes;

    private Deserializer<LogRecord> deserializer;
    private Deserializer<LogRecord> general;
    private ByteBuffer fetched;

    /** Makes the bytes of one write as a fetch holds them. */
    @Setup
    public void encode() {
        SingleObjectDeserializer format = new SingleObjectDeserializer();
        MirrorSerdes serdes = MirrorSerdes.configured(Map.of());
        ByteBuffer data = ByteBuffer.allocate(bytes);
        LogRecord record = new LogRecord(
                Optional.empty(), 3, 1000, 1 << 20, new LogBody.Write("disk", 1L << 30, data, Crc.of(data)));
        fetched = ByteBuffer.wrap(serdes.logRecords().serializer().serialize("ring", record));
        general = new MappedDeserializer<>(new LogRecordMapping(), format::deserialize);
        deserializer = new LogRecordDeserializer(format, general);
    }

    /** As a follower reads. */
    @Benchmark
    public LogRecord decode() {
        return deserializer.deserialize("ring", headers, fetched);
    }

    /** As records of other versions are read. */
    @Benchmark
    public LogRecord decodeGenerally() {
        return general.deserialize("ring", headers, fetched);
    }
}
