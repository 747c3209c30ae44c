"""The golden rows of a release, and the gauges that Indico's plugin computed from them."""

import json

from ours import ROOT

FOLDER = ROOT / 'indico-metrics-testing/src/main/resources/io/getindico/metrics/testing/golden'


def cases(release):
    """The values of the gauges, for several instants, zones and ages of active users."""
    return json.loads((FOLDER / f'indico-{release}/expected.json').read_text())


def steady(release):
    """The gauges whose value is the same in all cases, so that it does not depend on the time. The others are None."""
    values = [case['values'] for case in cases(release)]
    return {name: value if all(other[name] == value for other in values) else None for name, value in values[0].items()}


def load(server, database, release, without=()):
    """Replaces the rows. Uses one session, because triggers and keys are disabled only in that session."""
    lines = ['SET session_replication_role = replica;', 'SET client_min_messages = warning;']
    files = [file for file in sorted((FOLDER / f'indico-{release}').glob('*.csv')) if not file.stem.startswith(without)]
    lines.append(f'TRUNCATE {", ".join(file.stem for file in files)} CASCADE;')
    for file in files:
        columns = file.read_text().split('\n', 1)[0]
        lines.append(f"\\copy {file.stem} ({columns}) FROM '{file}' WITH (FORMAT csv, HEADER, NULL '\\N')")
    server.script(database, '\n'.join(lines))
