package io.ringmirror.replica;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ModuleTest {
    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.ringmirror.replica");

    @Test
    void aReplicaKnowsSchemasAndVolumesAndNoServer() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.ringmirror.producer..",
                        "io.ringmirror.consumer..",
                        "io.ringmirror.streams..",
                        "io.ringmirror.cli..",
                        "io.ringmirror.config..")
                .check(classes);
    }

    @Test
    void whatAReplicaKeepsOnDiskKnowsNothingOfKafka() {
        noClasses()
                .that()
                .resideInAPackage("io.ringmirror.replica.store")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "io.ringmirror.replica.store", "io.ringmirror.schemas", "io.ringmirror.volume", "java..")
                .check(classes);
    }
}
