#!/usr/bin/env python3
"""Runs every kind of fault at the smallest strength that files allow, and reads what its witness says.

Either the fault is seen, and what the witness says of it is more than is there without a fault; or the run is invalid
(exit code 4) and says why nothing was seen. A kind without a row fails, so that a new one gets its own.

Usage: faults_at_their_least.py PROGRAM [KIND...]"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

SERVICES = """
services:
  web:
    port: 8080
    replicas: 3
    zones: [a, b, c]
    concurrency: 64
    queue: 64
    latency: {distribution: lognormal, p50: 5ms, p99: 40ms}
    startup: 5s
    cpu_per_request: 2ms
    cpu_limit: 1
    memory: {baseline: 100Mi, per_request: 256Ki, limit: 512Mi}
    traffic: {requests_per_second: 40, users: 900, timeout: 5s}
    routes:
      - {method: GET, path: /, share: 70%, calls: [{dependency: store, path: /read}]}
      - {method: POST, path: /order, share: 30%, calls: [{dependency: store, path: /write}, {dependency: mailer, path: /}]}
    dependencies:
      store: {request_timeout: 1s, retries: {max: 2, backoff: 10ms}, cache: {hit_ratio: 50%}}
      mailer: {request_timeout: 1s}
    livenessProbe: {httpGet: {path: /health/live, port: 8080}, periodSeconds: 10}
    readinessProbe: {httpGet: {path: /health/ready, port: 8080}, periodSeconds: 5}
  store:
    port: 8081
    replicas: 2
    zones: [a, b]
    concurrency: 64
    queue: 64
    latency: {distribution: lognormal, p50: 5ms, p99: 40ms}
    startup: 5s
    cpu_per_request: 2ms
    cpu_limit: 1
    memory: {baseline: 100Mi, per_request: 256Ki, limit: 512Mi}
    disk: {size: 10Gi, used: 60%, mountpoint: /data}
    certificate: {}
    routes: [{method: GET, path: /read}, {method: POST, path: /write}]
    exporters: [postgres]
    livenessProbe: {httpGet: {path: /health/live, port: 8081}, periodSeconds: 10}
    readinessProbe: {httpGet: {path: /health/ready, port: 8081}, periodSeconds: 5}
  mailer:
    port: 8082
    replicas: 2
    concurrency: 4
    latency: {distribution: lognormal, p50: 20ms, p99: 60ms}
    startup: 5s
    memory: {baseline: 100Mi, per_request: 256Ki, limit: 512Mi}
    consumer: {}
    routes: [{method: POST, path: /}]
    livenessProbe: {httpGet: {path: /health/live, port: 8082}, periodSeconds: 10}
"""

SCENARIO = """
version: 1
name: least
summary: One fault at its smallest strength.
start: 2026-03-03T12:00:00Z
warmup: 10m
duration: 20m
topology: topology.yaml
prometheus: {scrape_interval: 15s, evaluation_interval: 30s, rule_files: [rules.yaml]}
alertmanager: {config_file: alertmanager.yml}
paging: {receivers: [anybody]}
faults:
  - %s
expectations:
  - {id: any, kind: promql, expr: vector(1) > 0, holds: always}
"""

RULES = """
groups:
- name: g
  rules:
  - {alert: Watchdog, expr: vector(1), labels: {severity: none}, annotations: {summary: s, runbook_url: 'https://example.org/r'}}
