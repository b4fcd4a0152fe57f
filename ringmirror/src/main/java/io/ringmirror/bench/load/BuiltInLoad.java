package io.ringmirror.bench.load;

import io.ringmirror.bench.Measurement;
import io.ringmirror.client.NbdPipeline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;

/** RingMirror's own NBD client, for machines without fio: one thread and one connection for each export. */
public final class BuiltInLoad implements NbdLoad {
    private static final Duration REPLY_BOUND = Duration.ofMinutes(5);

    @Override
    public String name() {
        return "built-in client";
    }

    @Override
    public boolean local() {
        return false;
    }

    @Override
    public Measurement run(List<Target> targets, Workload workload, Duration duration)
            throws IOException, InterruptedException {
        Histogram latenciesNs = new SynchronizedHistogram(3);
        long startNs = System.nanoTime();
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (Target target : targets) {
            Job job = new Job(target, workload, startNs + duration.toNanos(), latenciesNs, running.size());
            CompletableFuture<Void> ended = new CompletableFuture<>();
            Thread thread = new Thread(() -> job.run(ended), "load-" + target.export());
            thread.setDaemon(true);
            thread.start();
            running.add(ended);
        }
        try {
            running.forEach(CompletableFuture::join);
        } catch (CompletionException e) {
            throw new IOException("the load could not be put: " + e.getCause().getMessage(), e.getCause());
        }
        return Measurement.ofOperations(latenciesNs, workload.blockBytes(), (System.nanoTime() - startNs) / 1e9);
    }

    /** The load on one export; its thread sends, the pipeline's thread counts. */
    private static final class Job {
        private final Target target;
        private final Workload workload;
        private final long endNs;
        private final Histogram latenciesNs;
        private final Semaphore permits;
        private final SplittableRandom random;
        private final Places places;
        private volatile Throwable failure;

        Job(Target target, Workload workload, long endNs, Histogram latenciesNs, int number) {
            this.target = target;
            this.workload = workload;
            this.endNs = endNs;
            this.latenciesNs = latenciesNs;
            this.permits = new Semaphore(workload.depth());
            this.random = new SplittableRandom(number + System.nanoTime());
            this.places = Places.of(workload, random);
        }

        void run(CompletableFuture<Void> ended) {
            try (NbdPipeline pipeline = NbdPipeline.connect(target.address(), target.export(), REPLY_BOUND)) {
                ByteBuffer data = payload();
                long most = workload.totalBytes().orElse(Long.MAX_VALUE) / workload.blockBytes();
                for (long count = 1; count <= most && !over(); count++) {
                    acquire(1);
                    send(pipeline, data);
                    if (workload.flushEvery().isPresent()
                            && count % workload.flushEvery().getAsInt() == 0) {
                        acquire(1);
                        answer(pipeline.flush());
                    }
                }
                acquire(workload.depth());
                ended.complete(null);
            } catch (IOException | InterruptedException | RuntimeException e) {
                ended.completeExceptionally(e);
            }
        }

        private boolean over() {
            return workload.totalBytes().isEmpty() && System.nanoTime() >= endNs;
        }

        private ByteBuffer payload() {
            ByteBuffer data = ByteBuffer.allocateDirect(workload.blockBytes());
            for (int at = 0; at < workload.blockBytes() / 2; at += Long.BYTES) {
                data.putLong(at, random.nextLong());
            }
            return data;
        }

        private void send(NbdPipeline pipeline, ByteBuffer data) {
            long sentNs = System.nanoTime();
            long offset = places.next() * workload.blockBytes();
            CompletableFuture<Void> answer = workload.kind().writes()
                    ? pipeline.write(offset, data.duplicate(), false)
                    : pipeline.read(offset, ByteBuffer.allocate(workload.blockBytes()));
            answer(answer.thenRun(() -> latenciesNs.recordValue(System.nanoTime() - sentNs)));
        }

        private void answer(CompletableFuture<Void> answer) {
            CompletableFuture<Void> unused = answer.whenComplete((nothing, problem) -> {
                if (problem != null) {
                    failure = problem;
                }
                permits.release();
            });
        }

        private void acquire(int count) throws IOException, InterruptedException {
            if (!permits.tryAcquire(count, REPLY_BOUND.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("no answer within " + REPLY_BOUND.toSeconds() + " s");
            }
            if (failure != null) {
                throw new IOException(failure.getMessage(), failure);
            }
        }
    }
}
