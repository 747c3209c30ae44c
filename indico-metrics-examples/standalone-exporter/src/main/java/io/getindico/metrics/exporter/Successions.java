package io.getindico.metrics.exporter;

import io.getindico.metrics.exporter.http.Target;
import io.getindico.metrics.exporter.logging.CurrentInstance;
import io.getindico.metrics.exporter.settings.Settings;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** All Indicos that are served, by name. Only {@link #targets} and {@link #interrupt} may be called by other threads. */
final class Successions implements AutoCloseable {
    /** Creates an instance; whether it is the only one. */
    private final BiFunction<Settings, Boolean, Instance> factory;

    private final InstantSource clock;
    /** Each closes one that is no longer among {@link #all}. */
    private final List<Runnable> removed = new ArrayList<>();

    private volatile SortedMap<String, Succession> all = Collections.emptySortedMap();

    Successions(Settings settings, BiFunction<Settings, Boolean, Instance> factory, InstantSource clock) {
        this.factory = factory;
        this.clock = clock;
        accept(settings);
    }

    SortedMap<String, Target> targets() {
        SortedMap<String, Target> targets = new TreeMap<>();
        all.forEach((name, succession) -> targets.put(name, succession.target()));
        return targets;
    }

    /** Adds, removes and changes instances. Changes nothing if it throws. */
    void accept(Settings settings) {
        SortedMap<String, Succession> next = new TreeMap<>();
        List<Succession> added = new ArrayList<>();
        List<Succession.Change> changes = new ArrayList<>();
        try {
            settings.indicos().forEach((name, own) -> {
                Succession succession = all.get(name);
                if (succession == null) {
                    succession = new Succession(
                            own,
                            of -> CurrentInstance.call(name, () -> factory.apply(of, name.equals(Settings.ONLY))),
                            clock);
                    added.add(succession);
                } else {
                    changes.add(succession.prepare(own));
                }
                next.put(name, succession);
            });
        } catch (RuntimeException | Error e) {
            changes.forEach(Succession.Change::close);
            added.forEach(Succession::close);
            throw e;
        }
        changes.forEach(Succession.Change::accept);
        all.forEach((name, succession) -> {
            if (!next.containsKey(name)) {
                removed.add(() -> CurrentInstance.run(name, succession::close));
            }
        });
        all = Collections.unmodifiableSortedMap(next);
    }

    /** Does what is due. Call it about once a second. */
    void tick() {
        // They were still served a moment ago, but by now no request begins to use them.
        removed.forEach(Runnable::run);
        removed.clear();
        forEach(Succession::tick);
    }

    void interrupt() {
        forEach(Succession::interrupt);
    }

    private void forEach(Consumer<Succession> work) {
        all.forEach((name, succession) -> CurrentInstance.run(name, () -> work.accept(succession)));
    }

    @Override
    public void close() {
        removed.forEach(Runnable::run);
        forEach(Succession::close);
    }
}
