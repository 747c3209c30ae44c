package io.getindico.metrics.exporter.dashboards;

import java.util.List;

/** The boards that the project delivers. */
final class Boards {
    private Boards() {}

    static List<Board> all() {
        return List.of(
                OverviewBoard.board(),
                GrowthBoard.board(),
                RoomsBoard.board(),
                PeopleAndProgrammeBoard.board(),
                OperationsBoard.board());
    }
}
