#!/usr/bin/env python3
"""Versions and numbers of processes in the live world: a bad version that is rolled out and rolled back, and replicas that are
added and taken away, by somebody who is paged. On the loopback interface alone.

Usage: deployments.py PROGRAM"""

import sys

import drill
from drill import check

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

# Each second is looked at: the version is there for a few of them, and errors may be seen for six seconds after it.
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
  - {id: four, kind: promql, expr: 'count(up{job="web"} == 1) == 4', holds: eventually, step: 1s}
  - {id: one, kind: promql, expr: 'count(up{job="web"}) == 1', holds: eventually, step: 1s, from: 30s, to: 62s}
  - {id: the-version, kind: promql, expr: 'count(http_requests_total{service="web",version="2.0.0"}) > 0', holds: eventually, step: 1s}
  - {id: nobody-notices-the-rest, kind: promql, expr: 'sum(rate(http_requests_total{code=~"5.."}[6s])) > 1', holds: never, step: 1s, from: 36s, to: 62s}
"""

def changes(program, folder):
    drill.write(folder, topology=TOPOLOGY, rules=RULES, oncall=ONCALL, scenario=SCENARIO)
    done = drill.run(program, folder, "--json", "--seed", "5")
    check("it passes", done.returncode == 0, f"{done.returncode}: {done.stdout} {done.stderr}")
    record = drill.record_of(folder, done)
    if record is None:
        return
    fault = record["faults"][0]
    check("the version is witnessed", "run 2.0.0" in fault.get("witness", {}).get("what", ""), fault)
    events = [(event["kind"], event.get("subject")) for event in record["timeline"]]
    taken = [kind for kind, _ in events if kind == "action.taken"]
    check("all was done", len(taken) == 3, events)
    check("nothing crashed", not any(kind == "container.exited" for kind, _ in events), events)
    check("new pods came beside the old ones", ("container.started", "web-4") in events, events)
    check("and nothing was restarted", not any(kind == "container.restarted" for kind, _ in events), events)
    most = drill.value(program, folder, 'max_over_time(count(up{job="web"})[1m:1s])')
    check("there were four, and a fifth as versions changed at most", most in (4, 5), most)


if __name__ == "__main__":
    sys.exit(drill.main(changes, says="versions and numbers of processes change as they are told to"))
