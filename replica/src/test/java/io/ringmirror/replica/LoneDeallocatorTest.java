package io.ringmirror.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event.Fact;
import io.ringmirror.schemas.Event.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source, with a destination and without. */
class LoneDeallocatorTest {
    private static final long NOW_NS = 1;

    private final MemoryRing ring = new MemoryRing(3);
    private final RingScript script = new RingScript(ring);
    private final Eraser eraser = new Eraser();

    @TempDir
    private Path directory;

    private Replica replica;
    private LoneDeallocator deallocator;

    @BeforeEach
    void flushTwoEpochsAsTheSource() throws IOException {
        script.write();
        script.seal();
        script.write();
        script.seal();
        replica = Replicas.open(directory, Replicas.definition(0), 1 << 20, Runnable::run);
        new CatchUp(replica, ring.reader()).toEnd();
        replica.become(Role.SOURCE);
        replica.flushNow();
        deallocator = new LoneDeallocator(replica, eraser);
    }

    @AfterEach
    void close() {
        replica.close();
    }

    @Test
    void aSourceAloneGivesBackWhatItFlushedAndTheTrackerReleasedItsOwnEpochsToo() {
        assertThat(deallocator.step(NOW_NS)).isEmpty();
        assertThat(eraser.deletions()).as("nobody released anything").isEmpty();

        deallocator.status(Statuses.released(replica, 1));
        deallocator.step(NOW_NS);
        assertThat(eraser.deletions()).extracting(Eraser.Deletion::log).containsExactly(0);
        eraser.last().end().complete(null);
        List<Fact> told = deallocator.step(NOW_NS);

        assertThat(told)
                .containsExactly(new Fact.Deallocated(0, 1, eraser.last().beforeOffset(), 1));
    }

    @Test
    void aSourceAloneSaysWhyItCannotGiveBackWhileThatIsForItToDo() {
        deallocator.status(Statuses.released(replica, 1));
        deallocator.step(NOW_NS);
        eraser.last().end().completeExceptionally(new IOException("may not delete"));
        deallocator.step(NOW_NS);
        assertThat(deallocator.refusal()).isEqualTo("may not delete");

        deallocator.redefined(replica.definition().with(new Definition.Replica("berlin", new UUID(6, 6))));
        deallocator.step(NOW_NS);
        assertThat(deallocator.refusal()).isEmpty();
    }

    /** Whoever adds a destination waits until nothing more goes by the definition before. */
    @Test
    void aDeletionUnderWayWhenADestinationComesIsOfTheGenerationBeforeAndIsTold() {
        deallocator.status(Statuses.released(replica, 1));
        deallocator.step(NOW_NS);
        deallocator.redefined(replica.definition().with(new Definition.Replica("berlin", new UUID(6, 6))));
        assertThat(deallocator.step(NOW_NS)).isEmpty();
        assertThat(deallocator.generation()).isEqualTo(1);

        eraser.last().end().complete(null);
        assertThat(deallocator.step(NOW_NS))
                .containsExactly(new Fact.Deallocated(0, 1, eraser.last().beforeOffset(), 1));
        assertThat(deallocator.generation()).isEqualTo(2);
    }

    @Test
    void whileThereIsADestinationTheSourceLeavesItToIt() {
        Definition alone = replica.definition();
        Definition wide = alone.with(new Definition.Replica("berlin", new UUID(6, 6)));
        deallocator.redefined(wide);
        deallocator.status(Statuses.released(replica, 2));
        deallocator.step(NOW_NS);
        assertThat(eraser.deletions()).isEmpty();

        deallocator.redefined(wide.without("berlin", Replicas.SERVER));
        deallocator.step(NOW_NS);
        assertThat(eraser.deletions())
                .as("the tracker does not know yet that it is alone")
                .isEmpty();
        deallocator.status(Statuses.released(RingScript.MIRROR_ID, 3, replica, 2));
        deallocator.step(NOW_NS + 2_000_000_000L);
        assertThat(eraser.deletions()).extracting(Eraser.Deletion::log).containsExactly(0);
    }
}
