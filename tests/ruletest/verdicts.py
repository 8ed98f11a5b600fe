#!/usr/bin/env python3
"""Runs unit-test files through `firedrill test rules` and compares the verdict, file by file, with the one that the
file's second line states and with promtool's own.

    verdicts.py PROGRAM           tests/ruletest/*.yml, and the unit tests in ../shared/oracle where they exist

promtool 3.5 is looked for where ../shared/oracle/install puts it, 2.42 in the PATH. Without them nothing is compared
with promtool, which is said; with FIREDRILL_REQUIRE_ORACLES that is a failure."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
ORACLE = pathlib.Path(os.environ.get("FIREDRILL_ORACLE", pathlib.Path.home() / ".cache/firedrill-oracle"))
VERSIONS = {"3.5": "3.5", "2.42": "2"}


def promtools():
    found = {}
    for path in (ORACLE / "usr/bin/promtool", shutil.which("promtool")):
        if path is None or not pathlib.Path(path).exists():
            continue
        said = subprocess.run([str(path), "--version"], capture_output=True, text=True)
        for version in VERSIONS:
            if re.search(r"version %s\b" % re.escape(version), said.stdout + said.stderr):
                found[version] = str(path)
    return found


def verdict(command):
    done = subprocess.run(command, capture_output=True, text=True)
    return {0: "pass", 1: "fail"}.get(done.returncode, f"exit {done.returncode}")


def stated(path):
    match = re.match(r"#[^\n]*\n# verdicts: 3\.5 (\w+), 2\.42 (\w+)(?:, firedrill (\w+))?",
                     path.read_text(encoding="utf-8"))
    return {"3.5": match[1], "2.42": match[2], "firedrill": match[3]} if match else None


def main():
    program = sys.argv[1]
    tools = promtools()
    own = [(p, stated(p)) for p in sorted((ROOT / "tests/ruletest").glob("*.yml"))]
    files = [(p, s) for p, s in own if s]
    shared = sorted((ROOT.parent / "shared/oracle/unit-tests").glob("*/tests/unit/*/test_*.yaml"))
    files += [(p, None) for p in shared]
    wrong = compared = 0
    # Those of others keep their rules beside the folder of their tests.
    roots = [part for root in {p.parents[3] for p in shared} for part in ("--root", str(root))]
    for path, expected in files:
        for version, major in VERSIONS.items():
            ours = verdict([program, "test", "rules", "--promql-version", major, *roots, str(path)])
            theirs = verdict([tools[version], "test", "rules", str(path)]) if version in tools else None
            compared += theirs is not None
            # Where firedrill reads more, promtool is held against what is stated of it.
            apart = expected and expected["firedrill"]
            stated_ours = apart or (expected and expected[version])
            pairs = [("firedrill", ours, "stated", stated_ours),
                     (f"promtool {version}", theirs, "stated", expected and expected[version])]
            if not apart:
                pairs.append(("firedrill", ours, f"promtool {version}", theirs))
            for what, got, other, wanted in pairs:
                if got is not None and wanted is not None and got != wanted:
                    print(f"{path.name}, version {major}: {what} {got}, {other} {wanted}")
                    wrong += 1
    print(f"{len(files)} files, {compared} verdicts compared with promtool, {wrong} differ")
    missing = [f"promtool {v}" for v in VERSIONS if v not in tools] + ([] if shared else ["../shared/oracle/unit-tests"])
    if missing:
        print("not there to compare with: " + ", ".join(missing))
        if os.environ.get("FIREDRILL_REQUIRE_ORACLES"):
            return 1
    if wrong:
        return 1
    return 77 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
