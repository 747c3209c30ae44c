"""Compares both sides on random databases, whose rows satisfy Indico's tables."""

import sys
import time
from datetime import timezone
from zoneinfo import ZoneInfo

from indico.web.flask.app import make_app
from psycopg2.extras import execute_values

from outcome import tell
from rows import REFERENCES, ZONES, RandomIndico, local, smallest

ONGOING = 'indico_num_ongoing_booking_occurrences'

# Values for columns that must not be NULL and that no gauge reads. They satisfy every check of Indico's tables.
NEUTRAL = {
    'ARRAY': '{}',
    'bigint': 1,
    'boolean': False,
    'character varying': 'x',
    'date': '2026-01-01',
    'double precision': 0,
    'integer': 1,
    'interval': '20 minutes',
    'json': 'null',
    'jsonb': 'null',
    'numeric': 0,
    'smallint': 1,
    'text': 'x',
    'timestamp without time zone': '2026-01-01',
    'uuid': '00000000-0000-0000-0000-000000000000',
}


class Database:
    """A database that holds one set of rows at a time."""

    def __init__(self, connection):
        self.connection = connection
        self.required, self.known = {}, {}
        for table in REFERENCES:
            columns = self.read_columns(*table.split('.'))
            self.required[table] = {name: NEUTRAL[type_] for name, type_, nullable in columns if nullable == 'NO'}
            self.known[table] = {name for name, *_ in columns}

    def read_columns(self, schema, table):
        with self.connection.cursor() as cursor:
            cursor.execute(
                'SELECT column_name, data_type, is_nullable FROM information_schema.columns'
                ' WHERE table_schema = %s AND table_name = %s',
                (schema, table),
            )
            return list(cursor)

    def hold(self, rows):
        with self.connection.cursor() as cursor:
            # Foreign keys form circles; a trigger would refuse a live event in a deleted category.
            cursor.execute('SET LOCAL session_replication_role = replica')
            for table, of_table in rows.items():
                cursor.execute(f'DELETE FROM {table}')
                # Revisions of editables without types have a state in other columns, which we do not read.
                is_older = table == 'event_editing.revisions' and 'type' not in self.known[table]
                if of_table and not is_older:
                    filled = [self.required[table] | row for row in of_table]
                    columns = sorted({column for row in filled for column in row} & self.known[table])
                    values = [[row.get(column) for column in columns] for row in filled]
                    execute_values(cursor, f'INSERT INTO {table} ({", ".join(columns)}) VALUES %s', values)
        self.connection.commit()


def count_ongoing(rows, ends_after, begins_before):
    rooms = {row['id'] for row in rows['roombooking.rooms'] if not row['is_deleted']}
    bookings = {row['id'] for row in rows['roombooking.reservations'] if row['state'] == 2 and row['room_id'] in rooms}
    return sum(
        row['state'] == 2
        and row['reservation_id'] in bookings
        and begins_before(row['start_dt'])
        and ends_after(row['end_dt'])
        for row in rows['roombooking.reservation_occurrences']
    )


def is_the_plugins_zone(rows, at, zone, plugin, ours):
    """
    Whether the two differ because PostgreSQL turned the plugin's local times into instants: a time that the clock
    shows twice is taken for the second, one that it leaves out for a later one. True are the times that it shows.
    """

    def as_postgres(time):
        offset = min(time.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1))
        return (time - offset).replace(tzinfo=timezone.utc)

    now = local(at, zone)
    shown = count_ongoing(rows, lambda end: end > now, lambda start: start < now)
    turned = count_ongoing(rows, lambda end: as_postgres(end) > at, lambda start: as_postgres(start) < at)
    return ours == shown and plugin == turned


class Run:
    def __init__(self, database, comparison):
        self.database = database
        self.comparison = comparison
        self.unexplained = 0
        self.shown = set()
        self.by_zone = []

    def seed(self, seed):
        indico = RandomIndico(seed)
        self.database.hold(indico.rows)
        for at in indico.instants:
            for zone in ZONES:
                for gauge, (plugin, ours) in self.comparison.counted_differences(at, zone).items():
                    if gauge == ONGOING and is_the_plugins_zone(indico.rows, at, zone, plugin, ours):
                        self.by_zone.append([f'{at:%Y-%m-%dT%H:%M:%SZ}', zone, seed, f'{plugin:g}', f'{ours:g}'])
                    else:
                        where = f'seed {seed} at {at} in {zone}'
                        print(f'DIFFERS {where}: {gauge}: plugin {plugin}, ours {ours}', flush=True)
                        self.unexplained += 1
                        if gauge not in self.shown:
                            self.shown.add(gauge)
                            self.show_smallest(indico.rows, at, zone, gauge)
                            self.database.hold(indico.rows)

    def show_smallest(self, rows, at, zone, gauge):
        def shows(fewer):
            self.database.hold(fewer)
            return gauge in self.comparison.differences(at, zone)

        print('the smallest database that shows it:')
        for table, of_table in smallest(rows, shows).items():
            for row in of_table:
                print(f'  {table}: ' + ', '.join(f'{name}={value}' for name, value in row.items()))


def seeds(choice):
    """Returns the seeds: the first thirty for 30, and the seeds 7 to 9 for 7-9."""
    first, dash, last = choice.partition('-')
    return range(int(first), int(last) + 1) if dash else range(int(first))


def main(choice, *ours_command):
    with make_app().app_context():
        from indico.core.db import db

        from gauges import Comparison

        comparison = Comparison(ours_command)
        run = Run(Database(db.engine.raw_connection()), comparison)
        started = time.monotonic()
        for seed in seeds(choice):
            run.seed(seed)
        for at, zone, seed, plugin, ours in run.by_zone:
            print(f'  the plugin is wrong at {at} in {zone}, seed {seed}: plugin {plugin}, ours {ours}, which is true')
        outcome = f'{len(seeds(choice))} databases, {comparison.report()}, {run.unexplained} unexplained'
        print(f'random: {outcome}, {time.monotonic() - started:.0f} s', flush=True)
        tell(outcome, run.by_zone)
        sys.exit(run.unexplained > 0)


if __name__ == '__main__':
    main(*sys.argv[1:])
