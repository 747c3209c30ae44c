"""Reads the schema of a release from a catalog, writes it to a file of the code generator, and compares it."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / 'indico-metrics-jooq-codegen/src/main/schema'
CATALOG = Path(__file__).with_name('catalog.sql')
REVISIONS = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'alembic\\_version%' ORDER BY 1"


def read(query):
    """Returns the facts of a database. The argument is a function that runs a query and returns lines."""
    versions = {table: query('-c', f'SELECT version_num FROM public.{table}') for table in query('-c', REVISIONS)}
    # A plugin without a revision has no tables either.
    alembic = {table: ','.join(revisions) for table, revisions in versions.items() if revisions}
    tables = json.loads(''.join(query('-f', CATALOG)))
    return {'alembic': alembic, 'tables': tables}


def load(file):
    return json.loads(file.read_text())


def text(facts):
    """Returns a text with a line for each column, key and index, so that a review shows each difference."""
    tables = (f'"{name}":{_lines(table)}' for name, table in facts['tables'].items())
    return f'{{"alembic":{_compact(facts["alembic"])},\n "tables":{{' + ',\n '.join(tables) + '}}\n'


def _compact(value):
    return json.dumps(value, separators=(',', ':'), ensure_ascii=False)


def _lines(table):
    return _compact(table).replace('{"columns":[{', '{"columns":[\n   {', 1).replace('},{', '},\n   {')


def version(file):
    return tuple(map(int, re.findall(r'\d+', file.stem)))


def file_of(release):
    return FILES / f'indico-{release}.json'


def before(release):
    """Returns the file of the previous release, or None."""
    files = sorted(FILES.glob('indico-*.json'), key=version)
    return next((file for file in reversed(files) if version(file) < version(file_of(release))), None)


def statements(facts):
    """Yields each fact as a line, with its table and column. The column is None if the fact has several."""
    for table, parts in facts['tables'].items():
        yield f'table {table}', (table, None)
        for column in parts['columns']:
            null = '' if column['nullable'] else ' not null'
            yield f'column {table}.{column["name"]} {column["type"]}{null}', (table, column['name'])
        for column, codes in parts.get('enums', {}).items():
            yield f'enum {table}.{column} {", ".join(map(str, codes))}', (table, column)
        for kind in 'unique', 'foreign_keys', 'indexes':
            for key in parts.get(kind, ()):
                yield f'{kind} {table} {_compact(key)}', (table, '')
