package io.ringmirror.producer.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who gets bytes, and in which order. */
class ByteBudgetTest {
    private final ByteBudget budget = new ByteBudget(100);
    private final List<String> granted = new ArrayList<>();

    private ByteBudget.Reservation reserve(String name, long bytes) {
        return budget.reserve(bytes, () -> granted.add(name));
    }

    @Test
    void aLargeReservationIsNotOvertakenBySmallOnes() {
        ByteBudget.Reservation first = reserve("first", 60);
        ByteBudget.Reservation large = reserve("large", 100);
        ByteBudget.Reservation small = reserve("small", 10);
        assertThat(List.of(first.granted(), large.granted(), small.granted())).containsExactly(true, false, false);

        first.release();
        assertThat(granted).containsExactly("large");
        large.release();
        assertThat(granted).containsExactly("large", "small");
    }

    @Test
    void nothingIsGrantedAtOnceWhoeverWaits() {
        reserve("all", 100);
        reserve("waiting", 1);

        assertThat(reserve("none", 0).granted()).isTrue();
    }

    @Test
    void oneThatGivesUpLetsThoseBehindItPass() {
        ByteBudget.Reservation first = reserve("first", 60);
        ByteBudget.Reservation large = reserve("large", 100);
        ByteBudget.Reservation small = reserve("small", 40);

        large.release();
        assertThat(granted).containsExactly("small");
        large.release();
        first.release();
        small.release();
        assertThat(reserve("all", 100).granted()).isTrue();
    }

    @Test
    void moreThanTheCapacityIsRefused() {
        assertThatThrownBy(() -> reserve("too much", 101)).isInstanceOf(IllegalArgumentException.class);
    }
}
