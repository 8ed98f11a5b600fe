#!/usr/bin/env python3
"""Kills `firedrill run --world live` with SIGKILL in the midst of its faults, again and again: five seconds later none of
its processes may be left, whether they serve, are stopped or start over and over, and none of its ports be listened on.
Ends only processes that it started itself.

Usage: kill.py PROGRAM [TIMES]      (10 times if nothing is said)"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

TOPOLOGY = """
services:
  web:
    replicas: 2
    startup: 100ms
    latency: 5ms
    cpu_per_request: 0s
    dependencies: {db: {request_timeout: 1s}}
    routes: [{method: GET, path: /, calls: [{dependency: db}]}]
    readinessProbe: {httpGet: {path: /health/ready, port: 8080}, periodSeconds: 1}
  db:
    replicas: 2
    startup: 100ms
    latency: 2ms
    cpu_per_request: 0s
  loops: {startup: 100ms, latency: 1ms}
"""

SCENARIO = """
version: 1
name: killed
start: 2026-03-02T09:00:00Z
warmup: 1s
duration: 60s
topology: topology.yaml
prometheus: {scrape_interval: 1s, evaluation_interval: 1s, rule_files: [rules.yaml]}
faults:
  - {id: stopped, kind: liveness_deadlock, target: {service: web, mode: one}, at: 0s}
  - {id: hole, kind: blackhole, target: {service: web, dependency: db}, at: 0s}
  - {id: refused, kind: connection_refused, target: {service: db, mode: one}, at: 0s}
  - {id: loop, kind: crash_loop, target: {service: loops}, at: 0s}
expectations:
  - {id: quiet, kind: no_other_alerts}
"""

RULES = """
groups:
  - name: none
    rules:
      - {alert: Never, expr: up > 1}
"""


def stat_of(pid):
    """(state, parent) of a process; None if there is none."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return fields[0], int(fields[1])
    except (OSError, ValueError):
        return None


def children(pid):
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            stat = stat_of(entry)
            if stat and stat[1] == pid and stat[0] != "Z":
                found.append(int(entry))
    return found


def listening(pids):
    """Ports on which one of the processes listens."""
    inodes = {}
    for pid in pids:
        try:
            for link in pathlib.Path(f"/proc/{pid}/fd").iterdir():
                match = re.match(r"socket:\[(\d+)\]", os.readlink(link))
                if match:
                    inodes[match.group(1)] = pid
        except OSError:
            pass
    ports = set()
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and fields[9] in inodes:
            ports.add(int(fields[1].rpartition(":")[2], 16))
    return ports


def still_listened(ports):
    lines = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
    return {int(f[1].rpartition(":")[2], 16) for f in map(str.split, lines) if f[3] == "0A"} & ports


def once(program, folder):
    said = (folder / "said").open("w+")
    run = subprocess.Popen([program, "run", "scenario.yaml", "--world", "live", "--out", "out"], cwd=folder,
                           stdout=subprocess.DEVNULL, stderr=said)
    try:
        # Until its faults are there: a process is stopped.
        end = time.monotonic() + 30
        while not any((stat_of(pid) or " ")[0] == "T" for pid in children(run.pid)):
            if time.monotonic() > end or run.poll() is not None:
                said.seek(0)
                return f"it did not come to its faults: {said.read()}"
            time.sleep(0.05)
        processes = children(run.pid)
        ports = listening([run.pid, *processes])
    finally:
        run.send_signal(signal.SIGKILL)
        run.wait()
    killed = time.monotonic()
    left = processes
    while left and time.monotonic() < killed + 5:
        left = [pid for pid in left if (stat_of(pid) or "Z")[0] != "Z"]
        time.sleep(0.02)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    if left:
        return f"{len(left)} of {len(processes)} processes were left after 5 s"
    if len(processes) < 5:
        return f"only {len(processes)} processes were there"
    if open_ports := still_listened(ports):
        return f"ports are still listened on: {sorted(open_ports)}"
    print(f"ok: {len(processes)} processes and {len(ports)} ports were gone after {time.monotonic() - killed:.2f} s")
    return None


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    failures = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "topology.yaml").write_text(TOPOLOGY)
        (folder / "rules.yaml").write_text(RULES)
        (folder / "scenario.yaml").write_text(SCENARIO)
        for turn in range(times):
            why = once(program, folder)
            if why:
                failures.append(f"turn {turn + 1}: {why}")
                print(f"FAIL {failures[-1]}")
    print(f"{times - len(failures)} of {times} times nothing was left")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