"""

# Tells somebody something every minute.
ALERTMANAGER = """
route: {receiver: anybody, group_wait: 0s, group_interval: 1m, repeat_interval: 1m}
receivers: [{name: anybody, webhook_configs: [{url: 'http://anybody.example/'}]}]
"""

# kind: target, its own fields at their least, and how the witness begins: what it saw, or "not:" and why not.
STORE, WEB, LINK, MAILER = "{service: store}", "{service: web}", "{service: web, dependency: store}", "{service: mailer}"
RISE = r".*; a rise counts from \d+\.\d+ ms on, (6 standard errors of so many|1\.?0? % of what it was)"
RARELY = "probability: 0.0001%"
LEAST = {
    "http_error": (STORE, RARELY, r"not: it was to hit less than one of the \d+ requests"),
    "latency": (STORE, "p50: 1ms", r"\d+ requests to store took [89]\.\d ms on average \(before: 7\."),
    "hang": (STORE, RARELY, r"not: it was to hit less than one of the \d+ requests"),
    "blackhole": (STORE, RARELY, r"not: it was to hit less than one of the \d+ requests"),
    "connection_refused": (STORE, RARELY, r"not: it was to hit less than one of the \d+ requests"),
    "reset": (STORE, RARELY, r"not: it was to hit less than one of the \d+ requests"),
    "partition": (STORE, RARELY, r"not: it was to hit less than one of the \d+ requests"),
    "loss": (STORE, "percent: 0.01%", r"not: \d+ requests to store took " + RISE),
    "bandwidth": (STORE, "rate: 1000Gi", r"not: \d+ requests to store took " + RISE),
    "slicer": (STORE, "size: 1Gi, pause: 1ms", r"not: \d+ requests to store took " + RISE),
    "slow_close": (LINK, "delay: 1ms", r"not: \d+\.\d of \d+ connections of store from web are in use"),
    "truncate": (STORE, RARELY, r"not: it was to hit less than one of the \d+ requests"),
    "dns": (WEB, "answer: delay, delay: 1ms", r"\d+ calls of web took 6\.\d ms on average \(before: 5\."),
    "tls": (STORE, "expires_in: 3650d", r"not: no handshake with store failed"),
    "cpu_throttle": (STORE, "percent: 1%", r"not: \d+ requests to store took " + RISE),
    # One request, about.
    "gc_pause": (STORE, "pause: 50ms, period: 1d",
                 r"not: (it was to hit less than one of the \d+ requests|\d+ requests to store took)"),
    "disk_fill": (STORE, "percent: 1%", r"not: 60\.0 % of the disk of store are in use, and 60\.0 % were"),
    "io_latency": (STORE, "mean: 1ms", r"not: \d+ requests to store took 7\.\d\d ms " + RISE),
    "io_errno": (STORE, RARELY, r"not: it was to hit less than one of the \d+ requests"),
    "pool_exhaustion": (LINK, "max: 10000", r"not: \d+ of \d+ connections of store from web are in use"),
    "queue_backlog": (MAILER, "rate: 0.001", r"not: \d+\.\d messages per second were sent to mailer"),
    "consumer_stall": (MAILER, RARELY, r"not: \d+ messages for mailer wait"),
    "cache_miss_storm": (LINK, "lost: 1%", r"not: \d+ of \d+ look-ups in the cache of store from web missed"),
    "retry_storm": (LINK, "attempts: 1.01", r"\d of \d+ requests that store from web sent were repetitions \(before: 0 of"),
    "thundering_herd": (WEB, "factor: 1.25, width: 100ms, period: 1d", r"not: \d+\.\d requests per second came to web \(before: \d+\.\d\); a rise counts from \d+\.\d on"),
    "rate_limit": (STORE, "rps: 1e7", r"not: 0 of \d+ requests to store were answered 429"),
    "traffic_surge": (WEB, "factor: 1.25", r"(4[789]|5\d)\.\d requests per second came to web \(before: (39|40)"),
    "traffic_drop": (WEB, "percent: 25%", r"(2[6-9]|3[01])\.\d requests per second came to web \(before: (39|40)"),
    "zone_down": ("{zone: c}", "", r"\d+ of \d+ requests to services in zone c got no response \(before: 0"),
    "dependency_down": ("{service: store, mode: one}", "", r"\d+ of \d+ requests to store got no response \(before: 0"),
    "bad_deploy": ("{service: store, mode: one}", "version: v2", r"1 of 3 pods of store run v2 \(before: 0\)"),
    "config_push": ("{service: store, mode: one}", RARELY, r"not: it was to hit less than one"),
    "crash": ("{service: store, mode: one}", "", r"1 container of store ended"),
    "crash_loop": ("{service: store, mode: one}", "", r"containers of store ended"),
    "liveness_deadlock": ("{service: store, mode: one}", "", r"\d+ of \d+ requests to store were not answered in time \(before: 0"),
    "memory_leak": (STORE, "rate: 1", r"not: the memory of store grew by \d+\.\d bytes; up to 2\.\d MiB come and go"),
    "oom": (STORE, "limit: 1Ti", r"not: containers of store were killed for their memory 0 times"),
    "probe_lies_ok": (STORE, RARELY, r"not: it was to hit less than one of the \d+ requests"),
    "readiness_flap": ("{service: store, mode: one}", "period: 1s, unready: 1%", r"\d+ of \d+ readiness probes of store failed"),
    "slow_start": (STORE, "factor: 1, delay: 1ms", r"not: 2 of 2 replicas of store are ready \(before: 2\) after 2 restarts"),
    "startup_failure": ("{service: store, mode: one}", "", r"1 of 2 replicas of store are ready after 1 restart \(before"),
    "thread_exhaustion": (STORE, "left: 100%", r"not: 0\.00 requests waited for a worker of store \(before: 0\.00\)"),
    "scrape_timeout": (STORE, "delay: 1ms", r"not: 0 of \d+ scrapes of store ran into"),
    "target_missing": ("{service: store, mode: one}", "", r"`up` of 1 target of store ended"),
    "stale_series": (STORE, "metric: nothing_like_it", r"not: none of the \d+ samples of store in \d+ scrapes was of a metric 'nothing_like_it'"),
    "counter_reset": (STORE, "every: 1d", r"\d+ counters of store fell"),
    "label_churn": (STORE, "period: 1d", r"\d+ of \d+ samples of store were stored as new"),
    "nan": (STORE, "metric: nothing_like_it", r"not: none of the \d+ samples of store in \d+ scrapes was of a metric 'nothing_like_it'"),
    "metric": (STORE, "metric: nothing_like_it, absent: true", r"not: no sample of store in \d+ scrapes was another than its process exposes: none of the \d+ samples"),
    "clock_skew": (STORE, "offset: 1ms", r"\d+ of \d+ samples of store lay at another time"),
    "rule_eval_delay": ("", "delay: 1ms", r"not: \d+ iterations of rule groups came 0\.001 s late"),
    "notify_drop": ("", RARELY, r"not: 0 of \d+ sends to the Alertmanager failed"),
    "monitor_down": ("", "", r"\d+ scrapes and \d+ iterations of rule groups"),
    "alertmanager_down": ("", "data: kept", r"\d+ of \d+ sends to the Alertmanager failed"),
    "receiver_error": ("", "status: 300", r"\d+ of \d+ requests to receivers were refused"),
    "node_trouble": (STORE, "what: disk_used, level: 0.43", r"the file system is full; disk_used: 43\.0 % \(before: 42\.0 %\)"),
    "component_trouble": (STORE, "what: deadlocks, level: 0", r"not: nothing of store has changed: deadlocks: 0 per second"),
    "cluster_trouble": ("", "what: job_failed, level: 0", r"not: nothing of the monitor has changed: job_failed: no"),
    "monitor_trouble": ("", "what: rule_failures, level: 0.001", r"rules fail; rule_failures: 0\.001 per second"),
    "receiver_slow": ("", "delay: 100ms", r"\d+ requests? to receivers took \d+\.\d s"),
}


def run(program, folder, fault):
    folder = folder / "least"
    folder.mkdir()
    (folder / "topology.yaml").write_text(SERVICES)
    (folder / "rules.yaml").write_text(RULES)
    (folder / "alertmanager.yml").write_text(ALERTMANAGER)
    (folder / "scenario.yaml").write_text(SCENARIO % fault)
    out = folder / "out"
    done = subprocess.run([program, "run", str(folder), "--out", str(out), "--keep", "none"], capture_output=True, text=True,
                          timeout=120)
    if done.returncode not in (0, 1, 4):
        return done.returncode, done.stdout + done.stderr, False
    record = json.loads((out / "record.json").read_text())
    witness = record["faults"][0]["witness"]
    return done.returncode, witness["what"], "seen_at" in witness


def check(program, kind, row):
    target, fields, expected = row
    aim = f", target: {target}" if target else ""
    lasts = "" if kind in ("crash", ) else ", duration: 5m"
    own = f", {fields}" if fields else ""
    with tempfile.TemporaryDirectory() as name:
        code, what, seen = run(program, pathlib.Path(name), f"{{id: f, kind: {kind}, at: 5m{lasts}{aim}{own}}}")
    if code == 2:
        return f"{kind}: refused\n{what}"
    told = ("" if seen else "not: ") + what
    problems = []
    if seen == (code == 4):
        problems.append(f"exit code {code}")
    if not re.match(expected, told):
        problems.append(f"expected {expected}")
    return f"{kind}: {told} ({'; '.join(problems)})" if problems else None


def main():
    program, *wanted = sys.argv[1:]
    listed = subprocess.run([program, "list", "faults"], capture_output=True, text=True, check=True).stdout
    kinds = [line.split()[0] for line in listed.splitlines() if line.strip()]
    failures = [f"{kind}: no row in LEAST" for kind in kinds if kind not in LEAST]
    failures += [f"{kind}: no such fault" for kind in LEAST if kind not in kinds]
    for kind, row in LEAST.items():
        if wanted and kind not in wanted:
            continue
        problem = check(program, kind, row)
        if problem:
            failures.append(problem)
    print("\n".join(failures) if failures else f"{len(LEAST)} kinds, each seen or told why not")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
