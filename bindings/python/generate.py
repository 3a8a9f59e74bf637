"""Writes what the package has from the header of the C ABI, which is the specification.

    python generate.py            writes it
    python generate.py --check    says whether the committed files are what it would write

It writes `_cdef.py` and `_constants.py`; the fields of each class with a `C_TYPE`; and in the
docstrings of methods of wallets and orders the paragraph `Refused:`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from generator.cdef import cdef_module
from generator.constants import constants_module
from generator.records import records
from generator.refusals import docstrings

HERE = Path(__file__).resolve().parent
HEADER = HERE / "../../include/escrowdb.h"
FIELDS = HERE / "../c/abi/escrowdb.fields"
PACKAGE = HERE / "src/escrowdb"


def generated() -> dict[Path, str]:
    """Gives the texts of all files that are generated, whole or in part."""
    header = HEADER.read_text()
    folders = [PACKAGE, PACKAGE / "_wallets", PACKAGE / "_orders"]
    modules = {path: path.read_text() for folder in folders for path in folder.glob("*.py")}
    modules = docstrings(records(modules, header, FIELDS.read_text()), header)
    return {
        **modules,
        PACKAGE / "_cdef.py": cdef_module(header),
        PACKAGE / "_constants.py": constants_module(header),
    }


def main() -> int:
    """Writes or checks the generated files."""
    stale = {path: text for path, text in generated().items() if not is_written(path, text)}
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.name} is not what generate.py writes")
        return 1 if stale else 0
    for path, text in stale.items():
        path.write_text(text)
    return 0


def is_written(path: Path, text: str) -> bool:
    """Says whether a file holds the text."""
    return path.exists() and path.read_text() == text


if __name__ == "__main__":
    sys.exit(main())
