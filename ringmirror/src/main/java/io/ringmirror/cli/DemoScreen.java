package io.ringmirror.cli;

import io.ringmirror.demo.DemoProgress;
import io.ringmirror.schemas.MirrorStatus;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * The demo on stderr: on a terminal a progress bar over a live table, painted in place; elsewhere a line now and then.
 * The demo's thread only.
 */
final class DemoScreen implements DemoProgress {
    /** Set by the launcher, which can tell; Java itself knows only of stdin and stdout together. */
    private static final boolean TERMINAL = Boolean.getBoolean("ringmirror.stderr.terminal");

    private static final String LINE_UP = "\u001b[A";
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final int STEPS = 1000;
    private static final int WIDTH = 78;
    private static final long LINE_EVERY_NS = 5_000_000_000L;

    private final PrintWriter err;
    private String bar = "";
    private ProgressBar progress;
    private int paintedLines;
    private long lastLineNs = System.nanoTime();

    DemoScreen(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void say(String line) {
        unpaint();
        err.println(line);
        err.flush();
    }

    @Override
    public void working(double done, long bytes, Optional<MirrorStatus> status) {
        if (TERMINAL) {
            paint(done, bytes, status);
        } else if (System.nanoTime() - lastLineNs >= LINE_EVERY_NS) {
            lastLineNs = System.nanoTime();
            err.printf(
                    Locale.ROOT, "%3.0f%%  %s written  %s%n", done * 100, Quantities.bytes(bytes), inOneLine(status));
            err.flush();
        }
    }

    /** Leaves what was painted last where it is. */
    void finish() {
        paintedLines = 0;
        if (progress != null) {
            progress.close();
            progress = null;
        }
    }

    private void paint(double done, long bytes, Optional<MirrorStatus> status) {
        if (progress == null) {
            progress = new ProgressBarBuilder()
                    .setInitialMax(STEPS)
                    .setTaskName("writing")
                    .setStyle(ProgressBarStyle.ASCII)
                    .setMaxRenderedLength(WIDTH)
                    .hideEta()
                    .setConsumer(new DelegatingProgressBarConsumer(line -> bar = line, WIDTH))
                    .build();
        }
        progress.stepTo(Math.round(done * STEPS));
        progress.setExtraMessage(" " + Quantities.bytes(bytes));
        progress.refresh();
        StringWriter text = new StringWriter();
        PrintWriter table = new PrintWriter(text);
        table.println(bar);
        status.ifPresent(known -> print(known, table));
        unpaint();
        err.print(text);
        err.flush();
        paintedLines = (int) text.toString().lines().count();
    }

    private void unpaint() {
        if (paintedLines > 0) {
            err.print(LINE_UP.repeat(paintedLines) + "\r" + CLEAR_BELOW);
            paintedLines = 0;
        }
    }

    private static void print(MirrorStatus status, PrintWriter out) {
        Table logs = new Table("LOG", "STATE", "EPOCH", "RECORDS", "BYTES");
        for (MirrorStatus.Log log : status.logs()) {
            logs.row(
                    log.trail().log(),
                    word(log.deallocated() ? "DEALLOCATED" : log.state().name()),
                    log.trail().epoch(),
                    log.trail().seal().map(seal -> (Object) seal.records()).orElse(null),
                    log.trail()
                            .seal()
                            .map(seal -> Quantities.bytes(seal.bytes()))
                            .orElse(null));
        }
        logs.print(out);
        Table replicas = new Table("SERVER", "ROLE", "FLUSHED", "LAG EPOCHS", "LAG RECORDS", "RPO", "FLUSHES");
        status.replicas()
                .forEach(replica -> replicas.row(
                        replica.server(),
                        replica.heard() ? word(replica.state().role().name()) : null,
                        replica.state().flushedEpoch(),
                        replica.lagEpochs(),
                        replica.lagRecords(),
                        Quantities.duration(replica.rpoMs()),
                        replica.state().flushes()));
        replicas.print(out);
    }

    private static String inOneLine(Optional<MirrorStatus> status) {
        return status.map(known -> String.format(
                        Locale.ROOT,
                        "epoch %d open, %d released; logs: %s",
                        known.openEpoch(),
                        known.releasedEpoch(),
                        known.logs().stream()
                                .map(log -> log.trail().log() + " "
                                        + word(
                                                log.deallocated()
                                                        ? "DEALLOCATED"
                                                        : log.state().name()))
                                .collect(Collectors.joining(", "))))
                .orElse("the tracker has not answered yet");
    }

    private static String word(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
