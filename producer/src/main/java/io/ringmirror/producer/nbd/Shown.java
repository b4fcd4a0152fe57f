package io.ringmirror.producer.nbd;

/** What a client sent, as people may be shown it: on one line, without control characters, not longer than they read. */
final class Shown {
    static final int MAX_CHARS = 100;

    private Shown() {}

    static String of(String sent) {
        StringBuilder shown = new StringBuilder();
        sent.codePoints()
                .limit(MAX_CHARS)
                .map(character -> isPlain(character) ? character : '?')
                .forEach(shown::appendCodePoint);
        return sent.codePointCount(0, sent.length()) > MAX_CHARS ? shown + "..." : shown.toString();
    }

    private static boolean isPlain(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
