"""Writes the results of a run as a table. The build makes docs/compatibility.md from these tables."""

from ours import ROOT

FOLDER = ROOT / 'conformance/measured'


def write(name, heading, rows):
    FOLDER.mkdir(exist_ok=True)
    ruler = '|' + '---|' * (heading.count('|') - 1)
    (FOLDER / f'{name}.md').write_text('\n'.join([heading, ruler, *rows, '']))
