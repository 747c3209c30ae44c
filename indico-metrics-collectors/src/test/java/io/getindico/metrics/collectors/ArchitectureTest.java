package io.getindico.metrics.collectors;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.implement;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.collectors.internal.liveness.DeadObjects;
import io.getindico.metrics.jooq.events.tables.Events;
import io.getindico.metrics.testing.CollectorContract;
import java.lang.ref.Reference;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.AbstractCollection;
import java.util.AbstractMap;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Parser;
import org.jooq.PlainSQL;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

/** Rules for the main code of the library, each with a proof that it can be broken. */
class ArchitectureTest {
    private static final String ALL = "io.getindico.metrics..";
    private static final String API = "io.getindico.metrics.api..";
    private static final String ENGINE = "io.getindico.metrics.api.engine..";
    private static final String JOOQ = "io.getindico.metrics.jooq..";
    private static final String COLLECTORS = "io.getindico.metrics.collectors..";
    private static final String INTERNAL = "io.getindico.metrics.collectors.internal..";
    private static final String TESTING = "io.getindico.metrics.testing..";

    /** All classes except the many generated tables, which follow no rules of ours. */
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("/tables/"))
            .importPackages("io.getindico.metrics");

    private static final JavaClasses TESTS = new ClassFileImporter()
            .withImportOption(new ImportOption.OnlyIncludeTests())
            .importPackages("io.getindico.metrics.collectors");

    private static final JavaClasses BROKEN = new ClassFileImporter().importClasses(Broken.class);

    @Test
    void modulesDependOnEachOtherOnlyAsDrawn() {
        mayUse(API).check(MAIN);
        mayUse(JOOQ).check(MAIN);
        mayUse(COLLECTORS, API, JOOQ).check(MAIN);
        mayUse(TESTING, API, JOOQ).check(MAIN);

        assertBroken(mayUse(COLLECTORS, API), MAIN);
        assertBroken(mayUse(COLLECTORS, JOOQ), MAIN);
        assertBroken(mayUse(TESTING, API), MAIN);
        assertBroken(mayUse("io.getindico.metrics.api", JOOQ), MAIN);
    }

    private static ArchRule mayUse(String module, String... others) {
        return noClasses()
                .that()
                .resideInAPackage(module)
                .should()
                .dependOnClassesThat(
                        resideInAPackage(ALL).and(not(resideInAPackage(module))).and(not(resideInAnyPackage(others))));
    }

    @Test
    void collectorsDependOnTheSpiButNotOnTheEngine() {
        collectorsDoNotUse(ENGINE).check(MAIN);
        assertBroken(collectorsDoNotUse(JOOQ), MAIN);
    }

    private static ArchRule collectorsDoNotUse(String other) {
        return noClasses().that().resideInAPackage(COLLECTORS).should().dependOnClassesThat(resideInAPackage(other));
    }

    @Test
    void subjectsDoNotDependOnEachOther() {
        strangersButFor(INTERNAL).check(MAIN);
        assertBroken(strangersButFor("io.getindico.metrics.collectors.none"), MAIN);
    }

    private static ArchRule strangersButFor(String common) {
        return slices().matching("io.getindico.metrics.collectors.(*)..")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(alwaysTrue(), resideInAPackage(common));
    }

    @Test
    void internalTypesAreInNoPublicSignature() {
        ArchRule rule = noMethods()
                .that()
                .areDeclaredInClassesThat(resideInAPackage(COLLECTORS).and(not(resideInAPackage(INTERNAL))))
                .and()
                .arePublic()
                .should()
                .haveRawReturnType(resideInAPackage(INTERNAL))
                .orShould()
                .haveRawParameterTypes(
                        describe("any internal one", types -> types.stream().anyMatch(resideInAPackage(INTERNAL))));
        rule.check(MAIN);
        assertBroken(rule, BROKEN, "Broken.dead()", "Broken.take(");
    }

    @Test
    void collectorsContainNoSqlStrings() {
        ArchRule rule = noClasses()
                .that()
                .resideInAnyPackage(API, COLLECTORS)
                .should()
                .accessTargetWhere(target(isPlainSql()))
                .orShould()
                .accessTargetWhere(target(sendsSql()));
        rule.check(MAIN);
        assertBroken(rule, BROKEN, "fetch(java.lang.String)", "field(java.lang.String)", "executeQuery");
    }

    /** The engine sends what they define, where and when it is harmless. */
    @Test
    void noCollectorSendsAStatement() {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage(COLLECTORS)
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("java.sql..", "javax.sql..").or(assignableTo(DSLContext.class)));
        rule.check(MAIN);
        assertBroken(rule, BROKEN, "org.jooq.DSLContext", "java.sql.Connection");
    }

    private static DescribedPredicate<AccessTarget> isPlainSql() {
        return describe(
                "takes SQL as a string",
                target -> target.isAnnotatedWith(PlainSQL.class)
                        || target.getOwner().isAssignableTo(Parser.class));
    }

    private static DescribedPredicate<AccessTarget> sendsSql() {
        return describe(
                "sends SQL past jOOQ",
                target -> isOf(target, Statement.class, "execute.*|addBatch")
                        || isOf(target, Connection.class, "prepare.*|createStatement|nativeSQL"));
    }

    private static boolean isOf(AccessTarget target, Class<?> type, String names) {
        return target.getOwner().isAssignableTo(type) && target.getName().matches(names);
    }

    @Test
    void noCollectorReadsAClock() {
        ArchRule rule = noClasses().that().resideInAPackage(COLLECTORS).should().accessTargetWhere(target(isClock()));
        rule.check(MAIN);
        assertBroken(rule, BROKEN, "Instant.now()", "System.currentTimeMillis()", "DSL.currentTimestamp()");
    }

    private static DescribedPredicate<AccessTarget> isClock() {
        Pattern clocks = Pattern.compile("java\\.time\\.(.+\\.now|Clock\\..+|ZoneId\\.systemDefault)"
                + "|java\\.util\\.(Date|Calendar|TimeZone)\\..+"
                + "|java\\.lang\\.System\\.(currentTimeMillis|nanoTime)"
                + "|org\\.jooq\\..+\\.(now|current(Date|Time|Timestamp|Local.*|Offset.*|Instant))");
        return describe(
                "tells the time",
                target -> clocks.matcher(target.getOwner().getName() + "." + target.getName())
                        .matches());
    }

    /** A host asks for families when it starts, before any query; to load jOOQ's classes takes a second. */
    @Test
    void collectorsKeepNothingOfJooqInStaticFields() {
        ArchRule rule = noFields()
                .that()
                .areDeclaredInClassesThat(areCollectors())
                .and()
                .areStatic()
                .should()
                .haveRawType(resideInAnyPackage("org.jooq..", JOOQ))
                .orShould()
                .haveRawType(IdSet.class);
        rule.check(MAIN);
        assertBroken(rule, BROKEN, "Broken.ROWS", "Broken.TABLE", "Broken.IDS");
    }

    /** In jOOQ 3.21 these methods take another type, so code that was compiled with 3.19 does not find them there. */
    @Test
    void collectorsDoNotCallExists() {
        ArchRule rule = noClasses()
                .that()
                .resideInAnyPackage(API, COLLECTORS, TESTING)
                .should()
                .accessTargetWhere(target(describe(
                        "is one of jOOQ's exists",
                        target -> target.getOwner().getPackageName().startsWith("org.jooq")
                                && target.getName().matches("exists|notExists|(where|and|or)(Not)?Exists"))));
        rule.check(MAIN);
        assertBroken(rule, BROKEN, "DSL.exists(org.jooq.Select)", "whereNotExists(org.jooq.Select)");
    }

    @Test
    void collectorsAreFinalPublicAndWithoutState() {
        ArchRule isFinal =
                classes().that(areCollectors()).should().bePublic().andShould().haveModifier(JavaModifier.FINAL);
        ArchRule hasNoState = fields().that()
                .areDeclaredInClassesThat(areCollectors())
                .should()
                .beStatic()
                .andShould()
                .beFinal();
        isFinal.check(MAIN);
        hasNoState.check(MAIN);
        assertBroken(isFinal, BROKEN, "PUBLIC", "FINAL");
        assertBroken(hasNoState, BROKEN, "STATIC", "FINAL");
    }

    /** Two hosts in one JVM share nothing, and nothing outlives them. */
    @Test
    void nothingStaticChanges() {
        ArchRule rule = fields().that()
                .areDeclaredInClassesThat()
                .resideInAnyPackage(API, JOOQ, COLLECTORS)
                .and()
                .areStatic()
                .should()
                .beFinal()
                .andShould()
                .notHaveRawType(describe("hold what changes", ArchitectureTest::holdsWhatChanges));
        rule.check(MAIN);
        assertBroken(rule, BROKEN, "Broken.count", "Broken.CACHE", "Broken.CURRENT");
    }

    private static boolean holdsWhatChanges(JavaClass type) {
        return type.getPackageName().startsWith("java.util.concurrent")
                || type.isAssignableTo(ThreadLocal.class)
                || type.isAssignableTo(Thread.class)
                || type.isAssignableTo(Reference.class)
                || type.isAssignableTo(AbstractMap.class)
                || type.isAssignableTo(AbstractCollection.class);
    }

    /** They may be other versions than those compiled against; clients before 1.7 have no descriptors. */
    @Test
    void theHostsLibrariesHaveEveryMethodThatIsCalled() {
        assertThat(missing(MAIN, "(org.jooq|io.prometheus).+")).isEmpty();
    }

    private static List<String> missing(JavaClasses classes, String owners) {
        return classes.stream()
                .filter(type -> !type.getSimpleName().equals("Descriptors"))
                .flatMap(type -> type.getAccessesFromSelf().stream())
                .filter(access -> access.getTargetOwner().getName().matches(owners))
                .filter(access -> access.getTarget().resolveMember().isEmpty())
                .map(JavaAccess::getDescription)
                .toList();
    }

    @Test
    void everyCollectorCanBeDiscovered() {
        assertThat(unlisted(MAIN)).isEmpty();
        assertThat(unlisted(BROKEN)).containsExactly(Broken.class.getName());
    }

    @Test
    void everyCollectorHasItsContractTest() {
        ArchRule rule = classes().that(areCollectors()).should(ArchCondition.from(hasContractTest()));
        rule.check(MAIN);
        assertBroken(rule, BROKEN, Broken.class.getName());
    }

    private static DescribedPredicate<JavaClass> hasContractTest() {
        return describe(
                "have a " + CollectorContract.class.getSimpleName() + " of its name and Test",
                collector -> TESTS.contain(collector.getName() + "Test")
                        && isContractTest(TESTS.get(collector.getName() + "Test"), collector));
    }

    private static boolean isContractTest(JavaClass test, JavaClass collector) {
        return test.isAssignableTo(CollectorContract.class)
                && test.getConstructorCallsFromSelf().stream()
                        .anyMatch(call -> call.getTargetOwner().getName().equals(collector.getName()));
    }

    private static List<String> unlisted(JavaClasses classes) {
        Set<String> listed = ServiceLoader.load(MetricCollector.class).stream()
                .map(provider -> provider.type().getName())
                .collect(Collectors.toSet());
        return classes.stream()
                .filter(areCollectors())
                .map(JavaClass::getName)
                .filter(name -> !listed.contains(name))
                .toList();
    }

    /** The built-in ones; the kit has helpers that implement the interface too. */
    private static DescribedPredicate<JavaClass> areCollectors() {
        return implement(MetricCollector.class).and(resideInAPackage(COLLECTORS));
    }

    private static void assertBroken(ArchRule rule, JavaClasses classes, String... details) {
        String report = rule.evaluate(classes).getFailureReport().toString();
        assertThat(report).contains("was violated");
        for (String detail : details) {
            assertThat(report).contains(detail);
        }
    }

    /** All that a collector must not be. */
    static class Broken implements MetricCollector {
        protected static int count;
        protected static final AtomicInteger CACHE = new AtomicInteger();
        protected static final ThreadLocal<Integer> CURRENT = ThreadLocal.withInitial(() -> 0);

        protected static final Field<Integer> ROWS = DSL.count();
        protected static final Events TABLE = Events.EVENTS;
        protected static final IdSet IDS = IdSet.of("ids", TABLE.ID, TABLE, TABLE.IS_DELETED.isTrue());

        protected Instant last = Instant.EPOCH;

        @Override
        public String name() {
            return "broken";
        }

        @Override
        public List<MetricFamily> families() {
            return List.of();
        }

        @Override
        public List<FamilyQuery> queries(CollectionContext context) {
            Field<Object> plain = DSL.field("1");
            last = Instant.now().plusMillis(System.currentTimeMillis());
            return List.of(FamilyQuery.from(TABLE)
                    .where(DSL.exists(DSL.select(plain, DSL.currentTimestamp()).whereNotExists(DSL.selectOne()))));
        }

        public DeadObjects dead() {
            return new DeadObjects();
        }

        public void take(DeadObjects dead) {
            last = Instant.EPOCH;
        }

        public static void send(Connection connection) throws SQLException {
            DSL.using(connection).fetch("SELECT 1");
            try (Statement statement = connection.createStatement()) {
                statement.executeQuery("SELECT 1").close();
            }
        }
    }
}
