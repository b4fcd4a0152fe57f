package io.ringmirror.cli;

import picocli.CommandLine.Option;

/** How a command that shows something prints it. */
final class OutputOption {
    /** The forms there are. */
    enum Form {
        TABLE,
        JSON
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            defaultValue = "table",
            description = "Form of the output; default ${DEFAULT-VALUE}.")
    private Form form;

    boolean json() {
        return form == Form.JSON;
    }
}
