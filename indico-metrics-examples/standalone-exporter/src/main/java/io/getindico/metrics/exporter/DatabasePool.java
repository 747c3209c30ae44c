package io.getindico.metrics.exporter;

import java.time.Duration;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.PoolableConnection;
import org.apache.commons.dbcp2.PoolableConnectionFactory;
import org.apache.commons.dbcp2.PoolingDataSource;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;

/**
 * At most three sessions and none that idles for long. Each is opened on the thread that asks for it, which gets the
 * server's own error: nothing tries a refused login again behind its back.
 */
final class DatabasePool implements AutoCloseable {
    private static final int MAX_SESSIONS = 3;
    private static final Duration MAX_WAIT = Duration.ofSeconds(2);
    private static final Duration MAX_LIFETIME = Duration.ofMinutes(30);

    /**
     * PostgreSQL neither copies nor renames a database while a session idles there. But at a scrape each minute, the
     * next scrape still finds the session of the one before.
     */
    static final Duration MAX_IDLE = Duration.ofSeconds(75);

    private static final int IDLE_CHECKS = 5;
    private static final Duration VALIDATION = Duration.ofSeconds(1);

    private final GenericObjectPool<PoolableConnection> sessions;
    private final DataSource dataSource;

    DatabasePool(DatabaseUrl url, Credentials credentials) {
        this(url, credentials, MAX_IDLE);
    }

    DatabasePool(DatabaseUrl url, Credentials credentials, Duration maxIdle) {
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

    DataSource dataSource() {
        return dataSource;
    }

    @Override
    public void close() {
        sessions.close();
    }
}
