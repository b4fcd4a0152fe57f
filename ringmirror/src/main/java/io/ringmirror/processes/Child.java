package io.ringmirror.processes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that this one started, may start again, and ends: it knows it by its process id and nothing else. What it
 * prints goes to a file that grows over all its lives. One thread, but {@link #kill} from any.
 */
public final class Child {
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration SIGNAL_BOUND = Duration.ofSeconds(10);

    private final String name;
    private final List<String> command;
    private final String ready;
    private final Path log;
    private volatile Process process;
    private volatile boolean ended;
    private long printedBefore;

    /**
     * @param ready what it prints when it is ready
     */
    Child(String name, List<String> command, String ready, Path log) {
        this.name = name;
        this.command = List.copyOf(command);
        this.ready = ready;
        this.log = log;
    }

    public String name() {
        return name;
    }

    /** Starts it, again if it was ended; it is not ready yet. */
    public synchronized void start() throws IOException {
        if (ended) {
            throw new IOException("all processes are being ended; " + name + " is not started any more");
        }
        printedBefore = Files.exists(log) ? Files.size(log) : 0;
        process = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectErrorStream(true)
                .start();
    }

    /** The process's id in the system; it must have been started. */
    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        Process now = process;
        return now != null && now.isAlive();
    }

    /** Waits until it is ready; false if it ended before or did not become ready in time. */
    public boolean awaitReady(Duration bound) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + bound.toNanos();
        while (System.nanoTime() < deadline) {
            boolean alive = isAlive();
            if (printed().contains(ready)) {
                return alive;
            } else if (!alive) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
        }
        return false;
    }

    /** Ends it at once, as {@code kill -9} does; returns when it is gone. */
    public void kill() {
        Process now = process;
        if (now != null) {
            now.destroyForcibly().onExit().join();
        }
    }

    /** Ends it for good. */
    public void end() {
        synchronized (this) {
            ended = true;
        }
        kill();
    }

    /** Asks it to stop; killed if it did not within the bound, and then false. */
    public boolean stop(Duration bound) throws InterruptedException {
        process.destroy();
        boolean stopped = process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS);
        if (!stopped) {
            kill();
        }
        return stopped;
    }

    /** Freezes it where it is. */
    public void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** Lets it go on. */
    public void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    /** Java sends none of these itself. */
    private void signal(String which) throws IOException, InterruptedException {
        String pid = Long.toString(process.pid());
        Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -s \"$0\" \"$1\"", which, pid)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!kill.waitFor(SIGNAL_BOUND.toSeconds(), TimeUnit.SECONDS) || kill.exitValue() != 0) {
            kill.destroyForcibly();
            throw new IOException("signal " + which + " could not be sent to " + name + ", process " + pid);
        }
    }

    private String printed() throws IOException {
        byte[] all = Files.readAllBytes(log);
        int from = Math.toIntExact(Math.min(printedBefore, all.length));
        return new String(all, from, all.length - from, StandardCharsets.UTF_8);
    }
}
