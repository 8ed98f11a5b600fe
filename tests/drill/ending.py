#!/usr/bin/env python3
"""Who asks for an end behind the end of a drill has all that it came to: the score, the transcript and the folder of --out.

Usage: ending.py PROGRAM"""

import pathlib
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAST = "firedrill: interrupted, after the files had been written"


def ended(program, folder, lines, after):
    """Lets the drill end, asks for an end so long after that, and gives what is wrong with what is left."""
    out, transcript = folder / "out", folder / "transcript.json"
    with subprocess.Popen([program, "drill", "quiet-finch", "--out", str(out), "--transcript", str(transcript)], cwd=ROOT,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        run.stdin.write(lines)
        run.stdin.flush()
        said = ""
        while f"> {lines.splitlines()[-1]}" not in said:
            said += run.stdout.readline()
        time.sleep(after)
        run.send_signal(signal.SIGINT)
        rest, wrong = run.communicate(timeout=120)
    if run.returncode == 0:
        return []  # it had ended by then
    return ([f"exit {run.returncode}"] * (run.returncode != 130) + ["no score"] * (" points\n" not in rest) +
            [f"said {wrong!r}"] * (wrong.splitlines()[-1:] != [LAST]) +
            [f"no {path.name}" for path in (transcript, out / "record.json", out / "drill.json") if not path.exists()])


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    failures = 0
    for lines in ("next\nack\nfinish\n", "wait 50m\nwait 20m\n"):
        for after in (0.2, 0.5, 1.0, 1.5):
            with tempfile.TemporaryDirectory() as folder:
                for problem in ended(program, pathlib.Path(folder), lines, after):
                    print(f"{lines.split()[-1]}, {after} s: {problem}")
                    failures += 1
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
