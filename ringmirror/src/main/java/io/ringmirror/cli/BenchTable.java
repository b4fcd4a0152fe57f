package io.ringmirror.cli;

import io.ringmirror.bench.BenchReport;
import io.ringmirror.bench.BenchReport.Outcome;
import io.ringmirror.bench.BenchReport.Result;
import io.ringmirror.bench.Comparison.How;
import io.ringmirror.bench.Spread;
import java.io.PrintWriter;
import java.util.Locale;

/** A benchmark's report for people: a row for each comparison, medians with least and most of the rounds. */
final class BenchTable {
    private BenchTable() {}

    static void print(BenchReport report, PrintWriter out) {
        out.println("profile " + report.profile() + "; client " + report.client() + "; plain server "
                + report.plainServer().orElse("not installed") + "; " + report.machine());
        out.println();
        Table table = new Table(
                "BROKERS",
                "CASE",
                "FIGURE",
                "OF",
                "MEDIAN (LEAST-MOST)",
                "AGAINST",
                "MEDIAN (LEAST-MOST)",
                "OUTCOME",
                "TARGET",
                "MET");
        for (Result result : report.results()) {
            for (Outcome outcome : result.outcomes()) {
                table.row(
                        result.brokers(),
                        result.name(),
                        outcome.unit(),
                        outcome.contender(),
                        text(outcome.figure()),
                        outcome.against().orElse(null),
                        outcome.againstFigure().map(BenchTable::text).orElse(null),
                        outcome.how() == How.VALUE ? null : text(outcome.outcome()),
                        outcome.target().orElse(null),
                        outcome.met().map(met -> met ? "yes" : "no").orElse(null));
            }
        }
        table.print(out);
    }

    private static String text(Spread spread) {
        return number(spread.median()) + " (" + number(spread.min()) + "-" + number(spread.max()) + ")";
    }

    /** Three figures, or all before the point. */
    private static String number(double value) {
        double size = Math.abs(value);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }
}
