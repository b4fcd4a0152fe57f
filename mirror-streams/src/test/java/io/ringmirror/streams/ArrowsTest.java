package io.ringmirror.streams;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of the design: the tracker knows topics and records, and nothing of volumes or servers. */
class ArrowsTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.ringmirror.streams");

    @Test
    void theTrackerUsesSchemasAndNoOtherModule() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.ringmirror.streams..",
                        "io.ringmirror.schemas..",
                        "org.apache.kafka..",
                        "com.fasterxml.jackson..",
                        "com.sun.net.httpserver..",
                        "io.prometheus.metrics..",
                        "org.slf4j..",
                        "java..")
                .check(OURS);
    }

    @Test
    void theRuleIsPure() {
        classes()
                .that()
                .belongToAnyOf(
                        MirrorFold.class,
                        Blank.class,
                        Ring.class,
                        Replicas.class,
                        Divergence.class,
                        Release.class,
                        Reckoning.class,
                        Ruling.class)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.ringmirror.streams", "io.ringmirror.schemas", "java.lang..", "java.util..")
                .check(OURS);
    }
}
