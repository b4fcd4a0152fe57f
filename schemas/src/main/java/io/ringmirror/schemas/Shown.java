package io.ringmirror.schemas;

/**
 * What came from outside, a client's name or the key of somebody's record, as people may be shown it: on one line and without
 * control characters, as a log or a terminal would take them for its own. Stateless.
 */
public final class Shown {
    static final int MAX_CHARS = 100;

    private Shown() {}

    /** A name, not longer than people read. */
    public static String of(String sent) {
        String shown = first(MAX_CHARS, sent);
        return sent.codePointCount(0, sent.length()) > MAX_CHARS ? shown + "..." : shown;
    }

    /** A text of ours that may hold such a name, whole. */
    public static String line(String text) {
        return first(text.length(), text);
    }

    private static String first(int characters, String sent) {
        StringBuilder shown = new StringBuilder();
        sent.codePoints()
                .limit(characters)
                .map(character -> isPlain(character) ? character : '?')
                .forEach(shown::appendCodePoint);
        return shown.toString();
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
