package io.getindico.metrics.testing;

import io.getindico.metrics.jooq.IndicoRelease;
import java.util.Objects;
import org.jooq.CloseableDSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Creates the database of an {@link IndicoTest} when a parameter first needs it. */
final class IndicoExtension implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(IndicoExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        // A nested class uses the database of its enclosing class.
        if (context.getStore(NAMESPACE).get(Database.class) == null) {
            context.getStore(NAMESPACE).put(Database.class, new Database(release(context)));
        }
    }

    private static IndicoRelease release(ExtensionContext context) {
        IndicoRelease[] given = AnnotationSupport.findAnnotation(context.getRequiredTestClass(), IndicoTest.class)
                .map(IndicoTest::release)
                .orElseThrow();
        if (given.length > 1) {
            throw new IllegalArgumentException("@IndicoTest of " + context.getRequiredTestClass() + ": got "
                    + given.length + " releases, expected one; write a class for each");
        }
        return given.length == 0 ? IndicoRelease.newest() : given[0];
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        database(context).reset();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Database own = context.getStore(NAMESPACE).remove(Database.class, Database.class);
        if (own != null) {
            own.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == IndicoDatabase.class || type == IndicoRows.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Opened opened = database(context).opened();
        return parameter.getParameter().getType() == IndicoRows.class ? opened.rows() : opened.database();
    }

    private static Database database(ExtensionContext context) {
        return Objects.requireNonNull(context.getStore(NAMESPACE).get(Database.class, Database.class));
    }

    private record Opened(IndicoDatabase database, CloseableDSLContext dsl, IndicoRows rows) {}

    /** The database of one test class. It is created when it is first needed. */
    private static final class Database {
        private final IndicoRelease release;
        private @Nullable Opened opened;

        Database(IndicoRelease release) {
            this.release = release;
        }

        synchronized Opened opened() {
            Opened existing = opened;
            if (existing == null) {
                existing = open();
                opened = existing;
            }
            return existing;
        }

        private Opened open() {
            IndicoDatabase database = IndicoDatabase.create(release);
            CloseableDSLContext dsl = database.connect();
            PreparedRows.insert(dsl, release);
            Sequences.spread(dsl);
            return new Opened(database, dsl, IndicoRows.into(dsl));
        }

        synchronized void reset() {
            if (opened != null) {
                opened.rows().deleteAll();
                PreparedRows.insert(opened.dsl(), release);
            }
        }

        synchronized void close() {
            if (opened != null) {
                opened.dsl().close();
                opened.database().close();
            }
        }
    }
}
