"""An Indico on its own servers, with a prepared database."""

import json
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from environment import Unavailable
from servers import postgres, redis

OUTCOME = 'outcome.json'

CONFIGURATION = """
SQLALCHEMY_DATABASE_URI = '{database}'
REDIS_CACHE_URL = CELERY_BROKER = 'redis://127.0.0.1:{redis}/0'
SECRET_KEY = 'for conformance runs only, on loopback'
BASE_URL = 'http://localhost'
DEFAULT_TIMEZONE = 'Europe/Zurich'
DEFAULT_LOCALE = 'en_GB'
ENABLE_ROOMBOOKING = True
PLUGINS = {{'prometheus', 'livesync'}}
CACHE_DIR = LOG_DIR = TEMP_DIR = '{folder}'
STORAGE_BACKENDS = {{'default': 'fs:{folder}/archive'}}
ATTACHMENT_STORAGE = 'default'
SUPPORT_EMAIL = NO_REPLY_EMAIL = 'nobody@example.org'
EMAIL_BACKEND = 'indico.vendor.django_mail.backends.locmem.EmailBackend'
SMTP_USE_CELERY = False
"""


class Instance:
    def __init__(self, environment, folder, server, redis_port):
        self.environment = environment
        self.folder = folder
        self.server = server
        self.redis_port = redis_port

    def prepare(self):
        """Lets Indico create its tables, and keeps a dump of them with the environment."""
        self.server.execute('postgres', '-c', 'CREATE DATABASE prepared')
        dump = self.environment.folder / 'prepared.sql'
        if dump.exists():
            self.server.execute('prepared', '-f', dump)
            return
        self.server.execute('prepared', '-c', 'CREATE EXTENSION unaccent', '-c', 'CREATE EXTENSION pg_trgm')
        self.indico('prepared', 'db', 'prepare')
        self.indico('prepared', 'db', '--all-plugins', 'upgrade')
        self.server.dump('prepared', dump)

    def copy(self, database):
        self.server.execute('postgres', '-c', f'CREATE DATABASE {database} TEMPLATE prepared')

    def indico(self, database, *arguments):
        command = [self.environment.bin / 'indico', *arguments]
        # A downgrade asks for a confirmation.
        result = subprocess.run(
            command, env=self.variables(database), input='YES\n', capture_output=True, text=True
        )
        if result.returncode != 0:
            raise Unavailable(f'indico {" ".join(arguments)} failed:\n{result.stdout}{result.stderr}')

    def python(self, database, script, *arguments):
        """Runs a script in Indico's Python, and returns whether it succeeded."""
        command = [self.environment.bin / 'python', '-B', '-W', 'ignore', script, *arguments]
        return subprocess.run(command, env=self.variables(database)).returncode == 0

    def outcome(self):
        """Returns what the last script reported with outcome.tell."""
        return json.loads((self.folder / OUTCOME).read_text())

    def variables(self, database):
        configuration = self.folder / f'{database}.conf'
        url = self.server.url(database)
        configuration.write_text(CONFIGURATION.format(database=url, redis=self.redis_port, folder=self.folder))
        return os.environ | {'INDICO_CONFIG': str(configuration), 'CONFORMANCE_OUTCOME': str(self.folder / OUTCOME)}


@contextmanager
def instance(environment):
    folder = Path(tempfile.mkdtemp(prefix='indico-metrics-conformance-'))
    folder.chmod(0o711)
    try:
        with redis(folder) as redis_port, postgres(folder) as server:
            prepared = Instance(environment, folder, server, redis_port)
            prepared.prepare()
            yield prepared
    finally:
        shutil.rmtree(folder)
