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
    private static final Duration MAX_IDLE = Duration.ofMinutes(5);
    private static final Duration IDLE_CHECK = Duration.ofMinutes(1);
    private static final Duration VALIDATION = Duration.ofSeconds(1);

    private final GenericObjectPool<PoolableConnection> sessions;
    private final DataSource dataSource;

    DatabasePool(DatabaseUrl url, Credentials credentials) {
        PoolableConnectionFactory factory = new PoolableConnectionFactory(new LoginFactory(url, credentials), null);
        factory.setMaxConn(MAX_LIFETIME);
        factory.setValidationQueryTimeout(VALIDATION);
        factory.setFastFailValidation(true);
        this.sessions = new GenericObjectPool<>(factory, config());
        factory.setPool(sessions);
        this.dataSource = new PoolingDataSource<>(sessions);
    }

    private static GenericObjectPoolConfig<PoolableConnection> config() {
        GenericObjectPoolConfig<PoolableConnection> config = new GenericObjectPoolConfig<>();
        config.setMaxTotal(MAX_SESSIONS);
        config.setMaxIdle(MAX_SESSIONS);
        config.setMinIdle(0);
        config.setMaxWait(MAX_WAIT);
        config.setTestOnBorrow(true);
        config.setMinEvictableIdleDuration(MAX_IDLE);
        config.setTimeBetweenEvictionRuns(IDLE_CHECK);
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
