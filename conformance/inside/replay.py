"""Whether a backfill gives for a past instant what a scrape read at that instant."""

ZONE = 'Europe/Zurich'


class Replay:
    """What scrapes read at some instants, and what a backfill says of these instants later."""

    def __init__(self, ours):
        self.ours = ours
        self.scrapes = []
        self.compared = 0
        self.metrics = set()

    def record(self, at):
        self.scrapes.append((at, self.ours.values(at, ZONE, 'PRESENT')))

    def differences(self):
        """Compares the metrics whose past is exact, and returns the number of differences."""
        differing = 0
        pasts = [(at, scraped, self.ours.values(at, ZONE, 'PAST')) for at, scraped in self.scrapes]
        # An older Indico lacks what some pasts need. These have no values at all.
        self.metrics = {name_of(series) for _, _, past in pasts for series in past}
        for at, scraped, past in pasts:
            for series in sorted(series for series in scraped.keys() | past.keys() if name_of(series) in self.metrics):
                self.compared += 1
                then, later = scraped.get(series, 0), past.get(series, 0)
                if then != later:
                    differing += 1
                    print(f'DIFFERS at {at}: {series}: scraped {then}, from the past {later}')
        return differing

    def report(self):
        return f'{self.compared} past values of {len(self.metrics)} metrics compared'


def name_of(series):
    return series.partition('{')[0]
