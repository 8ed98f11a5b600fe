#!/usr/bin/env python3
"""Live forms of faults that take more than one process or one look to be seen: that they are brought about, witnessed, and
over when they should be. One run of half a minute in which each hits services of its own, one at four times its speed of
faults that hit three requests, and one of memory that runs out.
On the loopback interface alone.

Usage: forms.py PROGRAM"""

import sys

import drill
from drill import check

# Each pair is an entry point and what it calls.
TOPOLOGY = """
services:
""" + "".join(f"""
  {name}:
    replicas: {replicas}
    startup: 100ms
    latency: 3ms
    cpu_per_request: 0s
    traffic: {{requests_per_second: {rate}, timeout: 2s}}
    dependencies: {{{name}-db: {{request_timeout: 1s, connect_timeout: 300ms}}}}
    routes: [{{method: {method}, path: /, calls: [{{dependency: {name}-db}}]}}]
  {name}-db:
    replicas: 2
    startup: 100ms
    latency: 2ms
    cpu_per_request: 0s
    disk: {{size: 50Gi, used: 40%}}
    routes: [{{method: POST, path: /}}]
""" for name, replicas, rate, method in [
    ("errors", 3, 30, "GET"), ("holes", 2, 20, "GET"), ("late", 2, 20, "GET"), ("narrow", 1, 20, "GET"), ("sliced", 1, 20, "GET"), ("early", 1, 20, "GET"), ("storm", 1, 10, "GET"),
    ("paused", 1, 20, "GET"), ("full", 1, 20, "POST"), ("cut-off", 2, 20, "GET"), ("kept", 2, 20, "GET"), ("lingers", 1, 20, "GET")]) + """
  sends:
    startup: 100ms
    latency: 2ms
    cpu_per_request: 0s
    traffic: {requests_per_second: 10, timeout: 2s}
    dependencies: {queue: {request_timeout: 1s}}
    routes: [{method: GET, path: /, calls: [{dependency: queue}]}]
  queue:
    replicas: 2
    startup: 100ms
    latency: 5ms
    cpu_per_request: 0s
    consumer: {capacity: 10000}
"""
RULES = drill.DOWN.replace("FOR", "5s")
SCENARIO = """
version: 1
name: forms
start: 2026-03-02T09:00:00Z
warmup: 6s
duration: 26s
topology: topology.yaml
prometheus: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s, rule_files: [rules.yaml]}
faults:
FAULTS
expectations:
  - {id: quiet, kind: no_other_alerts, except: [Down]}
"""
FAULTS = [
    "{id: first-errors, kind: http_error, target: {service: errors}, at: 3s, code: 503, pattern: {first_n: 40}}",
    "{id: first-holes, kind: blackhole, target: {service: holes, dependency: holes-db}, at: 3s, pattern: {first_n: 15}}",
    "{id: first-resets, kind: reset, target: {service: cut-off}, scrapes: false, at: 3s, pattern: {first_n: 30}}",
    "{id: late-to-one, kind: latency, target: {service: late, dependency: late-db}, at: 3s, duration: 10s, p50: 80ms}",
    "{id: thin, kind: bandwidth, target: {service: narrow-db}, at: 3s, duration: 10s, rate: 256Ki, answer: 32Ki}",
    "{id: sliced, kind: slicer, target: {service: sliced-db}, at: 3s, duration: 10s, size: 4Ki, pause: 30ms, answer: 32Ki}",
    "{id: ends-early, kind: truncate, target: {service: early-db}, at: 3s, duration: 10s, after_bytes: 2Ki, answer: 32Ki}",
    "{id: connections, kind: reset, target: {service: kept, dependency: kept-db}, at: 3s, duration: 20s, probability: 90%, per: connection}",
    "{id: closes-late, kind: slow_close, target: {service: lingers, dependency: lingers-db}, at: 3s, duration: 10s, delay: 3s}",
    "{id: again, kind: retry_storm, target: {service: storm, dependency: storm-db}, at: 3s, duration: 10s, attempts: 4}",
    "{id: pauses, kind: gc_pause, target: {service: paused-db}, at: 3s, duration: 15s, pause: 400ms, period: 2s}",
    "{id: fills, kind: disk_fill, target: {service: full-db}, at: 3s, duration: 10s}",
    "{id: strangers, kind: queue_backlog, target: {service: queue}, at: 3s, duration: 10s, rate: 60}",
]
MEMORY = """
services:
  grows:
    replicas: 2
    startup: 100ms
    latency: 3ms
    cpu_per_request: 0s
    memory: {baseline: 100Mi, per_request: 64Ki, limit: 120Mi}
    traffic: {requests_per_second: 10, timeout: 1s}
  small: {startup: 100ms, latency: 3ms, cpu_per_request: 0s, memory: {baseline: 100Mi, limit: 200Mi}}
"""
OF_MEMORY = [
    "{id: leaks, kind: memory_leak, target: {service: grows, mode: one}, at: 3s, rate: 300Mi}",
    "{id: tight, kind: oom, target: {service: small}, at: 3s, duration: 8s, limit: 80Mi}",
]


