package io.ringmirror.producer.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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

    @Test
    void bytesAreTakenAtOnceOnlyWhileNobodyWaits() {
        assertThat(budget.tryTake(60)).isTrue();
        assertThat(budget.tryTake(41)).isFalse();
        reserve("large", 50);
        assertThat(budget.tryTake(10)).isFalse();

        budget.release(60);
        assertThat(granted).containsExactly("large");
        assertThat(budget.tryTake(50)).isTrue();
        assertThat(budget.tryTake(1)).isFalse();
    }

    @Test
    void noWaiterIsForgottenAndNoByteLostHoweverThreadsMeet() throws Exception {
        int threads = 4;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(pool.submit(() -> {
                for (int round = 0; round < 20_000; round++) {
                    takeAndRelease(40 + round % 40);
                }
                return null;
            }));
        }
        for (Future<?> one : all) {
            one.get(60, TimeUnit.SECONDS);
        }
        pool.shutdown();

        assertThat(budget.waitingCount()).isZero();
        assertThat(budget.tryTake(100)).isTrue();
    }

    /** At most two such find room together. */
    private void takeAndRelease(long bytes) throws InterruptedException {
        if (!budget.tryTake(bytes)) {
            CountDownLatch room = new CountDownLatch(1);
            if (!budget.reserve(bytes, room::countDown).granted()) {
                room.await();
            }
        }
        budget.release(bytes);
    }
}
