#!/usr/bin/env python3
"""What the lints find in rule files that many people use: so many warnings of each lint as have been read and found
true, in ../shared/oracle/rules. A lint that begins to warn of a right rule shows here, and so does one that grows blind.

    public_rules.py PROGRAM

Without the rule files nothing is looked at, which is said; with FIREDRILL_REQUIRE_ORACLES that is a failure."""

import collections
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT.parent / "shared/oracle/rules/mixins"

# Read one by one. The alerts without a runbook or a summary are counted and not read: there is nothing to doubt.
READ = {
    "duplicate-rule": 2,  # where one selects what the other selects and more
    "label-dropped": 23,
    "never-fires": 1,  # count() == 0
    "quantile-without-le": 1,  # an alert of Thanos, whose aggregation below histogram_quantile() has lost le
    "vector-matching": 2,
}
COUNTED = ("runbook", "summary")


def warnings_of(program, file):
    """The lint of each warning. Those of one cause stand below the first, which says how many they are."""
    done = subprocess.run([program, "check", file], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{file}: exit {done.returncode}\n{done.stderr[:1000]}")
    for line in done.stderr.splitlines():
        if first := re.search(r": warning: .* \[([a-z-]+)\]$", line):
            yield first[1], line
        elif more := re.match(r"\s+= (\d+) more of \[([a-z-]+)\] in this file:", line):
            for _ in range(int(more[1])):
                yield more[2], line


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    if not RULES.is_dir():
        print(f"skipped: there is no {RULES}")
        return 1 if os.environ.get("FIREDRILL_REQUIRE_ORACLES") else 77
    found, lines = collections.Counter(), collections.defaultdict(list)
    files = sorted(p for p in RULES.rglob("*") if p.suffix in (".yml", ".yaml"))
    for file in files:
        for lint, line in warnings_of(program, file):
            found[lint] += 1
            lines[lint].append(line)
    wrong = 0
    for lint in sorted(READ.keys() | found.keys() - set(COUNTED)):
        if found[lint] != READ.get(lint, 0):
            wrong += 1
            print(f"{lint}: {found[lint]} warnings, {READ.get(lint, 0)} have been read and are true", *lines[lint], sep="\n  ")
    print(f"{len(files)} files: " + ", ".join(f"{count} {lint}" for lint, count in sorted(found.items())))
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main())
