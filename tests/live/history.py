#!/usr/bin/env python3
"""`firedrill run --world live` of a scenario whose rules look back three days: what was before is simulated and loaded as
history of the monitor. No alert is false at the border, a burn rate over three days fires when errors come, and counters
go on. On the loopback interface alone.

Usage: history.py PROGRAM"""

import sys
import time

import drill
from drill import check, seconds

TOPOLOGY = """
services:
  web:
    replicas: 2
    startup: 5s
    latency: 5ms
    cpu_per_request: 0s
    certificate: {expires_in: 7d}
    background_errors: 0.01%
    traffic: {requests_per_second: 30, timeout: 1s}
    dependencies: {db: {pool: {size: 8}, request_timeout: 500ms, connect_timeout: 200ms}}
    routes: [{method: GET, path: /, calls: [{dependency: db, path: query}]}]
  db:
    startup: 5s
    latency: 2ms
    cpu_per_request: 0s
    routes: [{method: SQL, path: query}]
"""

# What must fire at no time but when errors come, and what must be firing from the beginning.
RULES = """
groups:
  - name: web
    rules:
      - {record: web:errors:ratio6h, expr: 'sum(rate(http_requests_total{service="web",code=~"5.."}[6h])) / sum(rate(http_requests_total{service="web"}[6h]))'}
      - {record: web:errors:ratio3d, expr: 'sum(rate(http_requests_total{service="web",code=~"5.."}[3d])) / sum(rate(http_requests_total{service="web"}[3d]))'}
      - {record: web:requests:increase3d, expr: 'sum(increase(http_requests_total{service="web"}[3d]))'}
      - {record: web:requests:increase1h, expr: 'sum(increase(http_requests_total{service="web"}[1h]))'}
      - {record: pod:requests:increase1h, expr: 'increase(http_requests_total{service="web",code="200"}[1h])'}
      - {record: web:up:count15m, expr: 'count_over_time(up{job="web"}[15m])'}
      - {record: web:requests:rate5m, expr: 'sum(rate(http_requests_total{service="web"}[5m]))'}
      - {alert: Ticket, expr: 'web:errors:ratio6h > 0.001 and web:errors:ratio3d > 0.001', for: 1m, labels: {severity: warning}}
      - {alert: Gone, expr: 'absent(up{job="web"}) or absent(http_requests_total{service="web"})', labels: {severity: critical}}
      - {alert: Quiet, expr: 'web:requests:rate5m < 10', labels: {severity: warning}}
      - {alert: Much, expr: 'web:requests:rate5m > 80', labels: {severity: warning}}
      - {alert: Watchdog, expr: vector(1), for: 1h, labels: {severity: none}}
      - {alert: Restarted, expr: 'changes(process_start_time_seconds{job=~"web|db"}[1h]) > 0 or resets(process_cpu_seconds_total{job=~"web|db"}[1h]) > 0 or resets(http_requests_total{job=~"web|db"}[1h]) > 0 or resets(answers[1h]) > 0 or resets(took_bucket[1h]) > 0 or resets(busy_total[1h]) > 0MADE_UP', labels: {severity: warning}}
      - {alert: Young, expr: 'time() - process_start_time_seconds < 15 * 60', labels: {severity: warning}}
      - {alert: Renewed, expr: 'changes(probe_ssl_earliest_cert_expiry[1h]) > 0', labels: {severity: warning}}
      - {alert: Longest, expr: vector(1), for: 2h, labels: {severity: none}}
"""

SCENARIO = """
version: 1
name: history
start: 2026-03-05T09:00:00Z
warmup: WARMUP
duration: 13m
topology: topology.yaml
prometheus: {scrape_interval: 15s, scrape_timeout: 10s, evaluation_interval: 15s, rule_files: [rules.yaml]}
metrics:
  - {name: answers, service: web, signal: requests, labels: {status: code}}
  - {name: took, service: web, signal: duration, buckets: [0.01, 0.1]}
  - {name: busy_total, service: web, signal: cpu, type: counter}
METRICS
faults:
  - {id: errors, kind: http_error, code: 503, probability: 100%, target: {service: web}, at: 3m, duration: 6m}
expectations:
  - {id: found, kind: alert_firing, alert: Ticket, since: injected, within: 9m}
  - {id: no-gap, kind: alert_not_firing, alert: Gone}
  - {id: no-dip, kind: alert_not_firing, alert: Quiet}
  - {id: no-peak, kind: alert_not_firing, alert: Much}
  - {id: no-other, kind: no_other_alerts, except: [Watchdog, Longest]}
"""

