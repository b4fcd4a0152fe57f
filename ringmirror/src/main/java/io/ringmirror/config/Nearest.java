package io.ringmirror.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the word that is meant by one with a typing error. Stateless. */
final class Nearest {
    /** One change in so many characters is taken for an error, more for another word. */
    private static final int CHARACTERS_PER_CHANGE = 4;

    private Nearest() {}

    /** The word that takes the fewest changes, if these are few for its length; the first one of several. */
    static Optional<String> to(String word, Collection<String> words) {
        return words.stream()
                .sorted()
                .min(Comparator.comparingInt(other -> distance(word, other)))
                .filter(other -> distance(word, other) * CHARACTERS_PER_CHANGE <= other.length());
    }

    /** How many characters have to be put in, left out, replaced, or exchanged with the one beside. */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                d[i][j] = i == 0 || j == 0 ? i + j : changed(d, a, b, i, j);
            }
        }
        return d[a.length()][b.length()];
    }

    private static int changed(int[][] d, String a, String b, int i, int j) {
        int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + same);
        boolean exchanged = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return exchanged ? Math.min(least, d[i - 2][j - 2] + 1) : least;
    }
}
