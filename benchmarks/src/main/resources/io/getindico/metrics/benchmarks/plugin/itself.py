"""Runs the code of Indico's own plugin on the database that INDICO_CONFIG names: all gauges for each line of input."""

import json
import sys
from datetime import datetime, timedelta, timezone

from indico.core.db import db
from indico.modules.rb.models import reservations
from indico.web.flask.app import make_app
from indico_prometheus import metrics
from prometheus_client import REGISTRY
from sqlalchemy.exc import DBAPIError

NOW = datetime(2026, 6, 1, 10, tzinfo=timezone.utc)
LOCAL_NOW = datetime(2026, 6, 1, 12)


class Then(datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW.astimezone(tz) if tz else LOCAL_NOW


class NoCache:
    def get(self, key):
        return None

    def set(self, key, value, timeout):
        pass


metrics.now_utc, reservations.datetime = lambda: NOW, Then
answers, sys.stdout = sys.stdout, sys.stderr
with make_app().app_context():
    # Connects before the measurement, as a web worker is already connected.
    db.session.execute('SELECT 1')
    db.session.rollback()
    print('ready', file=answers, flush=True)
    for _ in sys.stdin:
        db.session.execute("SELECT set_config('TimeZone', 'Europe/Zurich', true)")
        try:
            metrics.update_metrics(timedelta(hours=48), NoCache(), timedelta())
            answer = {f.name: f.samples[0].value for f in REGISTRY.collect() if f.name.startswith('indico_')}
        except DBAPIError as e:
            print(e, flush=True)
            answer = {'sqlstate': e.orig.pgcode}
        db.session.rollback()
        print(json.dumps(answer), file=answers, flush=True)
