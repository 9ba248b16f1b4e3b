package dev.pickwick.benchmarks;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the arrows between the modules and, in the scheduler, between the core and its plugins. */
class ArchitectureTest {
  private static final String PROTO = "dev.pickwick.proto..";
  private static final String SCHEDULER = "dev.pickwick.scheduler..";
  private static final String SCRAPER = "dev.pickwick.scraper..";
  private static final String TESTBED = "dev.pickwick.testbed..";
  private static final String EPP = "dev.pickwick.epp..";

  private static final JavaClasses PICKWICK =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.pickwick");

  /** Without this the other tests would pass on an empty class path. */
  @ParameterizedTest
  @ValueSource(strings = {PROTO, SCHEDULER, SCRAPER, TESTBED, EPP, "dev.pickwick.benchmarks.."})
  void everyModule_isSeen(String module) {
    assertThat(PICKWICK.that(resideInAPackage(module))).isNotEmpty();
  }

  @Test
  void scheduler_dependsOnTheJdkAndJSpecifyOnly() {
    classes()
        .that()
        .resideInAPackage(SCHEDULER)
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage(SCHEDULER, "java..", "org.jspecify.."))
        .check(PICKWICK);
  }

  @Test
  void proto_dependsOnNoOtherModule() {
    onlySees(PROTO, PROTO);
  }

  @Test
  void metricsScraper_dependsOnTheSchedulerOnly() {
    onlySees(SCRAPER, SCRAPER, SCHEDULER);
  }

  @Test
  void testbed_dependsOnProtoOnly() {
    onlySees(TESTBED, TESTBED, PROTO);
  }

  @Test
  void eppServer_dependsOnWhatIsBelowItOnly() {
    onlySees(EPP, EPP, PROTO, SCHEDULER, SCRAPER);
  }

  @Test
  void kubernetesClient_isUsedByTheServerOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages(EPP, "dev.pickwick.benchmarks..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.fabric8..")
        .check(PICKWICK);
  }

  /** A package that holds a plugin's factory is a plugin's; the service loader alone knows it. */
  @Test
  void schedulerCore_namesNoBuiltInPlugin() {
    Set<String> pluginPackages =
        PICKWICK.stream()
            .filter(each -> each.isAssignableTo("dev.pickwick.scheduler.spi.PluginFactory"))
            .filter(each -> !each.getModifiers().contains(JavaModifier.ABSTRACT))
            .map(JavaClass::getPackageName)
            .collect(Collectors.toSet());
    DescribedPredicate<JavaClass> builtIn =
        DescribedPredicate.describe(
            "belong to a built-in plugin", each -> pluginPackages.contains(each.getPackageName()));
    noClasses()
        .that(resideInAPackage(SCHEDULER).and(not(builtIn)))
        .should()
        .dependOnClassesThat(builtIn)
        .check(PICKWICK);
  }

  private static void onlySees(String module, String... allowed) {
    classes()
        .that()
        .resideInAPackage(module)
        .should()
        .onlyDependOnClassesThat(
            not(resideInAPackage("dev.pickwick..")).or(resideInAnyPackage(allowed)))
        .check(PICKWICK);
  }
}
