package io.ringmirror.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.testing.TestRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.tools.consumer.ConsoleConsumer;
import org.apache.pulsar.kafka.shade.io.confluent.kafka.serializers.KafkaAvroDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ring written with a schema registry is open to readers that know nothing of RingMirror but the registry. */
class IndependentReaderIT {
    @TempDir
    private Path directory;

    /** No destination runs, so that the first epoch stays. */
    @Test
    void kafkasConsoleConsumerReadsARingByConfluentsDeserializer() throws Exception {
        try (Site site = Site.withBroker(directory);
                TestRegistry registry = TestRegistry.start()) {
            int nbdPort = Site.freePort();
            String records = "record.format=schema-registry\nschema.registry.url=" + registry.url() + "\n";
            Path client = site.properties("registry", records);
            String[] create = {"create", "m", "--volume", "disk=8M", "--source", "east", "--destination", "west"};
            site.run(join(create, "--command-config", client.toString())).succeeded();
            site.server("source", "east", records + "nbd.listen=127.0.0.1:" + nbdPort + "\n");
            site.processes()
                    .tool(
                            "qemu-io",
                            "-f",
                            "raw",
                            "nbd://127.0.0.1:" + nbdPort + "/m/disk",
                            "-c",
                            "write -P 0x41 512 512",
                            "-c",
                            "write -z 0 8k");

            List<String> read = read(site, registry);

            assertThat(read).hasSizeGreaterThanOrEqualTo(3);
            assertThat(read.get(0)).contains("\"term\": 1, \"epoch\": 1", "\"server\": \"east\"");
            assertThat(read.get(1)).contains("\"sequence\": 1", "\"offsetBytes\": 512", "AAAA");
            assertThat(read.get(2)).contains("\"sequence\": 2", "\"lengthBytes\": 8192");
        }
    }

    /** The first three records of the first log, as Confluent's deserializer prints them. */
    private static List<String> read(Site site, TestRegistry registry) throws Exception {
        Answer answer = site.java(
                ConsoleConsumer.class.getName(),
                "--bootstrap-server",
                site.bootstrapServers(),
                "--topic",
                "ringmirror.m.log",
                "--partition",
                "0",
                "--offset",
                "earliest",
                "--isolation-level",
                "read_uncommitted",
                "--max-messages",
                "3",
                "--formatter-property",
                "value.deserializer=" + KafkaAvroDeserializer.class.getName(),
                "--formatter-property",
                "value.deserializer.schema.registry.url=" + registry.url());
        return answer.succeeded().out().lines().toList();
    }

    private static String[] join(String[] words, String... more) {
        return Stream.of(words, more).flatMap(Stream::of).toArray(String[]::new);
    }
}
