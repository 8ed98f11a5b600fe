"""The programs that a test of Alertmanager's parts is held against: amtool 0.33 (../shared/oracle/install) and 0.25 (Debian
12's prometheus-alertmanager). One that is not there is a visible skip, or a failure where oracles are required."""

import os
import pathlib
import re
import subprocess
import sys

ORACLE = pathlib.Path(os.environ.get("FIREDRILL_ORACLE", pathlib.Path.home() / ".cache/firedrill-oracle"))
PLACES = {"0.33": [ORACLE / "usr/bin/amtool"], "0.25": [pathlib.Path("/usr/bin/amtool")]}
SKIPPED = 77


def amtool(version):
    """The path of that version's amtool; None if it is not there."""
    for path in PLACES[version]:
        if not path.exists():
            continue
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
        if re.search(rf"version {re.escape(version)}\.", said.stdout + said.stderr):
            return path
    return None


def want(version):
    """The same, ending the test where it is not there."""
    found = amtool(version)
    if found is None:
        required = os.environ.get("FIREDRILL_REQUIRE_ORACLES") == "1"
        print(f"amtool {version} is not installed", file=sys.stderr)
        sys.exit(1 if required else SKIPPED)
    return found


def run(command, **options):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, timeout=60,
                          **options)
