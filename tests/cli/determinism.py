#!/usr/bin/env python3
"""The same scenario and seed give the same record, byte for byte, in every build; another seed gives another record.
Usage: determinism.py PROGRAM..."""

import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "scenarios/checkout-database-outage"


def run(program, folder, seed, scenario=str(SCENARIO), cwd=None):
    out = pathlib.Path(folder) / f"{abs(hash((program, scenario)))}-{seed}"
    command = [program, "run", scenario, "--seed", str(seed), "--out", str(out)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} exited with {done.returncode}:\n{done.stdout}{done.stderr}")
    return {name: (out / name).read_bytes() for name in ("record.json", "series", "report.md", "junit.xml", "report.html")}


def main():
    programs = [str(pathlib.Path(p).resolve()) for p in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as folder:
        first = run(programs[0], folder, 7)
        for program in programs[1:]:
            other = run(program, folder, 7)
            for name, content in first.items():
                if other[name] != content:
                    sys.exit(f"{name} differs between {programs[0]} and {program}")
        # However the path is written, and from wherever.
        for scenario, cwd in ((".", SCENARIO), ("scenarios/checkout-database-outage/scenario.yaml", ROOT)):
            if run(programs[0], folder, 7, scenario, cwd)["record.json"] != first["record.json"]:
                sys.exit(f"the record depends on the path: {scenario}")
        again = run(programs[0], folder, 8)
        if again["record.json"] == first["record.json"]:
            sys.exit("another seed gave the same record")
    print(f"{len(programs)} builds, {len(first['record.json'])} bytes of record: the same; another seed: another record")
    return 0


if __name__ == "__main__":
    sys.exit(main())
