#!/usr/bin/env python3
"""Configurations, right and wrong, through `firedrill check` and `amtool check-config`: both take them, or both refuse them.

    check_config.py PROGRAM [--version 0.33] [--seed N] [--cases N] [--keep FOLDER]

Each base (configurations.py) as it is, then so many random changes of them, one or two at a time. Where amtool crashes nothing
is compared."""

import argparse
import pathlib
import random
import sys
import tempfile

import configurations
from amtool_oracle import run, want


def verdicts(program, amtool, version, path):
    theirs = run([amtool, "check-config", path])
    ours = run([program, "check", "--alertmanager-version", version, path])
    crashed = "panic:" in theirs.stderr + theirs.stdout
    return None if crashed else theirs.returncode == 0, ours.returncode == 0, theirs, ours


def only_templates(errors):
    """amtool does not look at the templates of fields."""
    told = [line for line in errors.splitlines() if ": error: " in line]
    return all(": error: template: " in line or ": error: the template of a secret " in line for line in told)


def cases(arguments):
    bases = [base for since, base in configurations.bases() if since <= arguments.version]
    yield from bases
    draw = random.Random(arguments.seed)
    for _ in range(arguments.cases):
        case = configurations.mutate(draw.choice(bases), draw)
        yield configurations.mutate(case, draw) if draw.random() < 0.2 else case


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--version", default="0.33")
    parser.add_argument("--seed", default="one")
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--keep", type=pathlib.Path)
    arguments = parser.parse_args()
    amtool = want(arguments.version)
    taken = refused = crashed = templates = 0
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "alertmanager.yml"
        for number, case in enumerate(cases(arguments)):
            path.write_text(configurations.text(case), encoding="utf-8")
            expected, found, theirs, ours = verdicts(arguments.program, amtool, arguments.version, path)
            taken += expected is True
            refused += expected is False
            crashed += expected is None
            if ours.returncode not in (0, 2):
                wrong.append(f"case {number}: exit code {ours.returncode}\n{ours.stderr}")
            elif expected and not found and only_templates(ours.stderr):
                templates += 1
            elif expected is not None and expected != found:
                wrong.append(f"case {number}: amtool {'takes' if expected else 'refuses'} it\n{(theirs.stdout + theirs.stderr)[-300:]}"
                             f"---- firedrill:\n{ours.stdout[-200:]}{ours.stderr[-600:]}")
            else:
                continue
            if arguments.keep:
                arguments.keep.mkdir(exist_ok=True)
                (arguments.keep / f"case-{number}.yml").write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    print("\n".join(wrong[:20]))
    print(f"amtool {arguments.version}: {taken} taken, {refused} refused, {crashed} crashes of amtool; "
          f"{templates} refused for their templates, {len(wrong)} disagreements")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
