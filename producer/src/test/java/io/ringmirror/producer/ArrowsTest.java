package io.ringmirror.producer;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.ringmirror.schemas.Shown;
import org.junit.jupiter.api.Test;

/** The arrows of the design: a source builds on schemas, volume and replica, and its front knows only the port. */
class ArrowsTest {
    private static final String HERE = "io.ringmirror.producer";
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(HERE);

    @Test
    void aSourceKnowsNeitherDestinationNorTracker() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.ringmirror.consumer..",
                        "io.ringmirror.streams..",
                        "io.ringmirror.server..",
                        "io.ringmirror.config..",
                        "io.ringmirror.cli..",
                        "org.apache.kafka.streams..")
                .check(OURS);
    }

    /** But for how names from outside are shown, which is the same wherever they come from. */
    @Test
    void theFrontKnowsThePortAndNothingBehindIt() {
        noClasses()
                .that()
                .resideInAPackage(HERE + ".nbd..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("io.ringmirror.replica..", "io.ringmirror.schemas..", "org.apache.kafka..")
                                .and(not(equivalentTo(Shown.class))))
                .check(OURS);
    }

    @Test
    void theOwnerKnowsNoNetwork() {
        noClasses()
                .that()
                .resideInAPackage(HERE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", HERE + ".nbd..")
                .check(OURS);
    }

    @Test
    void onlyTheRingsProducerSpeaksToKafka() {
        classes()
                .that()
                .areAssignableTo(KafkaRingProducer.class)
                .should()
                .onlyBeAccessed()
                .byClassesThat()
                .belongToAnyOf(Source.class, KafkaRingProducer.class)
                .check(OURS);
    }
}
