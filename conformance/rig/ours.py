"""The command that runs our side, on the built jar of the exporter."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
JAR = ROOT / 'indico-metrics-examples/standalone-exporter/target/indico-metrics-exporter.jar'
SOURCE = ROOT / 'conformance/Ours.java'
# These options make Java quick to start.
OPTIONS = [
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
]


def require_jar(jar=JAR, sources='*/**/src/main/**/*.java'):
    """Fails if the jar is older than its sources, because its values would be those of old code."""
    newest = max(path.stat().st_mtime for path in ROOT.glob(sources))
    if not jar.exists() or jar.stat().st_mtime < newest:
        sys.exit(f'{jar.name} is not built, or older than its sources: run ./mvnw -q -DskipTests package')


def command(jdbc_url):
    return [java(), *OPTIONS, '-cp', JAR, SOURCE, jdbc_url]


def grants(*options):
    """The SQL for the role in the database."""
    return subprocess.run(
        [java(), *OPTIONS, '-jar', JAR, 'grants', *options], stdout=subprocess.PIPE, text=True, check=True
    ).stdout


def java():
    home = os.environ.get('JAVA_HOME')
    return str(Path(home, 'bin/java')) if home else 'java'
