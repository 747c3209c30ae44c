"""A virtual environment for each release of Indico, kept between runs."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache') / 'indico-metrics' / 'conformance'


class Unavailable(Exception):
    """Something that a release needs is missing."""


class PythonMissing(Unavailable):
    """The version of Python that a release needs is missing."""


@dataclass(frozen=True)
class Release:
    """A line of the list of releases."""

    indico: str
    python: str
    plugins: tuple

    @staticmethod
    def read(path):
        lines = (line.split() for line in path.read_text().splitlines() if line and not line.startswith('#'))
        return [Release(indico, python, tuple(plugins)) for indico, python, *plugins in lines]

    @property
    def packages(self):
        names = (plugin.split('=') for plugin in self.plugins)
        return [f'indico=={self.indico}'] + [f'indico-plugin-{name}=={version}' for name, version in names]


class Environment:
    """Indico and its plugins, installed."""

    def __init__(self, release):
        self.release = release
        self.folder = CACHE / f'indico-{release.indico}'
        self.bin = self.folder / 'bin'

    def build(self):
        """Installs the packages, unless the same ones are installed already."""
        complete = self.folder / 'complete'
        contents = ' '.join(self.release.packages)
        if complete.exists() and complete.read_text() == contents:
            return
        self.remove()
        subprocess.run([find_python(self.release.python), '-m', 'venv', self.folder], check=True)
        # Indico imports pkg_resources, which later versions of setuptools do not contain.
        self.install('setuptools<80', 'wheel')
        self.install(*self.release.packages)
        complete.write_text(contents)

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def install(self, *packages):
        # Indico 3.3 asks for Python 3.12.2, and runs on 3.12.1.
        command = [self.bin / 'pip', 'install', '--quiet', '--disable-pip-version-check', '--ignore-requires-python']
        result = subprocess.run([*command, *packages], capture_output=True, text=True)
        if result.returncode != 0:
            reason = next((line for line in result.stderr.splitlines() if line.startswith('ERROR')), result.stderr)
            raise Unavailable(f'pip cannot install {" ".join(packages)}: {reason}')


def find_python(version):
    """Returns a Python of this version that can make virtual environments."""
    versions = Path(os.environ.get('PYENV_ROOT') or Path.home() / '.pyenv') / 'versions'
    installed = [shutil.which(f'python{version}'), *sorted(versions.glob(f'{version}.*/bin/python'), reverse=True)]
    for python in filter(None, installed):
        if subprocess.run([python, '-c', 'import ensurepip, venv'], capture_output=True).returncode == 0:
            return python
    raise PythonMissing(f'no Python {version} with the modules venv and ensurepip on the PATH or in {versions}')
