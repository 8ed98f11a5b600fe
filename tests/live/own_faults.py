#!/usr/bin/env python3
"""What goes wrong with firedrill itself while it runs the live world: no processes to be had, processes that die as they
start, a clock that jumps, others who use the processors, a full disk, targets that answer scrapes with what is none. Each ends with a clear error and exit
code 3, or does not matter; nothing is left running, and what happened is kept. On the loopback interface alone; ends only
processes that it started itself.

Usage: own_faults.py PROGRAM [PART]...: `machine_is_short`, which keeps all processors busy, by its name alone"""

import os
import pathlib
import pwd
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import drill
from drill import check

TOPOLOGY = """
services:
  web:
    replicas: 2
    startup: 100ms
    latency: 3ms
    cpu_per_request: 0s
    traffic: {requests_per_second: 20, timeout: 1s}
    dependencies: {db: {request_timeout: 500ms}}
    routes: [{method: GET, path: /, calls: [{dependency: db}]}]
  db: {startup: 100ms, latency: 2ms, cpu_per_request: 0s}
"""
RULES = drill.DOWN.replace("FOR", "1s")
SCENARIO = """
version: 1
name: own
start: 2026-03-02T09:00:00Z
warmup: 1s
duration: 8s
topology: topology.yaml
prometheus: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s, rule_files: [rules.yaml]}
faults:
  - {id: late, kind: latency, target: {service: db}, at: 1s, duration: 4s, p50: 100ms}
expectations:
  - {id: quiet, kind: no_other_alerts, except: [Down]}
"""
# Wall-clock time that is an hour later from the fourth second of a process on, and before that as it is.
JUMP = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
int clock_gettime(clockid_t which, struct timespec* at) {
  static int (*real)(clockid_t, struct timespec*);
  static struct timespec first;
  struct timespec steady;
  if (!real) real = (int (*)(clockid_t, struct timespec*))dlsym(RTLD_NEXT, "clock_gettime");
  real(CLOCK_MONOTONIC, &steady);
  if (!first.tv_sec) first = steady;
  int result = real(which, at);
  if (which == CLOCK_REALTIME && steady.tv_sec - first.tv_sec > 4) at->tv_sec += 3600;
  return result;
}
"""


def nothing_left(what, folder):
    mine = str(folder).encode()
    left = []
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and os.readlink(f"/proc/{entry}/cwd").encode() == mine:
                left.append((entry, drill.called(entry)))
        except OSError:
            pass
    check(f"{what}: nothing is left running", not left, left)


def no_processes(program, folder):
    """A user who may have only so many: root may have any, and becomes nobody for it."""
    user = pwd.getpwnam("nobody").pw_uid if os.getuid() == 0 else None
    if user is not None:
        os.chown(folder, user, -1)
        copy = pathlib.Path(tempfile.mkdtemp(dir="/tmp"))
        os.chmod(copy, 0o755)
        program = shutil.copy(program, copy / "firedrill")
    try:
        for most in (1, 5, 12):
            def limit(most=most):
                have = sum(1 for _ in threads_of(user)) if user is None else 0
                resource.setrlimit(resource.RLIMIT_NPROC, (have + most, have + most))
                if user is not None:
                    os.setuid(user)
            done = drill.run(program, folder, preexec_fn=limit)
            check(f"{most} processes and threads are too few: an error of the machine",
                  done.returncode == 3 and "error:" in done.stderr, f"{done.returncode}: {done.stdout} {done.stderr}")
            nothing_left(f"{most} processes", folder)
    finally:
        if user is not None:
            shutil.rmtree(copy)


def threads_of(_):
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and os.stat(f"/proc/{entry}").st_uid == os.getuid():
                yield from os.listdir(f"/proc/{entry}/task")
        except OSError:
            pass


def dies_at_its_start(program, folder):
    started = drill.begin(program, folder)
    killed = False
    end = time.monotonic() + 20
    while not killed and time.monotonic() < end and started.poll() is None:
        for pid in drill.descendants(started.pid):
            if b"db-0" in drill.called(pid):
                os.kill(pid, signal.SIGKILL)
                killed = True
    said = started.communicate(timeout=60)[1]
    check("a process that dies as it starts", started.returncode == 3 and "db-0 did not come up" in said,
          f"{started.returncode}: {said}")
    nothing_left("a process that dies as it starts", folder)


def supervisor_is_killed(program, folder):
    """Nobody would look after the processes any more."""
    started = drill.begin(program, folder)
    for line in started.stderr:
        if "phase: steady" in line:
            break
    for pid in drill.descendants(started.pid):
        if b"--as-supervisor" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)
    rest = started.stderr.read()
    code = started.wait(60)
    check("a supervisor that is killed ends the run", code == 3 and "the supervisor has ended" in rest, f"{code}: {rest}")
    nothing_left("without its supervisor", folder)


def clock_jumps(program, folder):
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        return print("clock_jumps: skipped, there is no C compiler")
    (folder / "jump.c").write_text(JUMP)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", "jump.so", "jump.c", "-ldl"], cwd=folder, check=True)
    began = time.monotonic()
    done = drill.run(program, folder, env={**os.environ, "LD_PRELOAD": str(folder / "jump.so")})
    took = time.monotonic() - began
    check("a clock that jumps does not matter", done.returncode == 0 and took < 60, f"{done.returncode} {took}: {done.stderr}")
    record = drill.record_of(folder, done)
    if record is None:
        return None
    check("nor to the times in the record", all(event["t"].startswith("2026-03-02T09:00:") for event in record["timeline"]),
          [event["t"] for event in record["timeline"]][:20])
    return check("nor to what is found", record["faults"][0]["witness"].get("seen_at"), record["faults"])


def machine_is_short(program, folder):
    """Of processors, since others use them: it is told, and that what was measured may be the machine's."""
    (folder / "scenario.yaml").write_text(SCENARIO.replace("duration: 8s", "duration: 200s").replace("warmup: 1s", "warmup: 10s"))
    busy = [subprocess.Popen([sys.executable, "-c", f"import time\nend = time.monotonic() + 25\nwhile time.monotonic() < end: pass"])
            for _ in range(12 * os.cpu_count())]
    try:
        done = drill.run(program, folder, "--speed", "10")
    finally:
        for each in busy:
            each.kill()
            each.wait()
    told = [event for event in (drill.record_of(folder, done) or {"timeline": []})["timeline"] if event["kind"] == "machine.short"]
    check("a machine that is short of processors is told of", told and "was short of processors from" in done.stdout,
          f"{done.returncode}: {told} {done.stdout} {done.stderr}")


