package io.getindico.metrics.api.engine;

/**
 * A listener's place at {@link IndicoMetrics#onChange}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
    /** Ends the calls of the listener. Waits for a running call, unless that call itself closes the subscription. */
    @Override
    void close();
}
