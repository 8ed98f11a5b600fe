#!/usr/bin/env python3
"""A disk that is full, or becomes it: each command ends with a clear error and exit code 3, nothing half-written stands under
the name that was asked for, and what somebody has worked for is kept elsewhere. Live runs: live/own_faults.py. Skips where
no file system can be mounted.

Usage: full_disk.py PROGRAM"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIO = """
version: 1
name: NAME
start: 2026-03-03T13:30:00Z
warmup: 5m
duration: 10m
topology: topology.yaml
prometheus: {scrape_interval: 15s, evaluation_interval: 15s}
"""
TOPOLOGY = "services: {web: {replicas: 2, latency: 10ms, traffic: {requests_per_second: 20, timeout: 1s}}}\n"
# In a namespace of its own; `disk` is the small file system, and what it holds in the end is printed.
SHELL = """mkdir disk kept && mount -t tmpfs -o size=SIZE none disk && export TMPDIR="$PWD/kept" || exit 99
MEANWHILE
"$@"; code=$?; echo; echo "left:" $(ls -A disk); exit $code"""
# The lines of somebody at the console, the disk filled before the last of them.
WORKED = """mkfifo typed
(echo status; sleep 2; head -c 8m /dev/zero >disk/filler 2>/dev/null; echo quit) >typed & exec <typed"""

failures = []


def check(what, condition, found=""):
    if not condition:
        failures.append(what)
        print(f"FAIL {what}: {found}")


class Disk:
    """Commands of the program with a small file system at `disk`, each in a new folder."""

    def __init__(self, program):
        self.program = program

    def run(self, *arguments, size="64k", meanwhile=":"):
        self.holder = tempfile.TemporaryDirectory()
        folder = self.folder = pathlib.Path(self.holder.name)
        for name in ("one", "two"):
            (folder / "small" / name).mkdir(parents=True)
            (folder / "small" / name / "scenario.yaml").write_text(SCENARIO.replace("NAME", name))
            (folder / "small" / name / "topology.yaml").write_text(TOPOLOGY)
        shell = SHELL.replace("SIZE", size).replace("MEANWHILE", meanwhile)
        return subprocess.run(["unshare", "-rm", "sh", "-c", shell, "sh", self.program, *arguments], cwd=folder, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=120,
                              env={**os.environ, "NO_COLOR": "1"})

    def kept(self):
        return sorted(self.folder.glob("kept/firedrill-kept-*"))


def left(done):
    return done.stdout.rpartition("left:")[2].split()


def is_full(what, done, *remains):
    check(f"{what}: an error of the machine", done.returncode == 3, f"{done.returncode}: {done.stdout} {done.stderr}")
    check(f"{what}: the reason, and what to do", "No space left on device" in done.stderr and "free some space" in done.stderr,
          done.stderr)
    check(f"{what}: nothing half-written", left(done) == list(remains), left(done))


def simulated(disk):
    done = disk.run("run", "small/one", "--out", "disk/out", size="24k")
    is_full("a run", done)
    check("what it found is said all the same", "one: pass" in done.stdout, done.stdout)
    check("it can be made again, and is not kept elsewhere", not disk.kept(), disk.kept())
    done = disk.run("test", "scenarios", "small", "--out", "disk/reports", "--junit", "disk/junit.xml", size="24k")
    is_full("a suite", done, *left(done))
    check("it names each scenario", "reports/one" in done.stderr and "reports/two" in done.stderr, done.stderr)


def worked(disk):
    drill = ("drill", "quiet-finch", "--drills", str(ROOT / "scenarios"))
    done = disk.run(*drill, "--out", "disk/out")
    is_full("a drill is not begun in vain", done)
    check("a drill is not begun in vain", "has no room" in done.stderr and "You are" not in done.stdout, done.stdout + done.stderr)
    done = disk.run(*drill, "--out", "disk/out", size="2m", meanwhile=WORKED)
    is_full("a drill's record", done, "filler")
    check("the record is kept elsewhere", len(disk.kept()) == 1, done.stderr)
    for folder in disk.kept():
        check("it is private", folder.stat().st_mode & 0o077 == 0, oct(folder.stat().st_mode))
        check("it is said where", str(folder) in done.stderr, done.stderr)
        report = subprocess.run([disk.program, "report", str(folder), "--format", "markdown"], capture_output=True, text=True)
        check("and it is whole", report.returncode == 0 and (folder / "drill.json").exists(), report.stderr)
    done = disk.run(*drill, "--transcript", "disk/drill.json", meanwhile=WORKED)
    is_full("a transcript", done, "filler")
    transcripts = [json.loads(file.read_text()) for folder in disk.kept() for file in folder.iterdir()]
    check("the transcript is kept elsewhere", len(transcripts) == 1 and "steps" in transcripts[0], done.stderr)


def main():
    disk = Disk(str(pathlib.Path(sys.argv[1]).resolve()))
    if disk.run("--version").returncode != 0:
        print("skipped: no file system can be mounted here")
        return 77
    simulated(disk)
    worked(disk)
    print(f"{len(failures)} checks failed" if failures else "ok")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
