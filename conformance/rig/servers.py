"""Starts a PostgreSQL and a Redis on loopback for the duration of a run."""

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from environment import Unavailable

NOBODY = 65534
# The words of PostgreSQL in the locale C, and of Redis.
READY = 'ready to accept connections'


def find_tool(name, package):
    folders = sorted(Path('/usr/lib/postgresql').glob('*/bin'), key=lambda folder: int(folder.parent.name))
    path = os.pathsep.join([*map(str, reversed(folders)), os.environ['PATH']])
    tool = shutil.which(name, path=path)
    if tool is None:
        raise Unavailable(f'no {name} on the PATH: install {package}')
    return tool


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def wait_for(port, process, name, log):
    """Waits until the server says that it is ready, for 30 s at most. PostgreSQL first listens and refuses clients."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(('127.0.0.1', port)) == 0 and READY in log.read_text().lower():
                return
        time.sleep(0.05)
    raise Unavailable(f'{name} does not start:\n{log.read_text()}')


@contextmanager
def started(command, port, name, log):
    with log.open('w') as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        wait_for(port, process, name, log)
        yield
    finally:
        # On SIGTERM, PostgreSQL would wait until its clients disconnect.
        process.send_signal(signal.SIGINT)
        process.wait(30)


@contextmanager
def redis(folder):
    """Yields the port of the server."""
    port = free_port()
    command = [find_tool('redis-server', 'redis-server'), '--port', str(port), '--bind', '127.0.0.1', '--save', '']
    with started([*command, '--dir', folder], port, 'Redis', folder / 'redis.log'):
        yield port


class Postgres:
    def __init__(self, port):
        self.port = port

    def url(self, database):
        return f'postgresql://indico@127.0.0.1:{self.port}/{database}'

    def jdbc_url(self, database):
        return f'jdbc:postgresql://127.0.0.1:{self.port}/{database}?user=indico'

    def execute(self, database, *arguments):
        psql = [find_tool('psql', 'postgresql-client'), '--no-psqlrc', '--quiet', '-v', 'ON_ERROR_STOP=1']
        subprocess.run([*psql, self.url(database), *arguments], check=True, stdout=subprocess.DEVNULL)

    def script(self, database, text):
        """Runs commands of psql in one session."""
        psql = [find_tool('psql', 'postgresql-client'), '--no-psqlrc', '--quiet', '-v', 'ON_ERROR_STOP=1']
        subprocess.run([*psql, self.url(database)], input=text, text=True, check=True, stdout=subprocess.DEVNULL)

    def dump(self, database, file):
        """Writes a temporary file first, so that an incomplete dump is never read."""
        part = file.with_suffix('.part')
        pg_dump = [find_tool('pg_dump', 'postgresql-client'), '--file', part, self.url(database)]
        subprocess.run(pg_dump, check=True)
        part.rename(file)


@contextmanager
def postgres(folder, port=None):
    """Runs PostgreSQL as the user nobody if we are root, because PostgreSQL refuses to run as root."""
    port = port or free_port()
    data = folder / 'postgres'
    data.mkdir()
    user = []
    if os.geteuid() == 0:
        os.chown(data, NOBODY, NOBODY)
        user = [find_tool('setpriv', 'util-linux'), f'--reuid={NOBODY}', f'--regid={NOBODY}', '--clear-groups']
    initdb = [find_tool('initdb', 'postgresql'), '-D', data, '-U', 'indico', '--auth=trust', '--encoding=UTF8']
    subprocess.run([*user, *initdb, '--locale=C', '--no-sync'], check=True, stdout=subprocess.DEVNULL)
    settings = {
        'listen_addresses': '127.0.0.1',
        'port': port,
        'unix_socket_directories': '',
        'fsync': 'off',
        'full_page_writes': 'off',
        # The databases are small, so compiling a query takes longer than running it.
        'jit': 'off',
    }
    options = [option for name, value in settings.items() for option in ('-c', f'{name}={value}')]
    command = [*user, find_tool('postgres', 'postgresql'), '-D', data, *options]
    with started(command, port, 'PostgreSQL', folder / 'postgres.log'):
        yield Postgres(port)
