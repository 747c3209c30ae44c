package io.getindico.metrics.demo;

import static io.getindico.metrics.jooq.users.tables.Emails.EMAILS;
import static io.getindico.metrics.jooq.users.tables.Identities.IDENTITIES;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;

import io.getindico.metrics.jooq.enums.ProfilePictureSource;
import io.getindico.metrics.jooq.enums.UserTitle;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Some hundred users, and how they log in. */
final class UsersData {
    private static final int NUMBER = 600;

    /** After it, a user is no longer active. */
    private static final Duration ACTIVE = Duration.ofDays(2);

    /** Someone who can log in. */
    record Person(int id, String name) {}

    private final Timeline timeline;
    private final Dice dice;
    private final Rows users = new Rows(USERS);
    private final Rows emails = new Rows(EMAILS);
    private final Rows identities = new Rows(IDENTITIES);
    private final List<Person> people = new ArrayList<>();

    UsersData(Timeline timeline, Dice dice) {
        this.timeline = timeline;
        this.dice = dice;
    }

    void fill(DSLContext dsl) {
        for (int i = 0; i < NUMBER; i++) {
            Instant created = timeline.start().minus(dice.partOf(Duration.ofDays(4 * 365), 1));
            switch (dice.weighted(84, 10, 5, 1)) {
                case 0 -> addPerson(created, lastLogin());
                case 1 -> addDeleted(created);
                case 2 -> addPending(created);
                default -> add(created).set(USERS.IS_BLOCKED, true);
            }
        }
        write(dsl);
    }

    /** Some log in all the time, some twice a year; and some logged in so long ago that they stop to count now. */
    private @Nullable Instant lastLogin() {
        Duration ago = switch (dice.weighted(10, 2, 1)) {
            case 0 -> dice.partOf(Duration.ofDays(200), 3);
            case 1 -> ACTIVE.minus(dice.partOf(Duration.ofMinutes(20), 1));
            default -> null;
        };
        return ago == null ? null : timeline.start().minus(ago);
    }

    /** Adds someone who can log in. */
    void addPerson(Instant created, @Nullable Instant lastLogin) {
        String first = dice.pick(Words.FIRST_NAMES);
        String last = dice.pick(Words.LAST_NAMES);
        int id = add(first, last, created).set(USERS.ACCEPTED_TERMS_DT, created).id();
        people.add(new Person(id, last + ", " + first));
        addIdentity(id, "indico", lastLogin);
        if (dice.chance(0.2)) {
            addIdentity(id, "institute", lastLogin);
        }
    }

    private void addIdentity(int user, String provider, @Nullable Instant lastLogin) {
        identities
                .add()
                .set(IDENTITIES.USER_ID, user)
                .set(IDENTITIES.PROVIDER, provider)
                .set(IDENTITIES.IDENTIFIER, "demo-" + user)
                .set(IDENTITIES.LAST_LOGIN_DT, lastLogin);
    }

    /** Merged into another or made anonymous: both take the identities away. */
    private void addDeleted(Instant created) {
        Rows.Row user = add(created).set(USERS.IS_DELETED, true);
        if (!people.isEmpty() && dice.chance(0.7)) {
            user.set(USERS.MERGED_INTO_ID, dice.pick(people).id());
        }
    }

    /** Known by an address only, because someone else entered it. */
    private void addPending(Instant created) {
        add(created).set(USERS.IS_PENDING, true);
    }

    private Rows.Row add(Instant created) {
        return add(dice.pick(Words.FIRST_NAMES), dice.pick(Words.LAST_NAMES), created);
    }

    private Rows.Row add(String first, String last, Instant created) {
        Rows.Row user = users.add()
                .set(USERS.FIRST_NAME, first)
                .set(USERS.LAST_NAME, last)
                .set(USERS.TITLE, UserTitle.NONE)
                .set(
                        USERS.SIGNING_SECRET,
                        new UUID(dice.random().nextLong(), dice.random().nextLong()))
                .set(USERS.PICTURE_SOURCE, ProfilePictureSource.STANDARD)
                .set(USERS.CREATED_DT, created);
        String name = (first + "." + last).toLowerCase(Locale.ROOT);
        emails.add()
                .set(EMAILS.USER_ID, user.id())
                .set(EMAILS.EMAIL, name + user.id() + "@example.org")
                .set(EMAILS.IS_PRIMARY, true);
        return user;
    }

    void write(DSLContext dsl) {
        users.write(dsl);
        emails.write(dsl);
        identities.write(dsl);
    }

    Person anyone() {
        return dice.pick(people);
    }
}
