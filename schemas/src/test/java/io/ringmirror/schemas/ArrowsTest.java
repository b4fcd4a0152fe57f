package io.ringmirror.schemas;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Schemas is the first of the modules: it knows none of the others, and its packages build on each other one way. */
class ArrowsTest {
    private static final String HERE = "io.ringmirror.schemas";
    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.ringmirror");

    @Test
    void schemasKnowsNoOtherModule() {
        noClasses()
                .that()
                .resideInAPackage(HERE + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.ringmirror.volume..",
                        "io.ringmirror.replica..",
                        "io.ringmirror.producer..",
                        "io.ringmirror.streams..",
                        "io.ringmirror.consumer..",
                        "io.ringmirror.cli..",
                        "io.ringmirror.config..")
                .check(classes);
    }

    @Test
    void recordsKnowNeitherAvroNorKafkaAndArrowsPointToThem() {
        noClasses()
                .that()
                .resideInAPackage(HERE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache..", "com.fasterxml..")
                .check(classes);
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("records")
                .definedBy(HERE)
                .layer("avro")
                .definedBy(HERE + ".avro..")
                .layer("registry")
                .definedBy(HERE + ".registry..")
                .layer("serde")
                .definedBy(HERE + ".serde..")
                .layer("topics")
                .definedBy(HERE + ".topics..")
                .whereLayer("topics")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("serde")
                .mayOnlyBeAccessedByLayers("topics")
                .whereLayer("registry")
                .mayOnlyBeAccessedByLayers("serde")
                .whereLayer("avro")
                .mayOnlyBeAccessedByLayers("serde")
                .check(classes);
    }
}
