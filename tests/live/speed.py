#!/usr/bin/env python3
"""`firedrill run --world live --speed X`: an incident of minutes passes in seconds, its requests take their time, and what
is found of it is what is found of it simulated. On the loopback interface alone.

Usage: speed.py PROGRAM"""

import sys
import time

import drill
from drill import check

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
      - {record: web:answers:rate, expr: 'sum(rate(answers[1m]))'}
      - {record: web:answers:count, expr: 'sum(increase(answers[1m]))'}
      - {record: web:answers:p90, expr: 'histogram_quantile(0.9, sum by (le) (rate(answer_seconds_bucket[1m])))'}
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
metrics:
  - {name: answers, service: web, signal: requests, labels: {status: code}}
  - {name: answer_seconds, service: web, signal: duration, buckets: [2ms, 4ms, 8ms, 16ms, 32ms, 64ms, 128ms, 256ms, 512ms, 1s]}
  - {name: failed_share, service: web, signal: error_ratio, window: 30s}
  - {name: rows, service: db, value: {baseline: 100}, under: {refused: {set: 0}}}
faults:
  - {id: refused, kind: connection_refused, target: {service: web, dependency: db}, at: 30s, duration: 2m}
  - {id: killed, kind: crash, target: {service: db}, at: 3m}
expectations:
  - {id: found, kind: alert_firing, alert: WebErrors, labels: {service: web}, since: injected, within: 100s}
"""


def write(folder):
    drill.write(folder, topology=TOPOLOGY, rules=RULES, scenario=SCENARIO)


def passes(program, folder):
    write(folder)
    began = time.monotonic()
    done = drill.run(program, folder, "--speed", "10", out="fast")
    took = time.monotonic() - began
    record = drill.record_of(folder, done, "fast")
    if record is None:
        return
    check("a drill that passes", done.returncode == 0, f"{done.returncode}: {done.stdout} {done.stderr}")
    check("seven minutes are no seven minutes", took < 120, took)
    alerts = set(drill.fired(record))
    check("its speed", record["speed"] == 10 and "--speed 10" in record["command"], record.get("speed"))
    simulated = drill.run(program, folder, out="sim", world="sim")
    of_simulated = set(drill.fired(drill.record_of(folder, simulated, "sim")))
    check("the alerts of the simulated run", alerts == of_simulated == {"WebErrors", "Restarted"},
          f"{alerts} {of_simulated} {simulated.stderr}")
    # 20 per second, of which ten times fewer were made; chance and restarts leave a good part of it.
    rate = drill.value(program, folder, "avg_over_time(web:requests:rate[3m])", out="fast")
    check("a rate is that of the requests", 12 < rate < 28, rate)
    count = drill.value(program, folder, "avg_over_time(web:requests:count[3m])", out="fast")
    check("a count is what it would have been", 12 * 60 < count < 28 * 60, count)
    for metric, low, high in [("max(max_over_time(failed_share[3m]))", 0.9, 1), ("min_over_time(rows[6m])", 0, 0),
                              ("max_over_time(rows[6m])", 100, 100), ("avg_over_time(web:answers:rate[3m])", 12, 28),
                              ("avg_over_time(web:answers:count[3m])", 12 * 60, 28 * 60)]:
        for out in ["fast", "sim"]:
            found = drill.value(program, folder, metric, out=out)
            check(f"{metric} of the scenario's own, {out}", low <= found <= high, found)
    slow = [drill.value(program, folder, "min_over_time(web:answers:p90[3m])", out=out) for out in ["fast", "sim"]]
    check("quantiles of the scenario's own", slow[0] < 4 * slow[1] and slow[1] < 4 * slow[0], slow)
    restarts = [event for event in record["timeline"] if event["kind"] == "container.restarted"]
    check("what ends is started again", restarts, record["timeline"][-5:])


def refuses(program, folder):
    write(folder)
    for what, arguments, words in [
        ("scrapes too close", ["--speed", "200"], "every 50 ms"),
        ("the highest speed", ["--speed", "200"], "the highest speed that it allows is --speed 100"),
        ("requests that wait too long", ["--speed", "16"], "more than a quarter of it"),
    ]:
        done = drill.run(program, folder, *arguments, out="no")
        check(f"{what} is refused", done.returncode == 2 and words in done.stderr, f"{done.returncode}: {done.stderr}")
    late = SCENARIO.replace("kind: connection_refused, target: {service: web, dependency: db}",
                            "kind: latency, p50: 900ms, target: {service: web}")
    drill.write(folder, topology=TOPOLOGY, rules=RULES, scenario=late)
    done = drill.run(program, folder, "--speed", "12", out="no")
    check("a probe that is answered too late then is refused",
          done.returncode == 2 and "under the fault refused the readiness probe of web is answered after 0.9" in done.stderr,
          f"{done.returncode}: {done.stderr}")
    check("nothing is written", not (folder / "no").exists())


if __name__ == "__main__":
    sys.exit(drill.main(refuses, passes))
