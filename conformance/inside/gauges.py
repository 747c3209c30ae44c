"""The gauges of both sides at any instant and in any zone, and their differences."""

import os
import subprocess
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from indico.core.db import db
from indico.modules.rb.models import reservations
from indico_prometheus import metrics
from prometheus_client import REGISTRY

from states import occupancy, overdue, states

GAUGES = 22
ACTIVE_USER_AGE = timedelta(hours=48)
# States are the same in each zone, and take Indico a while.
STATES_ZONE = 'Europe/Zurich'


class NoCache:
    def get(self, key):
        return None

    def set(self, key, value, timeout):
        pass


class Plugin:
    """Indico's own plugin. It mixes the time zones of the web server and of the PostgreSQL session. Here both have the
    same zone, unless a zone of the session is given."""

    def values(self, at, zone, session_zone=None):
        class Then(datetime):
            @classmethod
            def now(cls, tz=None):
                return at.astimezone(tz or ZoneInfo(zone)).replace(tzinfo=tz)

        real = metrics.now_utc, reservations.datetime
        metrics.now_utc, reservations.datetime = lambda: at, Then
        try:
            db.session.execute('SELECT set_config(:name, :zone, true)', {'name': 'TimeZone', 'zone': session_zone or zone})
            metrics.update_metrics(ACTIVE_USER_AGE, NoCache(), timedelta())
        finally:
            metrics.now_utc, reservations.datetime = real
            db.session.rollback()
        values = {f.name: f.samples[0].value for f in REGISTRY.collect() if f.name.startswith('indico_')}
        assert len(values) == GAUGES, sorted(values)
        return values


class Ours:
    """Our collectors, in one Java process over one connection."""

    def __init__(self, command):
        # Java would take options from this variable and print a message.
        variables = {name: value for name, value in os.environ.items() if name != 'JAVA_TOOL_OPTIONS'}
        pipes = {'stdin': subprocess.PIPE, 'stdout': subprocess.PIPE, 'text': True}
        self.process = subprocess.Popen(command, env=variables, **pipes)

    def values(self, at, zone, wanted='GAUGES'):
        instant = at.astimezone(ZoneInfo('UTC')).isoformat().replace('+00:00', 'Z')
        print(instant, zone, wanted, file=self.process.stdin, flush=True)
        values, errors = {}, []
        while line := self.process.stdout.readline():
            if line == '\n':
                if errors:
                    raise RuntimeError(''.join(errors))
                return values
            name, value = line.split(' ', 1)
            if name == 'error':
                errors.append(value)
            else:
                values[name] = float(value)
        raise RuntimeError(f'our process ended with {self.process.wait()}')

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def default(name):
    return 0 if '{' in name else None


class Comparison:
    """Both sides, and the number of comparisons."""

    def __init__(self, ours_command, has_whole_bookings=False):
        """Whether bookings are as Indico makes them: within a day, so that its statistics of rooms are true."""
        self.plugin = Plugin()
        self.ours = Ours(ours_command)
        self.has_whole_bookings = has_whole_bookings
        self.compared = 0
        self.differing = 0

    def differences(self, at, zone):
        """Returns both values of each series for which Indico and ours differ. A state without objects is 0."""
        with_states = zone == STATES_ZONE
        indico, ours = self.plugin.values(at, zone), self.ours.values(at, zone, 'STATES' if with_states else 'GAUGES')
        if with_states:
            indico |= states(at) | overdue(at) | (occupancy(at, zone) if self.has_whole_bookings else {})
            skipped = () if self.has_whole_bookings else ('indico_room_worktime_',)
            ours = {name: value for name, value in ours.items() if not name.startswith(skipped)}
        names = sorted(indico.keys() | ours.keys())
        self.series = len(names)
        both = ((name, indico.get(name, default(name)), ours.get(name, default(name))) for name in names)
        return {name: (theirs, our) for name, theirs, our in both if theirs != our}

    def counted_differences(self, at, zone):
        differing = self.differences(at, zone)
        self.compared += self.series
        self.differing += len(differing)
        return differing

    def report(self):
        return f'{self.compared} values compared, {self.differing} differ'
