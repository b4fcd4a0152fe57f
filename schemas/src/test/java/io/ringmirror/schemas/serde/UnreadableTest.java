package io.ringmirror.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Shown;
import org.junit.jupiter.api.Test;

class UnreadableTest {
    @Test
    void whatARecordHoldsIsToldInOneLineAndWithoutControlCharactersF19() {
        String name = "shop\n2026-12-01 ERROR \u001b[31mall is lost";

        assertThat(Unreadable.at("rm.events", 0, 7, "mirror is '" + name + "'; use letters"))
                .isEqualTo("topic rm.events, partition 0, offset 7 cannot be read: mirror is 'shop?2026-12-01 ERROR"
                        + " ?[31mall is lost'; use letters");
        assertThat(Shown.of(name)).isEqualTo("shop?2026-12-01 ERROR ?[31mall is lost");
    }

    @Test
    void aLongReasonIsToldWholeAndAMissingOneToo() {
        assertThat(Unreadable.at("t", 0, 7, "x".repeat(1000))).endsWith("x".repeat(1000));
        assertThat(Unreadable.at("t", 0, 7, null)).endsWith("cannot be read: null");
    }
}
