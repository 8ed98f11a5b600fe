"""The programs of Prometheus that tests compare with: 3.5 where ../shared/oracle/install puts it, 2.42 in the PATH."""

import os
import pathlib
import re
import shutil
import subprocess

ORACLE = pathlib.Path(os.environ.get("FIREDRILL_ORACLE", pathlib.Path.home() / ".cache/firedrill-oracle"))
VERSIONS = {"3.5": "3.5", "2.42": "2"}


def find(program):
    """{"3.5": path, "2.42": path}, as far as they are there."""
    found = {}
    for path in (ORACLE / "usr/bin" / program, shutil.which(program)):
        if path is None or not pathlib.Path(path).exists():
            continue
        said = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=False)
        for version in VERSIONS:
            if re.search(r"version %s\b" % re.escape(version), said.stdout + said.stderr):
                found[version] = str(path)
    return found


def required():
    return bool(os.environ.get("FIREDRILL_REQUIRE_ORACLES"))
