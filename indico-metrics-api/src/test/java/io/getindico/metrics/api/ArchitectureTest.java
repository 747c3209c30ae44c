package io.getindico.metrics.api;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.annotatedWith;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
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
    void noSqlIsGivenToJooqAsAString() {
        noClasses()
                .should()
                .accessTargetWhere(target(annotatedWith(PlainSQL.class)).as("the target takes plain SQL"))
                .check(MAIN);
    }

    @Test
    void noStatementIsMadeOrSentPastJooq() {
        noClasses()
                .should()
                .accessTargetWhere(JavaAccess.Predicates.targetOwner(resideInAPackage("java.sql"))
                        .and(target(nameMatching("(prepare(Statement|Call)|createStatement|add(Batch)|execute.*)"))))
                .check(MAIN);
    }

    @Test
    void theSpiKnowsNothingOfTheEngine() {
        noClasses()
                .that()
                .resideInAPackage("io.getindico.metrics.api")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ENGINE + "..")
                .check(MAIN);
    }

    @Test
    void nothingElseIsNeededThanTheseLibraries() {
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

    /** Generated ones are out of reach; one that is needed here is defined where it is used, for that class alone. */
    @Test
    void noClassOfATableIsSeenOutsideOfItsUser() {
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
    void aHostAnAuthorAndNobodyElseSeesTheseTypes() {
        assertThat(publicTypes("io.getindico.metrics.api"))
                .containsExactlyInAnyOrder(
                        "MetricCollector",
                        "CollectionContext",
                        "CollectorSetting",
                        "FamilyQuery",
                        "IdSet",
                        "Label",
                        "MetricFamily",
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
                        "CollectorStatus",
                        "DatabaseError",
                        "FailureReason",
                        "SkipReason");
    }

    @Test
    void withinOthersNoMoreTypesAreSeenThanThese() {
        assertThat(MAIN.stream()
                        .filter(ArchitectureTest::isPublic)
                        .filter(type -> type.getEnclosingClass().isPresent())
                        .map(type ->
                                type.getName().substring(type.getPackageName().length() + 1)))
                .containsExactlyInAnyOrder(
                        "CollectorStatus$Outcome",
                        "CollectorStatus$Query",
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
    void theInterfacesOfTheSpiNameNothingOfJooqButFields() {
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
    void whatACollectorDeclaresNeedsNothingOfJooq() {
        noClasses()
                .that()
                .belongToAnyOf(MetricFamily.class, Label.class, RefreshClass.class, CollectorSetting.class)
                .should()
                .dependOnClassesThat(resideInAPackage("org.jooq.."))
                .check(MAIN);
    }
}
