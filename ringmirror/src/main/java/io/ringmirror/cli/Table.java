package io.ringmirror.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** A table of text with columns as wide as they need to be; what is unknown is shown as a hyphen. */
final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... headings) {
        rows.add(List.of(headings));
    }

    /** Adds a row with one value for each heading; null where it is not known. */
    void row(Object... values) {
        if (values.length != rows.get(0).size()) {
            throw new IllegalArgumentException(
                    "a row of " + values.length + " values under " + rows.get(0).size() + " headings");
        }
        List<String> row = new ArrayList<>();
        for (Object value : values) {
            row.add(value == null ? "-" : value.toString());
        }
        rows.add(row);
    }

    void print(PrintWriter out) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        rows.forEach(row -> out.println(line(row, widths)));
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String value = row.get(column);
            line.append(value).append(" ".repeat(widths[column] - value.length() + 2));
        }
        return line.toString().stripTrailing();
    }
}
