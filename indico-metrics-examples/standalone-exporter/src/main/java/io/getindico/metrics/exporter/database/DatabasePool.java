package io.getindico.metrics.exporter.database;

import io.getindico.metrics.exporter.settings.DatabaseUrl;
import java.time.Duration;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.PoolableConnection;
import org.apache.commons.dbcp2.PoolableConnectionFactory;
import org.apache.commons.dbcp2.PoolingDataSource;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;

/**
 * A pool of at most three sessions. None stays idle for long. The thread that asks for a session opens it and gets the
 * server's own error; nothing retries a refused login in the background.
 */
public final class DatabasePool implements AutoCloseable {
    private static final int MAX_SESSIONS = 3;
    private static final Duration MAX_WAIT = Duration.ofSeconds(2);
    private static final Duration MAX_LIFETIME = Duration.ofMinutes(30);

    /**
     * PostgreSQL cannot copy or rename a database while it has idle sessions, so they must end. With one scrape per
     * minute, the next scrape still finds the session of the previous one.
     */
    public static final Duration MAX_IDLE = Duration.ofSeconds(75);

    private static final int IDLE_CHECKS = 5;
    private static final Duration VALIDATION = Duration.ofSeconds(1);

    private final GenericObjectPool<PoolableConnection> sessions;
    private final DataSource dataSource;

    public DatabasePool(DatabaseUrl url, Credentials credentials) {
        this(url, credentials, MAX_IDLE);
    }

    public DatabasePool(DatabaseUrl url, Credentials credentials, Duration maxIdle) {
        PoolableConnectionFactory factory = new PoolableConnectionFactory(new LoginFactory(url, credentials), null);
        factory.setMaxConn(MAX_LIFETIME);
        factory.setValidationQueryTimeout(VALIDATION);
        factory.setFastFailValidation(true);
        this.sessions = new GenericObjectPool<>(factory, config(maxIdle));
        factory.setPool(sessions);
        this.dataSource = new PoolingDataSource<>(sessions);
    }

    private static GenericObjectPoolConfig<PoolableConnection> config(Duration maxIdle) {
        GenericObjectPoolConfig<PoolableConnection> config = new GenericObjectPoolConfig<>();
        config.setMaxTotal(MAX_SESSIONS);
        config.setMaxIdle(MAX_SESSIONS);
        config.setMinIdle(0);
        config.setMaxWait(MAX_WAIT);
        config.setTestOnBorrow(true);
        config.setMinEvictableIdleDuration(maxIdle);
        config.setTimeBetweenEvictionRuns(maxIdle.dividedBy(IDLE_CHECKS));
        config.setJmxEnabled(false);
        return config;
    }

    public DataSource dataSource() {
        return dataSource;
    }

    @Override
    public void close() {
        sessions.close();
    }
}
