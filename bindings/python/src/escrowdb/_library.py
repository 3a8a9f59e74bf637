"""The shared library: found, loaded, compared with this package, and called.

Every call of it lets other Python threads run meanwhile.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from ._cdef import ffi as described
from ._constants import ABI_VERSION
from ._errors import error_of

#: The types of the C ABI.
ffi: Any = described


def library_path() -> str:
    """Says which library is loaded: the package's own, unless ESCROWDB_LIBRARY names another."""
    chosen = os.environ.get("ESCROWDB_LIBRARY")
    if chosen:
        return chosen
    directory = Path(__file__).with_name("_native")
    for pattern in ("*.so", "*.dylib", "*.dll"):
        for path in sorted(directory.glob(pattern)):
            return str(path)
    raise ImportError(f"the library of escrowdb is not in {directory}")


def load() -> Any:
    """Loads the library, and refuses one of another ABI."""
    if sys.byteorder != "little":
        raise ImportError("escrowdb needs a little-endian machine")
    library = ffi.dlopen(library_path())
    found = library.escrow_abi_version()
    if found != ABI_VERSION:
        raise ImportError(f"the library has ABI {found}, the package needs {ABI_VERSION}")
    return library


lib: Any = load()


def call(function: Any, *arguments: Any) -> None:
    """Calls a function whose last argument is the error; raises what it answers."""
    error = new_error()
    code = function(*arguments, error)
    if code:
        raise_error(code, error)


def new_error() -> Any:
    """Makes the struct that a call explains itself in."""
    error = ffi.new("escrow_error *")
    error.struct_size = ffi.sizeof("escrow_error")
    return error


def raise_error(code: int, error: Any) -> None:
    """Raises what a call answered."""
    raise error_of(code, text_of(error.message))


def text_of(chars: Any) -> str:
    """Reads a zero-terminated text."""
    text: bytes = ffi.string(chars)
    return text.decode("utf-8", "replace")


def version() -> str:
    """Gives the version of the library.

    >>> version()
    '0.1.0'
    """
    return text_of(lib.escrow_version_text())