def run(program, folder, topology, faults):
    drill.write(folder, topology=topology, rules=RULES, scenario=SCENARIO.replace("FAULTS", drill.listed(faults)))
    return drill.record_of(folder, drill.run(program, folder, "--keep", "all"))


def all_forms(program, folder):
    record = run(program, folder, TOPOLOGY, FAULTS)
    if record is None:
        return
    faults = {fault["id"]: fault for fault in record["faults"]}
    for name, fault in faults.items():
        check(f"{name} is witnessed", fault["witness"].get("seen_at"), fault["witness"])
        print(f"{name:14} {fault['witness']['what']}")
    errors = drill.value(program, folder, 'sum(http_requests_total{service="errors",code="503"})')
    check("the first 40 over three processes, and no more", errors == 40, errors)
    check("of whom the last was the end of it", faults["first-errors"].get("recovered_at"), faults["first-errors"])
    lost = drill.value(program, folder, 'sum(dependency_requests_total{service="holes",outcome="timeout"})')
    check("the first 15 over all lines, and no more", lost == 15, lost)
    resets = faults["first-resets"]["witness"]["what"]
    check("the first 30 resets, each of which a client saw", resets.startswith("30 of "), resets)
    reset = drill.value(program, folder, 'sum(dependency_requests_total{service="kept",outcome="reset"})')
    # Of the requests nine in ten would be some 350 in twenty seconds, and they retry none.
    check("connections that were spared go on, and others come to take the place of those that were not", 0 < reset < 200, reset)
    held = drill.value(program, folder, 'max_over_time(connection_pool_in_use{service="lingers"}[26s])')
    check("connections that end late keep their places, up to the last of the pool", held == 16, held)
    check("and none any more when that is over", drill.value(program, folder, 'connection_pool_in_use{service="lingers"}') < 5)
    own = drill.value(program, folder, 'histogram_quantile(0.9, sum by (le) (http_request_duration_seconds_bucket{service="late-db"}))')
    check("what one caller's connections do the dependency does not see", own < 0.05, own)
    check("what is thin carries what it should", drill.value(program, folder, 'sum(http_requests_total{service="narrow"})') > 100)


FEW = """
services:
  few:
    startup: 100ms
    latency: 3ms
    cpu_per_request: 0s
    traffic: {requests_per_second: 40, timeout: 1s}
    dependencies: {few-db: {request_timeout: 1s}}
    routes: [{method: GET, path: /, calls: [{dependency: few-db}]}]
  few-db: {replicas: 2, startup: 100ms, latency: 2ms, cpu_per_request: 0s, routes: [{method: POST, path: /}]}
"""
OF_FEW = [
    "{id: few-resets, kind: reset, target: {service: few-db}, scrapes: false, at: 5s, pattern: {first_n: 3}}",
    "{id: few-errors, kind: http_error, target: {service: few}, at: 8s, code: 503, pattern: {first_n: 3}}",
]


def few_when_faster(program, folder):
    """What came before the fault is none of it, however fast the incident passes."""
    drill.write(folder, topology=FEW, rules=RULES, scenario=SCENARIO.replace("FAULTS", drill.listed(OF_FEW))
                .replace("scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s",
                         "scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 2s"))
    record = drill.record_of(folder, drill.run(program, folder, "--speed", "4"))
    if record is None:
        return
    for fault in record["faults"]:
        what = fault["witness"]["what"]
        check(f"{fault['id']}: three of three", what.startswith("3 of 3 "), what)
        print(f"{fault['id']:14} {what}")


def memory(program, folder):
    record = run(program, folder, MEMORY, OF_MEMORY)
    if record is None:
        return
    for fault in record["faults"]:
        check(f"{fault['id']} is witnessed", fault["witness"].get("seen_at"), fault["witness"])
        print(f"{fault['id']:14} {fault['witness']['what']}")
    killed = {event["service"] for event in record["timeline"] if event["kind"] == "container.oom_killed"}
    check("both are killed for their memory", killed == {"grows", "small"}, killed)


if __name__ == "__main__":
    sys.exit(drill.main(all_forms, few_when_faster, memory))
