package io.getindico.metrics.demo;

import static io.getindico.metrics.jooq.roombooking.tables.Locations.LOCATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;

import io.getindico.metrics.jooq.enums.ProtectionMode;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;

/** Rooms in some places. */
final class RoomsData {
    private static final List<String> PLACES = List.of("Main site", "North site", "Observatory", "Former library");
    private static final int BUILDINGS_PER_PLACE = 9;
    private static final double DELETED = 0.08;

    /** A room, deleted or not. */
    record Room(int id, boolean needsConfirmation) {}

    private final Dice dice;
    private final UsersData users;
    private final Rows locations = new Rows(LOCATIONS);
    private final Rows rooms = new Rows(ROOMS);
    private final List<Integer> places = new ArrayList<>();
    private final List<Room> all = new ArrayList<>();

    RoomsData(Dice dice, UsersData users) {
        this.dice = dice;
        this.users = users;
    }

    void fill(DSLContext dsl) {
        for (String place : PLACES) {
            boolean isDeleted = place.startsWith("Former");
            int location = addLocation(place, isDeleted);
            for (int building = 1; building <= BUILDINGS_PER_PLACE; building++) {
                int number = dice.between(3, 7);
                for (int door = 1; door <= number; door++) {
                    // A location takes its rooms along.
                    addRoom(location, building, door, isDeleted || dice.chance(DELETED));
                }
            }
        }
        write(dsl);
    }

    private int addLocation(String name, boolean isDeleted) {
        int id = locations
                .add()
                .set(LOCATIONS.NAME, name)
                .set(LOCATIONS.ROOM_NAME_FORMAT, "{building}/{floor}-{number}")
                .set(LOCATIONS.IS_DELETED, isDeleted)
                .id();
        if (!isDeleted) {
            places.add(id);
        }
        return id;
    }

    private void addRoom(int location, int building, int door, boolean isDeleted) {
        boolean needsConfirmation = dice.chance(0.3);
        int id = newRoom(location, building, door)
                .set(ROOMS.IS_DELETED, isDeleted)
                .set(ROOMS.IS_RESERVABLE, dice.chance(0.92))
                .set(ROOMS.RESERVATIONS_NEED_CONFIRMATION, needsConfirmation)
                .set(ROOMS.PROTECTION_MODE, dice.chance(0.15) ? ProtectionMode.PROTECTED : ProtectionMode.PUBLIC)
                .id();
        all.add(new Room(id, needsConfirmation));
    }

    private Rows.Row newRoom(int location, int building, int door) {
        return rooms.add()
                .set(ROOMS.LOCATION_ID, location)
                .set(ROOMS.VERBOSE_NAME, dice.pick(Words.ROOMS))
                .set(ROOMS.BUILDING, String.valueOf(building))
                .set(ROOMS.FLOOR, String.valueOf(door % 4))
                .set(ROOMS.NUMBER, "%03d".formatted(door))
                .set(ROOMS.CAPACITY, 5 * dice.between(1, 40))
                .set(ROOMS.OWNER_ID, users.anyone().id())
                .set(ROOMS.NOTIFICATIONS_ENABLED, true);
    }

    /** Adds a room that anybody can book. */
    void addNew() {
        newRoom(dice.pick(places), dice.between(1, 99), dice.between(1, 99))
                .set(ROOMS.IS_RESERVABLE, true)
                .set(ROOMS.PROTECTION_MODE, ProtectionMode.PUBLIC);
    }

    void write(DSLContext dsl) {
        locations.write(dsl);
        rooms.write(dsl);
    }

    /** Those of the fill. */
    List<Room> all() {
        return all;
    }
}
