package io.ringmirror.cli;

/** What a command answers to the shell; part of the interface, so numbers never change their meaning. */
public enum ExitCode {
    OK(0, "done, as asked"),
    FAILED(1, "failed; the reason is on stderr"),
    USAGE(2, "wrong options, arguments or configuration; nothing was done"),
    DIFFERENT(3, "copies differ"),
    UNREACHABLE(4, "Kafka cannot be reached"),
    NOT_RETAINED(5, "the data asked for is no longer retained, or a copy does not go with its ring"),
    SILENT(6, "nobody says how the mirrors are: no tracker speaks"),
    INTERRUPTED(130, "interrupted"),
    NOBODY_READS(141, "whoever was to read the output has stopped");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    public int number() {
        return number;
    }

    public String meaning() {
        return meaning;
    }
}
