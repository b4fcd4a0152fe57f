package io.ringmirror.bench;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How much of the processors the compilers of a Java process and of those below it take. While they are busy a program is
 * slower than it will be, and so is whatever shares the processors with them. Counted by Linux for each thread (proc(5));
 * elsewhere they are said to rest. One thread.
 */
public final class Compilers {
    private static final Path PROC = Path.of("/proc");

    /** As the virtual machine calls them, cut to what Linux keeps of a thread's name. */
    private static final String NAME = "C[12] CompilerThre";

    /** In which Linux tells a thread's time to programs. */
    private static final double TICKS_PER_SECOND = 100;

    /** Of what follows the name in a stat file: time in user mode; that in the kernel comes next. */
    private static final int USER_TIME = 11;

    private final ProcessHandle root;
    private Map<Path, Long> ticks;
    private long sinceNs = System.nanoTime();

    /** Counts from now on. */
    public Compilers(ProcessHandle root) {
        this.root = root;
        this.ticks = ticks();
    }

    /** Processors that they kept busy since the last time that was asked; 0.1 is a tenth of one. */
    public double sinceLast() {
        Map<Path, Long> now = ticks();
        long taken = 0;
        for (Map.Entry<Path, Long> thread : now.entrySet()) {
            taken += thread.getValue() - ticks.getOrDefault(thread.getKey(), 0L);
        }
        long nowNs = System.nanoTime();
        double seconds = (nowNs - sinceNs) / 1e9;
        ticks = now;
        sinceNs = nowNs;
        return taken / TICKS_PER_SECOND / seconds;
    }

    private Map<Path, Long> ticks() {
        Map<Path, Long> ticks = new HashMap<>();
        Stream.concat(Stream.of(root), root.descendants())
                .map(process -> PROC.resolve(Long.toString(process.pid())).resolve("task"))
                .forEach(tasks -> addCompilers(tasks, ticks));
        return ticks;
    }

    private static void addCompilers(Path tasks, Map<Path, Long> ticks) {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            threads.forEach(thread -> addCompiler(thread, ticks));
        } catch (IOException | DirectoryIteratorException e) {
            // The process has ended, or this is not Linux.
        }
    }

    private static void addCompiler(Path thread, Map<Path, Long> ticks) {
        try {
            String stat = Files.readString(thread.resolve("stat"));
            int nameEnd = stat.lastIndexOf(')');
            if (stat.substring(stat.indexOf('(') + 1, nameEnd).matches(NAME)) {
                List<String> fields = List.of(stat.substring(nameEnd + 2).split(" "));
                ticks.put(thread, Long.parseLong(fields.get(USER_TIME)) + Long.parseLong(fields.get(USER_TIME + 1)));
            }
        } catch (IOException e) {
            // It has ended; the process's other threads still count.
        }
    }
}
