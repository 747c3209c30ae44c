package org.example.celery;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.getindico.metrics.api.*;
import java.io.*;
import java.net.*;
import java.util.List;

/** Counts the tasks that wait for a worker, which Indico's database does not know. It needs no library for Redis. */
public final class CeleryQueueCollector implements MetricCollector {
    private static final MetricFamily QUEUED = MetricFamily.gauge("indico_celery_queued_tasks")
            .help("Tasks in Celery's queue that no worker has taken yet.").build();
    private static final CollectorSetting<URI> BROKER = CollectorSetting.of(
            "broker", URI.create("redis://127.0.0.1:6379/0"), URI::create, "CELERY_BROKER of indico.conf");
    private static final CollectorSetting<String> QUEUE =
            CollectorSetting.of("queue", "celery", text -> text, "the name of a queue");
    private static final int PATIENCE_MILLIS = 1000;

    @Override public String name() { return "celery_queue"; }

    @Override public RefreshClass refreshClass() { return RefreshClass.LIVE; }

    @Override public List<MetricFamily> families() { return List.of(QUEUED); }

    @Override public List<CollectorSetting<?>> settings() { return List.of(BROKER, QUEUE); }

    @Override public void collect(CollectionContext context, Samples samples) throws IOException {
        URI broker = context.setting(BROKER);
        try (Socket redis = new Socket()) {
            int port = broker.getPort() < 0 ? 6379 : broker.getPort();
            redis.connect(new InetSocketAddress(broker.getHost(), port), PATIENCE_MILLIS);
            redis.setSoTimeout(PATIENCE_MILLIS);
            if (broker.getUserInfo() != null) {
                String[] login = broker.getUserInfo().split(":", 2);
                ask(redis, login[0].isEmpty() ? List.of("AUTH", login[1]) : List.of("AUTH", login[0], login[1]));
            }
            String database = broker.getPath().replace("/", "");
            ask(redis, List.of("SELECT", database.isEmpty() ? "0" : database));
            samples.set(QUEUED, Long.valueOf(ask(redis, List.of("LLEN", context.setting(QUEUE)))));
        }
    }

    /** Sends a command, and returns the answer, which is one line for these commands. */
    private static String ask(Socket redis, List<String> command) throws IOException {
        StringBuilder sent = new StringBuilder("*" + command.size() + "\r\n");
        command.forEach(word -> sent.append("$" + word.getBytes(UTF_8).length + "\r\n" + word + "\r\n"));
        redis.getOutputStream().write(sent.toString().getBytes(UTF_8));
        String answer = new BufferedReader(new InputStreamReader(redis.getInputStream(), UTF_8)).readLine();
        if (answer == null || answer.startsWith("-")) {
            throw new IOException("Redis refuses " + command.get(0) + ": " + answer);
        }
        return answer.substring(1);
    }
}
