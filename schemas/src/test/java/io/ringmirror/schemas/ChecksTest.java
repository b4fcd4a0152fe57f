package io.ringmirror.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The check of names against the rule as a pattern states it. */
class ChecksTest {
    @Property
    void aNameIsWhatThePatternSays(@ForAll("candidates") String name) {
        if (name.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
            assertThatCode(() -> assertThat(Checks.name("volume", name)).isEqualTo(name))
                    .doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> Checks.name("volume", name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("volume is '" + name);
        }
    }

    @Provide
    Arbitrary<String> candidates() {
        Arbitrary<String> near = Arbitraries.strings()
                .withChars("az09-")
                .withChars('`', '{', '/', ':')
                .ofMaxLength(3);
        Arbitrary<String> good = Arbitraries.strings().withChars("az09-").ofMaxLength(65);
        return Arbitraries.oneOf(near, good);
    }
}
