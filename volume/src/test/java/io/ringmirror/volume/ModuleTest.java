package io.ringmirror.volume;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ModuleTest {
    @Test
    void aVolumeKnowsNothingOfKafkaNorOfOtherModules() {
        noClasses()
                .that()
                .resideInAPackage("io.ringmirror.volume..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "io.ringmirror.volume..", "java..", "com.sun.jna..", "com.sun.nio.file..", "org.slf4j..")
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.ringmirror.volume"));
    }
}
