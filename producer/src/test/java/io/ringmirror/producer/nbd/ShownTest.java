package io.ringmirror.producer.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.producer.nbd.Negotiation.Next;
import io.ringmirror.schemas.Shown;
import org.junit.jupiter.api.Test;

class ShownTest {
    @Test
    void aNameFromTheWireIsLoggedWithoutControlCharactersAndNotAtItsLength() {
        String sent = "shop\n2026-12-01 ERROR \u001b[31mall is lost\u202e" + "x".repeat(4000);
        Negotiation.Answer answer = new Negotiation(MemoryExports.of()).answer(new NbdOption.ExportName(sent));

        assertThat(((Next.Fail) answer.next()).why())
                .startsWith("no export is named 'shop?2026-12-01 ERROR ?[31mall is lost?xxx")
                .endsWith("xxx...'")
                .hasSizeLessThan(150);
    }

    @Test
    void whatPeopleCanReadIsShownAsItIs() {
        assertThat(Shown.of("shop/Données 1")).isEqualTo("shop/Données 1");
    }
}