SPEED = 60


# No process exposes it: only the embedded monitor has it.
MADE_UP = "  - {name: sold_total, service: web, type: counter, value: {baseline: 3}}"


def write(folder, warmup="auto", made_up=False):
    rules = drill.filled(RULES, made_up=" or resets(sold_total[1h]) > 0 or absent(sold_total)" if made_up else "")
    drill.write(folder, topology=TOPOLOGY, rules=rules,
                scenario=drill.filled(SCENARIO, warmup=warmup, metrics=MADE_UP if made_up else ""))


def near(what, found, expected, share):
    check(what, abs(found - expected) <= share * expected, f"{found} instead of {expected}")


def look_at(program, folder, out, done, apart=0):
    """What came of a live run, beside the simulated one in `sim`. `apart`: seconds of the incident by which the end of a
    `for` may differ."""
    record = drill.record_of(folder, done, out)
    if record is None:
        return None
    check("a drill that passes", done.returncode == 0, f"{done.returncode}: {done.stdout} {done.stderr}")
    check("what is simulated is said", "of the warm-up are simulated" in done.stderr, done.stderr)
    check("the record says so", record["monitoring"]["simulated_from"] < "2026-03-02T09", record["monitoring"])
    check("ten minutes are real", record["started"] == "2026-03-05T08:50:00.000Z", record["started"])
    fired = drill.fired(record)
    check("what is to fire, and no other", set(fired) == {"Ticket", "Watchdog", "Longest"}, fired)
    check("the ticket after the errors", fired.get("Ticket", "") > "2026-03-05T09:04", fired)
    late = seconds(fired.get("Watchdog", record["judged_to"])) - seconds(record["started"])
    check("what had fired for long fires from the start", late <= apart, fired)
    then = drill.fired(drill.record_of(folder, None, "sim"))["Longest"]
    found = seconds(fired.get("Longest", record["judged_to"]))
    check("what was pending fires in its time", abs(found - seconds(then)) <= apart, f"{fired} {then}")
    for name, share in (("web:requests:increase3d", 0.01), ("web:requests:increase1h", 0.08)):
        for at in ("+1m", "end"):
            near(f"{name} at {at} is that of the simulated run", drill.value(program, folder, name, "--at", at, out=out),
                 drill.value(program, folder, name, "--at", at, out="sim"), share)
    counted = drill.value(program, folder, 'sum(http_requests_total{service="web"})', "--at", "+1m", out=out)
    for own in ("answers", 'took_bucket{le="+Inf"}'):
        near(f"{own} counts all requests", drill.value(program, folder, f"sum({own})", "--at", "+1m", out=out), counted, 0.01)
    for pod in ("web-0", "web-1"):
        near(f"the counts of {pod} go on", drill.value(program, folder, f'sum(pod:requests:increase1h{{pod="{pod}"}})', "--at",
                                                       "start+1m", out=out), 54000, 0.1)
        near(f"no scrape of {pod} is missing", drill.value(program, folder, f'web:up:count15m{{pod="{pod}"}}', "--at", "start+5m",
                                                           out=out), 60, 0.05)
    for at in ("start+1m", "start+4m", "+1m"):
        near(f"the rate at {at} is that of the requests", drill.value(program, folder, "web:requests:rate5m", "--at", at, out=out), 30, 0.35)
    return record


def simulated(program, folder, **how):
    """With which the live one is compared; whether it passes."""
    write(folder, **how)
    done = drill.run(program, folder, out="sim", world="sim")
    check("it passes simulated", done.returncode == 0, done.stdout + done.stderr)
    return done.returncode == 0


def passes(program, folder):
    if not simulated(program, folder, made_up=True):
        return
    began = time.monotonic()
    done = drill.run(program, folder, "--json", "--speed", str(SPEED), out="live")
    took = time.monotonic() - began
    look_at(program, folder, "live", done)
    check("three days take less than a minute", took < 60, took)


if __name__ == "__main__":
    sys.exit(drill.main(passes))
