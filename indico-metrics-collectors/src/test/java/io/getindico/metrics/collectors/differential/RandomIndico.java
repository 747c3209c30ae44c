package io.getindico.metrics.collectors.differential;

import static io.getindico.metrics.testing.ExpositionText.TICK;

import io.getindico.metrics.collectors.differential.SmallIndico.Attachment;
import io.getindico.metrics.collectors.differential.SmallIndico.Booking;
import io.getindico.metrics.collectors.differential.SmallIndico.Category;
import io.getindico.metrics.collectors.differential.SmallIndico.Contribution;
import io.getindico.metrics.collectors.differential.SmallIndico.Entry;
import io.getindico.metrics.collectors.differential.SmallIndico.Event;
import io.getindico.metrics.collectors.differential.SmallIndico.File;
import io.getindico.metrics.collectors.differential.SmallIndico.Folder;
import io.getindico.metrics.collectors.differential.SmallIndico.Identity;
import io.getindico.metrics.collectors.differential.SmallIndico.Link;
import io.getindico.metrics.collectors.differential.SmallIndico.Note;
import io.getindico.metrics.collectors.differential.SmallIndico.Occurrence;
import io.getindico.metrics.collectors.differential.SmallIndico.Room;
import io.getindico.metrics.collectors.differential.SmallIndico.Session;
import io.getindico.metrics.collectors.differential.SmallIndico.Subcontribution;
import io.getindico.metrics.collectors.differential.SmallIndico.User;
import io.getindico.metrics.jooq.enums.AttachmentType;
import io.getindico.metrics.jooq.enums.LinkType;
import io.getindico.metrics.jooq.enums.LivesyncEntryType;
import io.getindico.metrics.jooq.enums.ProtectionMode;
import io.getindico.metrics.jooq.enums.ReservationOccurrenceState;
import io.getindico.metrics.jooq.enums.ReservationState;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes up an Indico whose flags, links and states combine at random, and whose times crowd around the boundaries. */
final class RandomIndico {
    private static final List<Duration> OFFSETS = List.of(
            Duration.ofDays(-3),
            Duration.ofHours(-1),
            TICK.negated(),
            Duration.ZERO,
            Duration.ZERO,
            TICK,
            Duration.ofHours(1),
            Duration.ofDays(3));

    private final Random random;
    private final Instant now;
    private final LocalDateTime localNow;
    private final Duration activeUserAge;

    private RandomIndico(Random random, Instant now, LocalDateTime localNow, Duration activeUserAge) {
        this.random = random;
        this.now = now;
        this.localNow = localNow;
        this.activeUserAge = activeUserAge;
    }

    static SmallIndico of(Random random, Instant now, LocalDateTime localNow, Duration activeUserAge) {
        return new RandomIndico(random, now, localNow, activeUserAge).make();
    }

    private SmallIndico make() {
        List<Category> categories = categories();
        List<Event> events = rows(20, id -> event(id, categories));
        List<Session> sessions =
                rows(10, events, id -> new Session(id, one(events).id(), oneIn(5)));
        List<Contribution> contributions = rows(
                15,
                events,
                id -> new Contribution(
                        id,
                        one(events).id(),
                        sessions.isEmpty() || oneIn(2) ? null : one(sessions).id(),
                        oneIn(5)));
        List<Subcontribution> subcontributions = rows(
                10,
                contributions,
                id -> new Subcontribution(id, one(contributions).id(), oneIn(5)));
        List<Link> links = new ArrayList<>();
        events.forEach(event -> links.add(new Link(LinkType.EVENT, event.id())));
        sessions.forEach(session -> links.add(new Link(LinkType.SESSION, session.id())));
        contributions.forEach(contribution -> links.add(new Link(LinkType.CONTRIBUTION, contribution.id())));
        subcontributions.forEach(sub -> links.add(new Link(LinkType.SUBCONTRIBUTION, sub.id())));
        List<Note> notes = notes(links);
        categories.forEach(category -> links.add(new Link(LinkType.CATEGORY, category.id())));
        List<Folder> folders = rows(20, links, id -> new Folder(id, one(links), oneIn(5)));
        List<Integer> attachmentIds = folders.isEmpty() ? List.of() : List.copyOf(ids(random.nextInt(30)));
        List<File> files = rows(30, attachmentIds, id -> new File(id, one(attachmentIds), size()));
        List<Attachment> attachments =
                attachmentIds.stream().map(id -> attachment(id, folders, files)).toList();
        List<User> users = rows(10, id -> new User(id, oneIn(4), oneIn(4), oneIn(4)));
        List<Identity> identities =
                rows(20, users, id -> new Identity(id, one(users).id(), login()));
        List<Room> rooms = rows(
                6,
                id -> new Room(
                        id, oneIn(3), oneIn(2), oneIn(2) ? ProtectionMode.PUBLIC : ProtectionMode.PROTECTED, oneIn(2)));
        List<Booking> bookings = rows(
                20, rooms, id -> new Booking(id, one(rooms).id(), one(ReservationState.values()), local(), local()));
        return new SmallIndico(
                categories,
                events,
                sessions,
                contributions,
                subcontributions,
                notes,
                folders,
                attachments,
                files,
                users,
                identities,
                rooms,
                bookings,
                occurrences(bookings),
                rows(20, id -> entry(id, categories)));
    }

