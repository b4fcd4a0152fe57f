package io.ringmirror.streams;

import static io.ringmirror.streams.Tales.beat;
import static io.ringmirror.streams.Tales.definition;
import static io.ringmirror.streams.Tales.destination;
import static io.ringmirror.streams.Tales.source;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringmirror.schemas.Definition;
import io.ringmirror.schemas.Event;
import io.ringmirror.schemas.MirrorStatus;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusJsonTest {
    private static final Definition DEFINITION = definition(3, "a", "b");

    @Test
    void aMirrorIsToldWithEveryField() throws Exception {
        MirrorStatus status = told(beat("a", source(2)), beat("b", destination(1, 2)));

        JsonNode expected = new ObjectMapper().readTree("""
                {
                  "mirror": "disk", "id": "00000000-0000-4000-8000-00000000d15c", "generation": 3,
                  "verdict": "catching-up", "reason": "b has flushed epoch 1 of 2",
                  "told": "1970-01-01T00:00:10.500Z", "source": "a",
                  "term": 1, "openEpoch": 3, "sealedEpoch": 2, "releasedEpoch": 1,
                  "requiredLogs": 3, "ringLogs": 3, "atBound": false, "bound": null,
                  "deallocatedRecords": 0,
                  "logs": [
                    {"log": 0, "epoch": 1, "state": "released", "endOffset": 13, "records": 10, "bytes": 40960, "deallocated": false},
                    {"log": 1, "epoch": 2, "state": "sealed", "endOffset": 23, "records": 10, "bytes": 40960, "deallocated": false},
                    {"log": 2, "epoch": 3, "state": "open", "endOffset": null, "records": null, "bytes": null, "deallocated": false}
                  ],
                  "replicas": [
                    {"server": "b", "replica": "00000000-0000-4000-8000-000000000062", "role": "destination",
                     "flushedEpoch": 1, "flushedSequence": 10, "appliedSequence": 20, "flushes": 1, "heldEpoch": 2, "lagEpochs": 1,
                     "lagRecords": 10, "rpoSeconds": 9.4, "dirtyBytes": 0, "heard": "1970-01-01T00:00:10.500Z", "stopped": null,
                     "undeleted": null, "undeletedSince": null},
                    {"server": "a", "replica": "00000000-0000-4000-8000-000000000061", "role": "source",
                     "flushedEpoch": 2, "flushedSequence": 20, "appliedSequence": 20, "flushes": 2, "heldEpoch": 0, "lagEpochs": 0,
                     "lagRecords": 0, "rpoSeconds": 0, "dirtyBytes": 0, "heard": "1970-01-01T00:00:10.500Z", "stopped": null,
                     "undeleted": null, "undeletedSince": null}
                  ]
                }
                """);
        assertThat(new ObjectMapper().readTree(StatusJson.text(StatusJson.mirror(status))))
                .isEqualTo(expected);
    }

    @Test
    void whatAReplicaNeverSaidIsNull() {
        JsonNode unheard = StatusJson.mirror(told(beat("a", source(2)))).at("/replicas/0");

        assertThat(unheard.at("/server").textValue()).isEqualTo("b");
        assertThat(unheard.at("/heard").isNull()).isTrue();
        assertThat(unheard.at("/rpoSeconds").isNull()).isTrue();
    }

    @Test
    void theDocumentHasAVersionAndTheWorstMirrorFirst() {
        MirrorStatus inSync = told(beat("a", source(2)), beat("b", destination(2, 2)));
        MirrorStatus behind = told(beat("a", source(2)), beat("b", destination(1, 2)));

        JsonNode document = StatusJson.document(List.of(inSync, behind));
        assertThat(document.at("/version").intValue()).isEqualTo(1);
        assertThat(document.at("/mirrors/0/verdict").textValue()).isEqualTo("catching-up");
        assertThat(document.at("/mirrors/1/verdict").textValue()).isEqualTo("in-sync");
    }

    @Test
    void roundSecondsAreWrittenPlainly() {
        MirrorStatus status = MirrorFold.next(
                DEFINITION, Optional.of(told(beat("a", source(2)))), beat("b", destination(1, 2)), 11_100);

        assertThat(StatusJson.text(StatusJson.mirror(status))).contains("\"rpoSeconds\" : 10,");
    }

    private static MirrorStatus told(Event... events) {
        MirrorStatus status = MirrorFold.redefined(DEFINITION, Optional.empty());
        for (Event event : events) {
            status = MirrorFold.next(DEFINITION, Optional.of(status), event, 10_500);
        }
        return status;
    }
}
