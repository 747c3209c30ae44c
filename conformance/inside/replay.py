"""Whether a backfill gives for a past instant what a scrape read at that instant."""

import indico
from packaging.version import Version

ZONE = 'Europe/Zurich'
# The metrics with an exact past that an older Indico cannot give, and the first release that can.
SINCE = {
    # The log of the application is new.
    'indico_app_log_entries_1d': '3.3.7',
}


class Replay:
    """What scrapes read at some instants, and what a backfill says of these instants later."""

    def __init__(self, ours):
        self.ours = ours
        self.scrapes = []
        self.compared = 0
        self.metrics = set()

    def record(self, at):
        self.scrapes.append((at, self.ours.values(at, ZONE, 'PRESENT')))

    def faults(self):
        """Compares the metrics whose past is exact, and returns what is wrong. A series that only one side has counts as 0
        on the other."""
        first, before = self.scrapes[0]
        release = Version(indico.__version__)
        exact = self.ours.values(first, ZONE, 'EXACT')
        self.metrics = {name for name in exact if Version(SINCE.get(name, '0')) <= release}
        differing, changed, unexpected = {}, set(), set()
        for at, scraped in self.scrapes:
            past = self.ours.values(at, ZONE, 'PAST')
            for series in before.keys() | scraped.keys() | past.keys():
                self.compared += 1
                name, then, later = name_of(series), scraped.get(series, 0), past.get(series, 0)
                if then != later:
                    differing.setdefault(series, []).append(f'at {at}: scraped {then}, from the past {later}')
                if then != before.get(series, 0):
                    changed.add(name)
                if name not in self.metrics:
                    unexpected.add(name)
            before = scraped
        return [
            *(f'DIFFERS {len(times)} times: {series}, first {times[0]}' for series, times in sorted(differing.items())),
            # The past of a metric that stays the same would be right by chance.
            *(f'NEVER CHANGED: {name}, whose past is exact' for name in sorted(self.metrics - changed)),
            *(f'HAS VALUES: {name}, which only a newer Indico should have' for name in sorted(unexpected)),
        ]

    def report(self):
        return f'{self.compared} past values of {len(self.metrics)} metrics compared'


def name_of(series):
    return series.partition('{')[0]