    /** Mostly a tree under the root; now and then without one, and with a circle. */
    private List<Category> categories() {
        List<Category> categories = new ArrayList<>();
        if (!oneIn(20)) {
            categories.add(new Category(0, null, oneIn(20)));
            for (int id : ids(random.nextInt(12))) {
                categories.add(new Category(id, one(categories).id(), oneIn(6)));
            }
        }
        if (oneIn(5)) {
            int free = 7_000_000;
            categories.add(new Category(free, free + 1, false));
            categories.add(new Category(free + 1, free, false));
        }
        return categories;
    }

    private Event event(int id, List<Category> categories) {
        Instant one = now.plus(one(OFFSETS));
        Instant other = now.plus(one(OFFSETS));
        Instant start = one.isBefore(other) ? one : other;
        Instant end = one.isBefore(other) ? other : one;
        Integer category =
                categories.isEmpty() || oneIn(8) ? null : one(categories).id();
        return new Event(id, category, oneIn(4), start, end);
    }

    /** At most one for each object, because Indico's table accepts only one. */
    private List<Note> notes(List<Link> links) {
        List<Link> shuffled = new ArrayList<>(links);
        Collections.shuffle(shuffled, random);
        Iterator<Link> next = shuffled.iterator();
        return ids(random.nextInt(links.size() + 1)).stream()
                .filter(id -> next.hasNext())
                .map(id -> new Note(id, next.next(), oneIn(5)))
                .toList();
    }

    private Attachment attachment(int id, List<Folder> folders, List<File> files) {
        boolean isLink = files.isEmpty() || oneIn(4);
        // One in ten may have any file, even one of another attachment.
        List<File> own = files.stream()
                .filter(file -> file.attachment() == id || oneIn(10))
                .toList();
        return new Attachment(
                id,
                one(folders).id(),
                isLink ? AttachmentType.LINK : AttachmentType.FILE,
                isLink || own.isEmpty() ? null : one(own).id(),
                oneIn(4));
    }

    private long size() {
        return oneIn(3) ? random.nextLong(1L << 40) : random.nextInt(1000);
    }

    private @Nullable Instant login() {
        return oneIn(5) ? null : now.minus(activeUserAge).plus(one(OFFSETS));
    }

    private LocalDateTime local() {
        return localNow.plus(one(OFFSETS));
    }

    private List<Occurrence> occurrences(List<Booking> bookings) {
        Set<List<Object>> keys = new HashSet<>();
        return rows(
                        60,
                        bookings,
                        id -> new Occurrence(
                                one(bookings).id(), one(ReservationOccurrenceState.values()), local(), local()))
                .stream()
                .filter(occurrence -> keys.add(List.of(occurrence.booking(), occurrence.start())))
                .toList();
    }

    private Entry entry(int id, List<Category> categories) {
        LivesyncEntryType type = oneIn(2) ? LivesyncEntryType.CATEGORY : one(LivesyncEntryType.values());
        Integer category = categories.isEmpty() ? null : one(categories).id();
        return new Entry(id, type, category, oneIn(3));
    }

    private <T> List<T> rows(int max, List<?> parents, IntFunction<T> row) {
        return parents.isEmpty() ? List.of() : rows(max, row);
    }

    private <T> List<T> rows(int max, IntFunction<T> row) {
        return ids(random.nextInt(max + 1)).stream().map(row::apply).toList();
    }

    /** Close together, across the ends of words, with gaps, or with a jump. */
    private Set<Integer> ids(int number) {
        return switch (random.nextInt(4)) {
            case 0 -> collect(IntStream.rangeClosed(1, number));
            case 1 -> collect(IntStream.range(60, 60 + number));
            case 2 -> collect(random.ints(1, 5000).distinct().limit(number));
            default -> {
                Set<Integer> ids = collect(random.ints(1, 200).distinct().limit(number));
                if (number > 0) {
                    ids.add(oneIn(2) ? Integer.MAX_VALUE : 1 << 26);
                }
                yield ids;
            }
        };
    }

    private static Set<Integer> collect(IntStream ids) {
        Set<Integer> all = new TreeSet<>();
        ids.forEach(all::add);
        return all;
    }

    private boolean oneIn(int number) {
        return random.nextInt(number) == 0;
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private <T> T one(T[] of) {
        return of[random.nextInt(of.length)];
    }
}
