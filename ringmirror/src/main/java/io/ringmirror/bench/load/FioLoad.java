package io.ringmirror.bench.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringmirror.bench.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** fio with its nbd engine (fio(1), "nbd"): one job for each target, all reported as one. */
public final class FioLoad implements NbdLoad {
    private static final Duration GRACE = Duration.ofMinutes(10);

    private final Path directory;
    private final String version;
    private final AtomicInteger runs = new AtomicInteger();

    private FioLoad(Path directory, String version) {
        this.directory = directory;
        this.version = version;
    }

    /** fio, if it is installed and has the engine. */
    public static Optional<FioLoad> find(Path directory) throws InterruptedException {
        try {
            Path engine = directory.resolve("fio-engine");
            boolean nbd = run(List.of("fio", "--enghelp=nbd"), engine, Duration.ofSeconds(10)) == 0
                    && Files.readString(engine).contains("uri");
            Path version = directory.resolve("fio-version");
            run(List.of("fio", "--version"), version, Duration.ofSeconds(10));
            return nbd
                    ? Optional.of(
                            new FioLoad(directory, Files.readString(version).strip()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public String name() {
        return version + ", engine nbd, over Unix-domain sockets";
    }

    @Override
    public boolean local() {
        return true;
    }

    @Override
    public Measurement run(List<Target> targets, Workload workload, Duration duration)
            throws IOException, InterruptedException {
        int number = runs.incrementAndGet();
        Path job = Files.writeString(
                directory.resolve("fio-" + number + ".job"), job(targets, workload, duration, number));
        Path result = directory.resolve("fio-" + number + ".json");
        Path said = directory.resolve("fio-" + number + ".log");
        int exit = run(
                List.of("fio", "--output-format=json", "--output=" + result, job.toString()),
                said,
                duration.plus(GRACE));
        if (exit != 0) {
            throw new IOException("fio ended with " + exit + "; see " + said + " and " + result);
        }
        String text = Files.readString(result);
        String json = text.substring(text.indexOf('{')); // What fio has to remark comes first.
        JsonNode jobs = new ObjectMapper().readTree(json).path("jobs").path(0);
        JsonNode side = jobs.path(workload.kind().writes() ? "write" : "read");
        JsonNode latencies = side.path("lat_ns").path("percentile");
        return Measurement.ofOperations(
                side.path("iops").asDouble(),
                side.path("bw_bytes").asDouble(),
                latencies.path("50.000000").asDouble() / 1e3,
                latencies.path("99.000000").asDouble() / 1e3,
                latencies.path("99.900000").asDouble() / 1e3);
    }

    private static String job(List<Target> targets, Workload workload, Duration duration, int seed) {
        StringBuilder text = new StringBuilder("""
                [global]
                ioengine=nbd
                thread=1
                group_reporting=1
                lat_percentiles=1
                norandommap=1
                randrepeat=0
                buffer_compress_percentage=50
                """);
        line(text, "randseed", seed);
        line(text, "rw", workload.kind().fioName());
        line(text, "bs", workload.blockBytes());
        line(text, "iodepth", workload.depth());
        line(text, "size", workload.rangeBytes());
        workload.flushEvery().ifPresent(writes -> line(text, "fsync", writes));
        workload.zipf()
                .ifPresent(exponent ->
                        line(text, "random_distribution", String.format(Locale.ROOT, "zipf:%.2f", exponent)));
        if (workload.totalBytes().isPresent()) {
            line(text, "io_size", workload.totalBytes().getAsLong());
        } else {
            line(text, "time_based", 1);
            line(text, "runtime", duration.toMillis() + "ms");
        }
        for (Target target : targets) {
            text.append("[").append(target.export().replace('/', '-')).append("-job]\n");
            line(
                    text,
                    "uri",
                    "nbd+unix:///" + target.export() + "?socket="
                            + target.socket().orElseThrow());
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String key, Object value) {
        text.append(key).append('=').append(value).append('\n');
    }

    private static int run(List<String> command, Path said, Duration bound) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            if (!process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(String.join(" ", command) + " did not end within " + bound.toSeconds() + " s");
            }
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}
