package io.getindico.metrics.demo;

import static io.getindico.metrics.jooq.users.tables.Identities.IDENTITIES;

import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;

/** Logins, by people who have been here before and by new ones. */
final class UserChanges {
    private final UsersData users;

    UserChanges(UsersData users) {
        this.users = users;
    }

    List<Change> all() {
        return List.of(this::logIn, this::logIn, this::signUp);
    }

    private void logIn(DSLContext dsl, Instant now) {
        Pick.one(dsl, IDENTITIES.ID)
                .ifPresent(identity -> dsl.update(IDENTITIES)
                        .set(IDENTITIES.LAST_LOGIN_DT, now)
                        .where(IDENTITIES.ID.eq(identity))
                        .execute());
    }

    private void signUp(DSLContext dsl, Instant now) {
        users.addPerson(now, now);
        users.write(dsl);
    }
}
