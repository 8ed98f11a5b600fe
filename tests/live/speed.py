#!/usr/bin/env python3
"""`firedrill run --world live --speed X`: an incident of minutes passes in seconds, its requests take their time, and what
is found of it is what is found of it simulated. On the loopback interface alone.

Usage: speed.py PROGRAM"""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

import run as plain

TOPOLOGY = """
services:
  web:
    replicas: 2
    startup: 5s
    latency: 5ms
    cpu_per_request: 0s
    traffic: {requests_per_second: 20, timeout: 1s}
    dependencies: {db: {pool: {size: 8}, request_timeout: 500ms, connect_timeout: 200ms}}
    routes: [{method: GET, path: /, calls: [{dependency: db, path: query}]}]
    readinessProbe: {httpGet: {path: /health/ready, port: 8080}, periodSeconds: 10, failureThreshold: 2}
  db:
    startup: 5s
    latency: 2ms
    cpu_per_request: 0s
    certificate: {expires_in: 90d}
    routes: [{method: SQL, path: query}]
"""

RULES = """
groups:
  - name: web
    rules:
      - {record: web:requests:rate, expr: 'sum(rate(http_requests_total{service="web"}[1m]))'}
      - {record: web:requests:count, expr: 'sum(increase(http_requests_total{service="web"}[1m]))'}
      - alert: WebErrors
        expr: |
          sum by (service) (rate(http_requests_total{service="web",code=~"5.."}[1m]))
            / sum by (service) (rate(http_requests_total{service="web"}[1m])) > 0.2
        for: 20s
        labels: {severity: critical}
      - {alert: Restarted, expr: 'time() - process_start_time_seconds{service="db"} < 30', labels: {severity: warning}}
"""

SCENARIO = """
version: 1
name: fast
start: 2026-03-02T09:00:00Z
warmup: 2m
duration: 5m
topology: topology.yaml
prometheus: {scrape_interval: 10s, scrape_timeout: 5s, evaluation_interval: 10s, rule_files: [rules.yaml]}
faults:
  - {id: refused, kind: connection_refused, target: {service: web, dependency: db}, at: 30s, duration: 2m}
  - {id: killed, kind: crash, target: {service: db}, at: 3m}
expectations:
  - {id: found, kind: alert_firing, alert: WebErrors, labels: {service: web}, since: injected, within: 100s}
"""

check = plain.check


def write(folder):
    (folder / "topology.yaml").write_text(TOPOLOGY)
    (folder / "rules.yaml").write_text(RULES)
    (folder / "scenario.yaml").write_text(SCENARIO)


def run(program, folder, out, *arguments):
    return subprocess.run([program, "run", "scenario.yaml", "--out", out, "--json", *arguments], cwd=folder, text=True,
                          capture_output=True, timeout=150)


def fired(folder, out):
    record = json.loads((folder / out / "record.json").read_text())
    return record, {alert["alert"] for alert in record["alerts"] if alert.get("firing_at")}


def value(program, folder, expression):
    done = subprocess.run([program, "query", "fast", expression, "--json"], cwd=folder, capture_output=True, text=True)
    try:
        return float(json.loads(done.stdout)["data"]["result"][0]["value"][1])
    except (ValueError, KeyError, IndexError, TypeError):
        return check(f"{expression} can be asked", False, done.stdout + done.stderr) or 0.0


def passes(program, folder):
    write(folder)
    began = time.monotonic()
    done = run(program, folder, "fast", "--world", "live", "--speed", "10")
    took = time.monotonic() - began
    if not (folder / "fast/record.json").exists():
        return check("a record", False, f"{done.returncode}: {done.stdout} {done.stderr}")
    check("a drill that passes", done.returncode == 0, f"{done.returncode}: {done.stdout} {done.stderr}")
    check("seven minutes are no seven minutes", took < 120, took)
    record, alerts = fired(folder, "fast")
    check("its speed", record["speed"] == 10 and "--speed 10" in record["command"], record.get("speed"))
    simulated = run(program, folder, "sim")
    _, of_simulated = fired(folder, "sim")
    check("the alerts of the simulated run", alerts == of_simulated == {"WebErrors", "Restarted"},
          f"{alerts} {of_simulated} {simulated.stderr}")
    # 20 per second, of which ten times fewer were made; chance and restarts leave a good part of it.
    rate = value(program, folder, "avg_over_time(web:requests:rate[3m])")
    check("a rate is that of the requests", 12 < rate < 28, rate)
    count = value(program, folder, "avg_over_time(web:requests:count[3m])")
    check("a count is what it would have been", 12 * 60 < count < 28 * 60, count)
    restarts = [event for event in record["timeline"] if event["kind"] == "container.restarted"]
    check("what ends is started again", restarts, record["timeline"][-5:])


def refuses(program, folder):
    write(folder)
    for what, arguments, words in [
        ("scrapes too close", ["--speed", "200"], "every 50 ms"),
        ("the highest speed", ["--speed", "200"], "the highest speed that it allows is --speed 100"),
        ("requests that wait too long", ["--speed", "16"], "more than a quarter of it"),
        ("probes that wait too long", ["--speed", "12"], "waits 1 s for its answer as ever"),
    ]:
        done = run(program, folder, "no", "--world", "live", *arguments)
        check(f"{what} is refused", done.returncode == 2 and words in done.stderr, f"{done.returncode}: {done.stderr}")
    check("nothing is written", not (folder / "no").exists())


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    for part in (refuses, passes):
        with tempfile.TemporaryDirectory() as folder:
            part(program, pathlib.Path(folder))
    if plain.failures:
        print(f"{len(plain.failures)} checks failed")
        return 1
    print("ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
