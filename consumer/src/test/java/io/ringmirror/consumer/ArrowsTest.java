package io.ringmirror.consumer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of the design: a destination builds on schemas, volume and replica. */
class ArrowsTest {
    @Test
    void aDestinationKnowsNeitherSourceNorTracker() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.ringmirror.producer..",
                        "io.ringmirror.streams..",
                        "io.ringmirror.server..",
                        "io.ringmirror.config..",
                        "io.ringmirror.cli..",
                        "org.apache.kafka.streams..",
                        "io.netty..")
                .check(new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("io.ringmirror.consumer"));
    }
}
