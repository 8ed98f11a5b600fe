#!/usr/bin/env python3
"""How a run ends when somebody interrupts it, whatever it is doing, and when its output gets lost.

Usage: endings.py PROGRAM"""

import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Simulated in no time, judged for a minute: each evaluation reads 1.8 million steps of every series.
SLOW = f"""
version: 1
name: slow
summary: An expression that is slow to judge.
start: 2026-03-03T13:30:00Z
warmup: 5m
duration: 60m
topology: {ROOT}/tests/bad_inputs/shared/topology.yaml
expectations:
  - {{id: slow, kind: promql, expr: 'max_over_time(up[30m:1ms]) > 5', step: 1s, holds: never}}
"""


def check(what, got, expected):
    if got == expected:
        return 0
    print(f"FAIL {what}: expected {expected!r}, got {got!r}")
    return 1


def catches(run, number):
    """Whether the process has said what is to become of a signal: one that comes earlier ends it as the system does."""
    status = pathlib.Path(f"/proc/{run.pid}/status").read_text(encoding="utf-8")
    return int(re.search(r"^SigCgt:\s*(\w+)", status, re.M)[1], 16) >> (number - 1) & 1


def interrupted(program, folder, number, after):
    run = subprocess.Popen([program, "run", "slow", "--root", str(ROOT / "tests"), "--out", "out"], cwd=folder,
                           stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    began = time.monotonic()
    while not catches(run, number) and run.poll() is None and time.monotonic() < began + 60:
        time.sleep(0.01)
    time.sleep(after)
    run.send_signal(number)
    try:
        _, said = run.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        run.kill()
        run.communicate()
        print(f"FAIL {number.name} after {after} s: it went on")
        return 1
    what = f"{number.name} after {after} s"
    return (check(what, run.returncode, 130) +
            check(what, said.splitlines()[-1:], ["firedrill: interrupted; no file was written"]) +
            check(what + ", files", sorted(p.name for p in folder.iterdir()), ["slow"]))


def lost_output(program, folder):
    if not pathlib.Path("/dev/full").exists():
        return 0
    with open("/dev/full", "w", encoding="utf-8") as full:
        run = subprocess.run([program, "list", "faults"], cwd=folder, stdout=full, stderr=subprocess.PIPE, text=True,
                             check=False)
    return (check("output lost", run.returncode, 3) +
            check("output lost", run.stderr.splitlines()[:1], ["firedrill: error: standard output could not be written"]))


def reader_that_ends(program, folder):
    with subprocess.Popen([program, "list", "faults", "-v"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as run:
        run.stdout.close()
        said = run.stderr.read()
    return (check("reader gone", run.returncode, 3) +
            check("reader gone", said.splitlines()[:1], ["firedrill: error: standard output could not be written"]))


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    failures = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "slow").mkdir()
        (folder / "slow/scenario.yaml").write_text(SLOW, encoding="utf-8")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            for after in (0.5, 3) if number != signal.SIGHUP else (0.5,):
                failures += interrupted(program, folder, number, after)
        failures += lost_output(program, folder)
        failures += reader_that_ends(program, folder)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
