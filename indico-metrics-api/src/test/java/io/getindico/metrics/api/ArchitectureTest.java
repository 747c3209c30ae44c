package io.getindico.metrics.api;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.annotatedWith;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SliceRule;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import java.util.List;
import org.jooq.Field;
import org.jooq.PlainSQL;
import org.jooq.Table;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String ENGINE = "io.getindico.metrics.api.engine";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.getindico.metrics.api");

    @Test
    void queriesPassNoSqlStringsToJooq() {
        noClasses()
                .should()
                .accessTargetWhere(target(annotatedWith(PlainSQL.class)).as("the target takes plain SQL"))
                .check(MAIN);
    }

    @Test
    void everyStatementGoesThroughJooq() {
        noClasses()
                .should()
                .accessTargetWhere(JavaAccess.Predicates.targetOwner(resideInAPackage("java.sql"))
                        .and(target(nameMatching("(prepare(Statement|Call)|createStatement|add(Batch)|execute.*)"))))
                .check(MAIN);
    }

    @Test
    void theSpiDoesNotDependOnTheEngine() {
        noClasses()
                .that()
                .resideInAPackage("io.getindico.metrics.api")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ENGINE + "..")
                .check(MAIN);
    }

    @Test
    void needsOnlyTheseLibraries() {
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..",
                        "javax.sql",
                        "org.jooq..",
                        "org.jspecify.annotations",
                        "org.slf4j",
                        "io.prometheus.metrics.model..",
                        "io.getindico.metrics.api.."))
                .check(MAIN);
    }

    /** This module does not depend on the generated classes. A class that needs a table defines its own. */
    @Test
    void tableClassesAreNotVisibleOutsideTheirUser() {
        noClasses()
                .should()
                .dependOnClassesThat(describe(
                        "are tables of ours that others can use",
                        (JavaClass type) -> type.isAssignableTo(Table.class)
                                && type.getPackageName().startsWith("io.getindico")
                                && !type.getModifiers().contains(JavaModifier.PRIVATE)))
                .check(MAIN);
    }

    @Test
    void onlyHostsAndAuthorsSeeTheseTypes() {
        assertThat(publicTypes("io.getindico.metrics.api"))
                .containsExactlyInAnyOrder(
                        "MetricCollector",
                        "CollectionContext",
                        "CollectorSetting",
                        "DerivedRows",
                        "FamilyHistory",
                        "FamilyQuery",
                        "IdSet",
                        "Label",
                        "MetricFamily",
                        "Profile",
                        "RefreshClass",
                        "Samples",
                        "Value");
        assertThat(publicTypes(ENGINE))
                .containsExactlyInAnyOrder(
                        "IndicoMetrics",
                        "IndicoMetricsBuilder",
                        "IndicoMetricsGroup",
                        "CollectorDiscovery",
                        "Scrape",
                        "Reading",
                        "Status",
                        "Subscription",
                        "CollectorStatus",
                        "History",
                        "HistoryOutcome",
                        "HistorySink",
                        "DatabaseError",
                        "FailureReason",
                        "SkipReason");
    }

    @Test
    void otherPackagesSeeOnlyTheseTypes() {
        assertThat(MAIN.stream()
                        .filter(ArchitectureTest::isPublic)
                        .filter(type -> type.getEnclosingClass().isPresent())
                        .map(type ->
                                type.getName().substring(type.getPackageName().length() + 1)))
                .containsExactlyInAnyOrder(
                        "CollectorStatus$Outcome",
                        "CollectorStatus$Query",
                        "FamilyHistory$Exactness",
                        "FamilyHistory$IdRange",
                        "FamilyHistory$Plan",
                        "FamilyHistory$Step",
                        "FamilyQuery$Plan",
                        "FamilyQuery$Sink",
                        "IdSet$Contents",
                        "MetricFamily$Builder",
                        "MetricFamily$Type");
    }

    private static List<String> publicTypes(String packageName) {
        return MAIN.stream()
                .filter(type -> type.getPackageName().equals(packageName))
                .filter(type -> type.getEnclosingClass().isEmpty())
                .filter(ArchitectureTest::isPublic)
                .map(JavaClass::getSimpleName)
                .toList();
    }

    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(ArchitectureTest::isPublic).orElse(true);
    }

    @Test
    void theInterfacesOfTheSpiUseOnlyFieldsOfJooq() {
        noClasses()
                .that()
                .resideInAPackage("io.getindico.metrics.api")
                .and()
                .areInterfaces()
                .should()
                .dependOnClassesThat(resideInAPackage("org.jooq..")
                        .and(describe("are not Field", type -> !type.isEquivalentTo(Field.class))))
                .check(MAIN);
    }

    /** Hosts ask for names before any query, and jOOQ's classes cost a second. */
    @Test
    void declarationsOfCollectorsDoNotNeedJooq() {
        noClasses()
                .that()
                .belongToAnyOf(MetricFamily.class, Label.class, RefreshClass.class, CollectorSetting.class)
                .should()
                .dependOnClassesThat(resideInAPackage("org.jooq.."))
                .check(MAIN);
    }

    /** Nested classes count as part of the outermost one. A builder and its product may know each other. */
    @Test
    void classesHaveNoCycles() {
        SliceRule rule = slices().assignedFrom(outermostClasses()).should().beFreeOfCycles();
        rule.ignoreDependency(IndicoMetrics.class, IndicoMetricsBuilder.class).check(MAIN);
        assertBroken(rule, MAIN, "Slice IndicoMetrics -> ", "Slice IndicoMetricsBuilder -> ");
    }

    private static SliceAssignment outermostClasses() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return SliceIdentifier.of(outermost(type).getSimpleName());
            }

            @Override
            public String getDescription() {
                return "outermost classes";
            }
        };
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }

    /** A class that needs more gets a record. */
    @Test
    void constructorsAndMethodsHaveAtMostFiveParameters() {
        ArchRule rule = codeUnits()
                .that(describe(
                        "are written by hand",
                        unit -> !unit.getModifiers().contains(JavaModifier.SYNTHETIC)
                                && !(unit.isConstructor() && unit.getOwner().isRecord())))
                .should(ArchCondition.from(describe(
                        "have at most five parameters",
                        unit -> unit.getRawParameterTypes().size() <= 5)));
        rule.check(MAIN);
        assertBroken(
                rule,
                new ClassFileImporter().importClasses(Crowded.class),
                "Crowded.<init>(int, int",
                "Crowded.of(int");
    }

    private static void assertBroken(ArchRule rule, JavaClasses classes, String... details) {
        assertThat(rule.evaluate(classes).getFailureReport().toString())
                .contains("was violated")
                .contains(details);
    }

    static final class Crowded {
        Crowded(int a, int b, int c, int d, int e, int f) {}

        static Crowded of(int a, int b, int c, int d, int e, int f) {
            return new Crowded(a, b, c, d, e, f);
        }
    }
}
