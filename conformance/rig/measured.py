"""What a run found, kept as a table of which docs/compatibility.md is made."""

from ours import ROOT

FOLDER = ROOT / 'conformance/measured'


def write(name, heading, rows):
    FOLDER.mkdir(exist_ok=True)
    ruler = '|' + '---|' * (heading.count('|') - 1)
    (FOLDER / f'{name}.md').write_text('\n'.join([heading, ruler, *rows, '']))
