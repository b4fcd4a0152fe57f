package io.ringmirror.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * All processes that a command started. They end with this, or with this process if it is interrupted. One thread makes
 * them.
 */
public final class Children implements AutoCloseable {
    private final Path logs;
    private final List<Child> children = new ArrayList<>();
    private final Thread onSignal = new Thread(this::endAll, "end-children");

    /** @param directory where their files of what they printed go, under {@code logs} */
    public Children(Path directory) throws IOException {
        this.logs = Files.createDirectories(directory.resolve("logs"));
        Runtime.getRuntime().addShutdownHook(onSignal);
    }

    /**
     * Describes a Java program of this class path; it is not started yet.
     *
     * @param options of the Java virtual machine
     * @param words the class and its arguments
     * @param ready what it prints when it is ready
     */
    public Child java(String name, List<String> options, List<String> words, String ready) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(words);
        return program(name, command, ready);
    }

    /** Describes any program; it is not started yet. */
    public Child program(String name, List<String> command, String ready) {
        Child child = new Child(name, command, ready, logs.resolve(name + ".log"));
        synchronized (children) {
            children.add(child);
        }
        return child;
    }

    @Override
    public void close() {
        endAll();
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException e) {
            // This process is ending; the hook does the same.
        }
    }

    private void endAll() {
        synchronized (children) {
            children.forEach(Child::end);
        }
    }
}
