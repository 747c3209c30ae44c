"""Shows where the plugin is wrong because of time zones: its values, ours and the true ones, as a table."""

import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from indico.web.flask.app import make_app

from random_databases import Database
from rows import REFERENCES

sys.path.append(str(Path(__file__).resolve().parents[1] / 'rig'))

from measured import write  # noqa: E402

HERE, UTC = 'Europe/Zurich', 'UTC'
ONGOING, PENDING = 'indico_num_ongoing_booking_occurrences', 'indico_num_pending_bookings'
ACCEPTED, WAITING = 2, 1


@dataclass(frozen=True)
class Case:
    """One booking in the local time of the rooms, and an instant at which it is or is not in progress, or pending."""

    gauge: str
    start: str
    end: str
    at: str
    web: str
    session: str
    true: int
    why: str

    @property
    def rows(self):
        times = {'start_dt': self.start, 'end_dt': self.end}
        state = ACCEPTED if self.gauge == ONGOING else WAITING
        return {table: [] for table in REFERENCES} | {
            'users.users': [{'id': 1, 'is_deleted': False}],
            'categories.categories': [{'id': 0, 'parent_id': None, 'is_deleted': False, 'protection_mode': 0}],
            'roombooking.locations': [{'id': 1}],
            'roombooking.rooms': [{'id': 1, 'is_deleted': False, 'protection_mode': 0}],
            'roombooking.reservations': [{'id': 1, 'room_id': 1, 'state': state, **times}],
            'roombooking.reservation_occurrences': [{'reservation_id': 1, 'state': ACCEPTED, **times}],
        }


def winter(gauge, at, web, session, true, why):
    return Case(gauge, '2026-01-15 15:30', '2026-01-15 16:30', f'2026-01-15T{at}:00Z', web, session, true, why)


CASES = [
    winter(ONGOING, '14:45', HERE, HERE, 1, 'one zone everywhere'),
    winter(ONGOING, '14:45', HERE, UTC, 1, 'PostgreSQL takes local times for UTC, and the booking for a later one'),
    winter(ONGOING, '16:00', HERE, UTC, 0, 'the same: it is over, and counted'),
    winter(ONGOING, '14:45', UTC, HERE, 1, 'the web server has no part in it'),
    winter(PENDING, '15:15', HERE, UTC, 1, 'PostgreSQL has no part in it'),
    winter(PENDING, '16:00', HERE, HERE, 0, 'one zone everywhere'),
    winter(PENDING, '16:00', UTC, HERE, 0, 'the clock of the web server says 16:00: it is over, and waits'),
    Case(ONGOING, '2026-10-25 02:15', '2026-10-25 02:45', '2026-10-25T00:30:00Z', HERE, HERE, 1,
         'the clock shows 02:30 for the first time; PostgreSQL knows the second only'),
    Case(ONGOING, '2026-10-25 02:15', '2026-10-25 02:45', '2026-10-25T01:30:00Z', HERE, HERE, 1,
         'the clock shows 02:30 for the second time'),
    Case(ONGOING, '2026-03-29 01:30', '2026-03-29 02:30', '2026-03-29T01:15:00Z', HERE, HERE, 0,
         'the clock shows 03:15 and never showed 02:30, which PostgreSQL takes for 03:30'),
]


def main(*ours_command):
    with make_app().app_context():
        from indico.core.db import db

        from gauges import Ours, Plugin

        database, plugin, ours = Database(db.engine.raw_connection()), Plugin(), Ours(ours_command)
        rows, wrong = [], 0
        for case in CASES:
            database.hold(case.rows)
            at = datetime.fromisoformat(case.at)
            theirs = plugin.values(at, case.web, case.session)[case.gauge]
            value = ours.values(at, HERE)[case.gauge]
            wrong += value != case.true
            booking = f'{case.start} to {case.end[-5:]}'
            cells = [f'`{case.gauge}`', booking, case.at, case.web, case.session, f'{theirs:g}', f'{value:g}', case.true]
            rows.append('| ' + ' | '.join(map(str, [*cells, case.why])) + ' |')
        ours.close()
        write('zones', '| gauge | booking, in Zurich | at | web server | PostgreSQL session | plugin | ours | true | |', rows)
        print(*rows, sep='\n')
        sys.exit(wrong > 0)


if __name__ == '__main__':
    main(*sys.argv[1:])
