package io.getindico.metrics.demo;

import static io.getindico.metrics.jooq.attachments.tables.Attachments.ATTACHMENTS;
import static io.getindico.metrics.jooq.events.tables.Notes.NOTES;

import io.getindico.metrics.demo.CategoriesData.Category;
import io.getindico.metrics.demo.EventsData.Event;
import io.getindico.metrics.jooq.enums.LinkType;
import io.getindico.metrics.jooq.enums.LivesyncEntryType;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;

/** All that is in the demo's database. */
final class DemoData {
    /** As in Indico's root category. */
    static final ZoneId ZONE = ZoneId.of("Europe/Zurich");

    private final Timeline timeline;
    final Dice dice = new Dice();
    final UsersData users;
    final CategoriesData categories;
    final EventsData events;
    final ProgrammeData programme;
    final MaterialsData materials;
    final NotesData notes;
    final RoomsData rooms;
    final BookingsData bookings;
    final LivesyncData livesync;

    /**
     * Nothing yet.
     *
     * @param start when the demo starts
     */
    DemoData(Instant start) {
        timeline = new Timeline(start.truncatedTo(ChronoUnit.SECONDS), ZONE, dice);
        users = new UsersData(timeline, dice);
        categories = new CategoriesData(timeline, dice);
        events = new EventsData(timeline, dice, users, categories);
        programme = new ProgrammeData(dice);
        materials = new MaterialsData(timeline, dice, users);
        notes = new NotesData(timeline, dice, users);
        rooms = new RoomsData(dice, users);
        bookings = new BookingsData(timeline, dice, users);
        livesync = new LivesyncData(timeline, dice);
    }

    /** Fills a database that Indico prepared. */
    void fill(DSLContext dsl) {
        dsl.transaction(transaction -> fillAll(transaction.dsl()));
    }

    private void fillAll(DSLContext dsl) {
        users.fill(dsl);
        categories.fill(dsl);
        events.fill(dsl);
        programme.fill(dsl, events.all());
        List<Linked> objects = objects();
        materials.fill(dsl, objects);
        notes.fill(dsl, objects);
        rooms.fill(dsl);
        bookings.fill(dsl, rooms.all());
        livesync.fill(dsl, changeable(dsl, objects));
    }

    /** What material and notes can belong to. */
    private List<Linked> objects() {
        List<Linked> objects = new ArrayList<>(programme.parts());
        events.all().stream().map(Event::linked).forEach(objects::add);
        Instant from = timeline.start().minus(Duration.ofDays(1000));
        for (Category category : categories.holders()) {
            objects.add(new Linked(LinkType.CATEGORY, category.id(), null, from, timeline.start()));
        }
        return objects;
    }

    private static Map<LivesyncEntryType, List<Integer>> changeable(DSLContext dsl, List<Linked> objects) {
        Map<LivesyncEntryType, List<Integer>> ids = new EnumMap<>(LivesyncEntryType.class);
        for (Linked object : objects) {
            ids.computeIfAbsent(LivesyncEntryType.valueOf(object.type().name()), type -> new ArrayList<>())
                    .add(object.id());
        }
        ids.put(LivesyncEntryType.NOTE, dsl.select(NOTES.ID).from(NOTES).fetch(NOTES.ID));
        ids.put(
                LivesyncEntryType.ATTACHMENT,
                dsl.select(ATTACHMENTS.ID).from(ATTACHMENTS).fetch(ATTACHMENTS.ID));
        return ids;
    }
}
