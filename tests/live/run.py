#!/usr/bin/env python3
"""`firedrill run --world live` for real: a fault on connections that an alert finds, what is refused before anything
starts, and an end by Ctrl-C. On the loopback interface alone; ends only processes that it started itself.

Usage: run.py PROGRAM"""

import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import time

import drill
from drill import check, descendants

TOPOLOGY = """
services:
  web:
    replicas: 2
    startup: 200ms
    latency: 5ms
    cpu_per_request: 0s
    traffic: {requests_per_second: RATE, timeout: 3s}
    dependencies: {db: {pool: {size: 8}, request_timeout: 1s, connect_timeout: 500ms}}
    routes: [{method: GET, path: /, calls: [{dependency: db, path: query}]}]
    readinessProbe: {httpGet: {path: /health/ready, port: 8080}, periodSeconds: 1, failureThreshold: 2}
  db:
    startup: 200ms
    latency: 2ms
    cpu_per_request: 0s
    certificate: {expires_in: 90d}
    routes: [{method: SQL, path: query}]
"""

RULES = """
groups:
  - name: web
    rules:
      - alert: WebErrors
        expr: |
          sum by (service) (rate(http_requests_total{service="web",code=~"5.."}[8s]))
            / sum by (service) (rate(http_requests_total{service="web"}[8s])) > 0.2
        for: 2s
        labels: {severity: critical}
      - {alert: Down, expr: up == 0, for: 1s, labels: {severity: warning}}
"""

SCENARIO = """
version: 1
name: live
start: 2026-03-02T09:00:00Z
warmup: WARMUP
duration: 30s
topology: topology.yaml
prometheus: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s, rule_files: [rules.yaml]}
faults:
  - FAULT
expectations:
  - {id: found, kind: alert_firing, alert: WebErrors, labels: {service: web}, since: injected, within: 15s}
"""

REFUSED = "{id: refused, kind: connection_refused, target: {service: web, dependency: db}, at: 6s, duration: 12s}"

def write(folder, fault=REFUSED, rate=30, warmup="8s"):
    drill.write(folder, topology=drill.filled(TOPOLOGY, rate=rate), rules=RULES,
                scenario=drill.filled(SCENARIO, fault=fault, warmup=warmup))


def run(program, folder, *arguments, limit=None):
    def lower():
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))

    return subprocess.run([program, "run", "scenario.yaml", "--out", "out", *arguments], cwd=folder, text=True,
                          capture_output=True, timeout=120, preexec_fn=lower)


def passes(program, folder):
    write(folder)
    done = run(program, folder, "--world", "live", "--json", "--seed", "7")
    check("a drill that passes", done.returncode == 0, f"{done.returncode}: {done.stdout} {done.stderr}")
    record = drill.record_of(folder, done)
    if record is None:
        return
    check("its world", record["world"] == "live", record["world"])
    check("its command", "--world live" in record["command"], record["command"])
    fault = record["faults"][0]
    check("a fault that was seen", "refused" in fault["witness"]["what"], fault)
    alerts = set(drill.fired(record))
    check("its alert and no other", alerts == {"WebErrors"}, alerts)
    kinds = {event["kind"] for event in record["timeline"]}
    check("what happened", {"fault.injected", "fault.recovered", "alert.firing"} <= kinds, kinds)
    check("a report", (folder / "out/report.html").exists())
    again = subprocess.run([program, "report", "out", "--format", "json"], cwd=folder, capture_output=True, text=True)
    check("a record that can be reported again", again.returncode in (0, 1), again.stderr)
    query = subprocess.run([program, "query", "out", 'count(up{job=~"web|db"})'], cwd=folder, capture_output=True, text=True)
    check("series that can be asked", query.returncode == 0 and "3" in query.stdout, query.stdout + query.stderr)


def refuses(program, folder):
    cases = [
        ("a fault without a live form", {"fault": "{id: bad, kind: tls, target: {service: db}, at: 1s}"}, [],
         2, "tls has no live form"),
        ("a speed too high", {}, ["--speed", "20"], 2, "every 50 ms"),
        ("requests that are not the first",
         {"fault": "{id: bad, kind: connection_refused, target: {service: db}, at: 1s, pattern: {first_n: 5}}"}, [],
         2, "counts no connections"),
        ("a rate beyond the machine", {"rate": 200000}, [], 3, "the highest rate that works"),
    ]
    for what, changes, arguments, code, words in cases:
        write(folder, **changes)
        began = time.monotonic()
        done = run(program, folder, "--world", "live", *arguments)
        check(f"{what} is refused", done.returncode == code and words in done.stderr,
              f"{done.returncode} after {time.monotonic() - began:.1f} s: {done.stdout} {done.stderr}")
        check(f"{what} writes nothing", not (folder / "out").exists() or what == "", os.listdir(folder))
    write(folder)
    done = run(program, folder, "--world", "sim", "--speed", "10")
    check("a speed of the simulated world is refused", done.returncode == 2, done.stderr)
    done = run(program, folder, "--world", "live", limit=12)
    check("too few files are an error of the machine", done.returncode == 3 and "error:" in done.stderr,
          f"{done.returncode}: {done.stderr}")


def ends_when_it_is_asked(program, folder):
    write(folder)
    process = subprocess.Popen([program, "run", "scenario.yaml", "--world", "live", "--out", "cut"], cwd=folder, text=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    seen = []
    for line in process.stderr:
        seen.append(line)
        if "carries" in line:
            break
    time.sleep(16)  # the fault is on
    mine = descendants(process.pid)
    process.send_signal(signal.SIGINT)
    said = "".join(seen) + process.stderr.read()
    code = process.wait(60)
    check("Ctrl-C ends it with 130", code == 130, f"{code}: {said}")
    check("and there were processes", len(mine) >= 4, mine)
    left = [pid for pid in mine if pathlib.Path(f"/proc/{pid}").exists()]
    check("of which none is left", not left, left)
    check("and a record is written", (folder / "cut/record.json").exists(), said)
    if (folder / "cut/record.json").exists():
        record = json.loads((folder / "cut/record.json").read_text())
        check("that says what was", record["faults"][0].get("injected_at"), record["faults"])


if __name__ == "__main__":
    sys.exit(drill.main(refuses, passes, ends_when_it_is_asked))
