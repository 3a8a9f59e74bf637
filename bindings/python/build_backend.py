"""How the wheel is built: by maturin, which is given a header first.

maturin would derive a header from the crate by itself, which cannot work for this one: its types
live in another crate. The package has its own description of the ABI (`_cdef.py`), so the header
that maturin gets names one function only.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, Optional

import maturin

HEADER = "uint32_t escrow_abi_version(void);\n"

get_requires_for_build_wheel = maturin.get_requires_for_build_wheel
prepare_metadata_for_build_wheel = maturin.prepare_metadata_for_build_wheel


def build_wheel(
    wheel_directory: str,
    config_settings: Optional[dict[str, Any]] = None,
    metadata_directory: Optional[str] = None,
) -> str:
    """Builds the wheel."""
    command = ["cargo", "metadata", "--no-deps", "--format-version", "1"]
    crate = Path(__file__).resolve().parent / "../c"
    metadata = json.loads(subprocess.check_output(command, cwd=crate))
    target = Path(metadata["target_directory"])
    target.mkdir(parents=True, exist_ok=True)
    (target / "header.h").write_text(HEADER)
    # The oldest Linux that the library runs on is found out and stands in the wheel's name.
    settings = {**(config_settings or {})}
    settings.setdefault("build-args", "--compatibility pypi")
    name: str = maturin.build_wheel(wheel_directory, settings, metadata_directory)
    return name
