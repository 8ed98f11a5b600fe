#!/usr/bin/env python3
"""Kills `firedrill run --world live` with SIGKILL in the midst of its faults, again and again: five seconds later none of
its processes may be left, whether they serve, are stopped or start over and over, and none of its ports be listened on.
Ends only processes that it started itself.

Usage: kill.py PROGRAM [TIMES]      (10 times if nothing is said)"""

import os
import pathlib
import signal
import sys
import tempfile
import time

import drill

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

def once(program, folder):
    said = (folder / "said").open("w+")
    run = drill.begin(program, folder, stderr=said)
    try:
        # Until its faults are there: a process is stopped.
        end = time.monotonic() + 30
        while not any((drill.state_of(pid) or " ")[0] == "T" for pid in drill.descendants(run.pid)):
            if time.monotonic() > end or run.poll() is not None:
                said.seek(0)
                return f"it did not come to its faults: {said.read()}"
            time.sleep(0.05)
        processes = drill.descendants(run.pid)
        ports = {port for pid in (run.pid, *processes) for port in drill.ports_of(pid)}
    finally:
        run.send_signal(signal.SIGKILL)
        run.wait()
    killed = time.monotonic()
    left = processes
    while left and time.monotonic() < killed + 5:
        left = [pid for pid in left if (drill.state_of(pid) or "Z")[0] != "Z"]
        time.sleep(0.02)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    if left:
        return f"{len(left)} of {len(processes)} processes were left after 5 s"
    if len(processes) < 5:
        return f"only {len(processes)} processes were there"
    if open_ports := {port for _, port in drill.listened()} & ports:
        return f"ports are still listened on: {sorted(open_ports)}"
    print(f"ok: {len(processes)} processes and {len(ports)} ports were gone after {time.monotonic() - killed:.2f} s")
    return None


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    failures = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        drill.write(folder, topology=TOPOLOGY, rules=drill.NEVER, scenario=SCENARIO)
        for turn in range(times):
            why = once(program, folder)
            if why:
                failures.append(f"turn {turn + 1}: {why}")
                print(f"FAIL {failures[-1]}")
    print(f"{times - len(failures)} of {times} times nothing was left")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
