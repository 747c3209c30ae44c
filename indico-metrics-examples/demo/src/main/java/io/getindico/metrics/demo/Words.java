package io.getindico.metrics.demo;

import java.util.List;

/** Invented names: people are called after plants and stones. */
final class Words {
    static final List<String> FIRST_NAMES = List.of(
            "Aster", "Basil", "Bryony", "Cedar", "Clover", "Dahlia", "Fern", "Hazel", "Heather", "Iris", "Ivy",
            "Jasmine", "Juniper", "Laurel", "Linden", "Maple", "Myrtle", "Oak", "Olive", "Rowan", "Sage", "Sorrel",
            "Tansy", "Thyme", "Willow", "Yarrow");

    static final List<String> LAST_NAMES = List.of(
            "Agate",
            "Amber",
            "Basalt",
            "Beryl",
            "Calcite",
            "Dolomite",
            "Feldspar",
            "Flint",
            "Garnet",
            "Gneiss",
            "Granite",
            "Gypsum",
            "Jasper",
            "Limestone",
            "Malachite",
            "Marble",
            "Mica",
            "Obsidian",
            "Onyx",
            "Opal",
            "Pumice",
            "Quartz",
            "Sandstone",
            "Slate",
            "Topaz",
            "Tuff");

    static final List<String> TOPICS = List.of(
            "Accelerator optics",
            "Archives",
            "Beam tests",
            "Calorimetry",
            "Climate models",
            "Cloud chambers",
            "Computing",
            "Cooling",
            "Cryogenics",
            "Dark matter",
            "Data quality",
            "Detector design",
            "Diversity",
            "Electronics",
            "Exhibitions",
            "Grid operations",
            "Gravitational waves",
            "Machine learning",
            "Magnets",
            "Neutrinos",
            "Open science",
            "Optical fibres",
            "Outreach",
            "Procurement",
            "Quantum sensors",
            "Radio protection",
            "Safety",
            "Simulation",
            "Software",
            "Statistics",
            "Superconductors",
            "Sustainability",
            "Teaching",
            "Trigger",
            "Vacuum",
            "Web services");

    static final List<String> LECTURES = List.of("Colloquium", "Seminar", "Lecture", "Guided tour", "Public talk");
    static final List<String> MEETINGS =
            List.of("Weekly meeting", "Board", "Coordination", "Working group", "Review", "Stand-up", "Planning");
    static final List<String> CONFERENCES =
            List.of("Conference", "Workshop", "School", "Symposium", "Collaboration week");

    static final List<String> DEPARTMENTS = List.of(
            "Experiments",
            "Theory",
            "Engineering",
            "Information technology",
            "Administration",
            "Education",
            "Collaborations",
            "Projects",
            "Former projects");

    static final List<String> TALKS =
            List.of("Status of", "News from", "Introduction to", "Results on", "Open questions in", "The future of");

    static final List<String> ROOMS = List.of(
            "Auditorium", "Council chamber", "Meeting room", "Seminar room", "Laboratory", "Video room", "Classroom");

    static final List<String> REASONS = List.of(
            "Group meeting", "Interview", "Training", "Rehearsal", "Visit of a delegation", "Examination", "Seminar");

    private Words() {}
}
