#!/usr/bin/env python3
"""Versions and numbers of processes in the live world: a bad version that is rolled out and rolled back, and replicas that are
added and taken away, by somebody who is paged. On the loopback interface alone.

Usage: deployments.py PROGRAM"""

import json
import pathlib
import subprocess
import sys
import tempfile

TOPOLOGY = """
services:
  web:
    replicas: 2
    startup: 200ms
    latency: 5ms
    cpu_per_request: 0s
    version_label: true
    traffic: {requests_per_second: 30, timeout: 3s}
    readinessProbe: {httpGet: {path: /health/ready, port: 8080}, periodSeconds: 1}
    lifecycle: {preStop: {sleep: {seconds: 1}}}
"""

RULES = """
groups:
  - name: web
    rules:
      - alert: WebErrors
        expr: |
          sum by (service) (rate(http_requests_total{service="web",code=~"5.."}[6s]))
            / sum by (service) (rate(http_requests_total{service="web"}[6s])) > 0.2
        for: 1s
        labels: {severity: critical}
"""

ONCALL = """
schedules:
  - name: Web
    tiers: [{name: primary, escalation_delay: 10m, members: [alice]}]
receivers: {pager: Web}
"""

SCENARIO = """
version: 1
name: versions
start: 2026-03-02T09:00:00Z
warmup: 8s
duration: 62s
topology: topology.yaml
prometheus: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s, rule_files: [rules.yaml]}
paging: {matchers: ['severity="critical"']}
oncall_file: oncall.yaml
faults:
  - {id: bad, kind: bad_deploy, version: 2.0.0, errors: 60%, target: {service: web}, at: 3s, duration: 44s}
responders:
  - person: alice
    acknowledge: 1s
    actions:
      - {after: 1s, action: rollback, target: {service: web}}
      - {after: 14s, action: scale, target: {service: web}, replicas: 4}
      - {after: 24s, action: scale, target: {service: web}, replicas: 1}
expectations:
  - {id: found, kind: alert_firing, alert: WebErrors, since: injected, within: 20s}
  - {id: four, kind: promql, expr: 'count(up{job="web"} == 1) == 4', holds: eventually}
  - {id: one, kind: promql, expr: 'count(up{job="web"}) == 1', holds: eventually, from: 30s, to: 62s}
  - {id: the-version, kind: promql, expr: 'count(http_requests_total{service="web",version="2.0.0"}) > 0', holds: eventually}
  - {id: nobody-notices-the-rest, kind: promql, expr: 'sum(rate(http_requests_total{code=~"5.."}[6s])) > 1', holds: never, from: 32s, to: 62s}
"""

failures = []


def check(what, condition, found=""):
    if not condition:
        failures.append(what)
        print(f"FAIL {what}: {found}")


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for file, text in (("topology.yaml", TOPOLOGY), ("rules.yaml", RULES), ("oncall.yaml", ONCALL),
                           ("scenario.yaml", SCENARIO)):
            (folder / file).write_text(text)
        done = subprocess.run([program, "run", "scenario.yaml", "--world", "live", "--out", "out", "--json", "--seed", "5"],
                              cwd=folder, text=True, capture_output=True, timeout=200)
        check("it passes", done.returncode == 0, f"{done.returncode}: {done.stdout} {done.stderr}")
        if not (folder / "out/record.json").exists():
            return 1
        record = json.loads((folder / "out/record.json").read_text())
        fault = record["faults"][0]
        check("the version is witnessed", "run 2.0.0" in fault.get("witness", {}).get("what", ""), fault)
        events = [(event["kind"], event.get("subject")) for event in record["timeline"]]
        taken = [kind for kind, _ in events if kind == "action.taken"]
        check("all was done", len(taken) == 3, events)
        check("nothing crashed", not any(kind == "container.exited" for kind, _ in events), events)
        check("new pods came beside the old ones", ("container.started", "web-4") in events, events)
        check("and nothing was restarted", not any(kind == "container.restarted" for kind, _ in events), events)
        # One second of preStop and one of lingering: nothing was cut off.
        query = subprocess.run([program, "query", "out", 'max_over_time(count(up{job="web"})[1m:1s])'], cwd=folder,
                               capture_output=True, text=True)
        check("there were four, and a fifth as versions changed at most", query.returncode == 0 and "4" in query.stdout,
              query.stdout + query.stderr)
    print(f"{len(failures)} failures" if failures else "versions and numbers of processes change as they are told to")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
