#!/usr/bin/env python3
"""The transcript that stands beside a drill's record gives the record, its series and its logs again, byte for byte, with
the people in it, silences, actions, and lines that were left.

Usage: replay.py PROGRAM"""

import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINES = """next
ack
severity P1
post internal investigating orders fail
silence alertname="OrdersFail" 20m known
do restart checkout
wait 3m
rewind 6
escalate 1 secondary
note it may be the configuration
hypothesis checkout configuration
do fix_config checkout
post external identified a part of the orders fails
wait 12m
map
finish
"""


def drill(program, folder, *options, lines=""):
    run = subprocess.run([program, "drill", *options, "--out", str(folder), "--json"], cwd=ROOT, input=lines, text=True,
                         capture_output=True)
    if run.returncode != 0:
        raise SystemExit(f"exit {run.returncode}\n{run.stdout[-2000:]}{run.stderr}")


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        once, again = pathlib.Path(folder) / "once", pathlib.Path(folder) / "again"
        drill(program, once, "amber-heron", "--variant", "2", lines=LINES)
        drill(program, again, "--resume", str(once / "drill.json"))
        names = {path.relative_to(once) for path in once.rglob("*") if path.is_file()}
        if names != {path.relative_to(again) for path in again.rglob("*") if path.is_file()}:
            print("there are other files")
            bad += 1
        # run.json says where and how quickly, and manifest.json what it is.
        for name in sorted(names - {pathlib.Path("run.json"), pathlib.Path("manifest.json")}):
            if (once / name).read_bytes() != (again / name).read_bytes():
                print(f"{name} is another")
                bad += 1
        if "oncall.acknowledged" not in (once / "record.json").read_text():
            print("nobody is in the record")
            bad += 1
    print("as it should be" if bad == 0 else f"{bad} problems")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
