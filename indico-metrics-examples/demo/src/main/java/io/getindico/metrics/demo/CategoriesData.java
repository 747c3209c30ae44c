package io.getindico.metrics.demo;

import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;

import io.getindico.metrics.jooq.enums.EventCreationMode;
import io.getindico.metrics.jooq.enums.EventMessageMode;
import io.getindico.metrics.jooq.enums.InheritableConfigMode;
import io.getindico.metrics.jooq.enums.ProtectionMode;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.JSONB;

/** A tree of some hundred categories: departments, their groups, and what these work on. Some branches are deleted. */
final class CategoriesData {
    private static final int ROOT = 0;
    private static final double DELETED = 0.06;
    private static final JSONB THEMES = JSONB.valueOf("{\"lecture\": \"lecture\", \"meeting\": \"standard\"}");

    /** A category that holds events. */
    record Category(int id, boolean isDeleted) {}

    private final Timeline timeline;
    private final Dice dice;
    private final Rows categories = new Rows(CATEGORIES);
    private final List<Category> holders = new ArrayList<>();

    CategoriesData(Timeline timeline, Dice dice) {
        this.timeline = timeline;
        this.dice = dice;
    }

    void fill(DSLContext dsl) {
        int position = 0;
        for (String department : Words.DEPARTMENTS) {
            boolean isDeleted = department.startsWith("Former");
            addGroups(add(ROOT, ++position, department, isDeleted), isDeleted);
        }
        write(dsl);
    }

    private void addGroups(int department, boolean isDeleted) {
        int number = dice.between(4, 7);
        for (int position = 1; position <= number; position++) {
            Category group = addHolder(department, position, dice.pick(Words.TOPICS), isDeleted);
            int parts = dice.between(2, 9);
            for (int part = 1; part <= parts; part++) {
                addHolder(group.id(), part, dice.pick(Words.TOPICS) + " " + part, group.isDeleted());
            }
        }
    }

    /** What is below a deleted category is deleted, too. */
    private Category addHolder(int parent, int position, String title, boolean isParentDeleted) {
        boolean isDeleted = isParentDeleted || dice.chance(DELETED);
        Category category = new Category(add(parent, position, title, isDeleted), isDeleted);
        holders.add(category);
        return category;
    }

    int add(int parent, int position, String title, boolean isDeleted) {
        return categories
                .add()
                .set(CATEGORIES.PARENT_ID, parent)
                .set(CATEGORIES.POSITION, position)
                .set(CATEGORIES.TITLE, title)
                .set(CATEGORIES.IS_DELETED, isDeleted)
                .set(CATEGORIES.TIMEZONE, timeline.zone().getId())
                .set(CATEGORIES.DEFAULT_EVENT_THEMES, THEMES)
                .set(
                        CATEGORIES.EVENT_CREATION_MODE,
                        dice.chance(0.3) ? EventCreationMode.OPEN : EventCreationMode.RESTRICTED)
                .set(CATEGORIES.EVENT_MESSAGE_MODE, EventMessageMode.DISABLED)
                .set(CATEGORIES.GOOGLE_WALLET_MODE, InheritableConfigMode.DISABLED)
                .set(CATEGORIES.APPLE_WALLET_MODE, InheritableConfigMode.DISABLED)
                .set(
                        CATEGORIES.PROTECTION_MODE,
                        dice.chance(0.15) ? ProtectionMode.PROTECTED : ProtectionMode.INHERITING)
                .id();
    }

    void write(DSLContext dsl) {
        categories.write(dsl);
    }

    /** Those that hold events, deleted ones included. */
    List<Category> holders() {
        return holders;
    }
}
