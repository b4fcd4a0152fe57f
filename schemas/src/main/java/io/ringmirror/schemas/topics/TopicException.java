package io.ringmirror.schemas.topics;

import java.util.List;
import java.util.stream.Collectors;

/** Topics are not as they must be. The message holds every finding, one per line, each with what to do. */
public final class TopicException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Finding> findings;

    public TopicException(List<Finding> findings) {
        super(findings.stream().map(Finding::line).collect(Collectors.joining("\n")));
        this.findings = List.copyOf(findings);
    }

    /** What was found; not empty. */
    public List<Finding> findings() {
        return findings;
    }
}