def disk_is_full(program, folder):
    """On a small file system, where this user may mount one in a namespace of its own."""
    def on_small(size, meanwhile, *command):
        shell = (f"mkdir -p disk kept && mount -t tmpfs -o size={size} none disk && export TMPDIR=\"$PWD/kept\" || exit 99\n"
                 f"{meanwhile}\n\"$@\"; code=$?; echo; echo left: $(ls -A disk); exit $code")
        return subprocess.run(["unshare", "-rm", "sh", "-c", shell, "sh", *command], cwd=folder, capture_output=True, text=True,
                              timeout=120)

    if on_small("64k", ":", "true").returncode != 0:
        return print("disk_is_full: skipped, no file system can be mounted here")
    done = on_small("64k", ":", *drill.command(program, out="disk/out"))
    check("a full disk is told before anything is started", done.returncode == 3 and "No space left" in done.stderr
          and "has no room" in done.stderr and "replicas" not in done.stderr, f"{done.returncode}: {done.stdout} {done.stderr}")
    for what, reason, meanwhile in (("a disk that fills", "No space left", "(sleep 5; head -c 8m /dev/zero >disk/filler) &"),
                                    ("one that is no longer written to", "Read-only", "(sleep 5; mount -o remount,ro disk) &")):
        done = on_small("2m", meanwhile, *drill.command(program, out="disk/out"))
        check(f"{what} is an error of the machine", done.returncode == 3 and reason in done.stderr,
              f"{done.returncode}: {done.stdout} {done.stderr}")
        left = done.stdout.rpartition("left:")[2].split()
        check(f"{what}: nothing is half-written", "out" not in left, left)
        kept = list(folder.glob("kept/firedrill-kept-*"))
        check(f"{what}: the record is kept elsewhere, and it is said where", len(kept) == 1 and str(kept[0]) in done.stderr,
              f"{kept} {done.stderr}")
        for place in kept:
            report = subprocess.run([program, "report", str(place), "--format", "markdown"], capture_output=True, text=True)
            check(f"{what}: as a whole, for this user alone", report.returncode == 0 and place.stat().st_mode & 0o077 == 0,
                  f"{report.stderr} {oct(place.stat().st_mode)}")
            shutil.rmtree(place)
        nothing_left(what, folder)
    return None


def prepared(part):
    def with_files(program, folder):
        drill.write(folder, topology=TOPOLOGY, rules=RULES, scenario=SCENARIO)
        part(program, folder)
    return with_files


if __name__ == "__main__":
    # The last one is in the way of all that runs beside it, and is had by its name alone.
    parts = (no_processes, dies_at_its_start, supervisor_is_killed, clock_jumps, disk_is_full, machine_is_short)
    sys.exit(drill.main(*(prepared(part) for part in parts
                          if part.__name__ in sys.argv[2:] or not sys.argv[2:] and part is not machine_is_short)))
