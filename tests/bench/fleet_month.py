#!/usr/bin/env python3
"""Measures `firedrill run` on a made-up fleet: services in a tree of calls, five rules for each of them, a month of
virtual time; and how the cost grows when services, rules or days are multiplied by ten.

    fleet_month.py PROGRAM [--services 20] [--rules 100] [--days 30] [--scrape 30s] [--growth]

Prints one row a case: wall time, peak memory, virtual : wall, samples/s, rule evaluations/s. One core: firedrill's run is
a single thread. The growth is measured on a third of the days, so that its ten-fold cases end in minutes."""

import argparse
import json
import os
import pathlib
import sys
import tempfile
import time

TREE = 20
WINDOWS = ["5m", "30m", "1h", "2h", "6h"]


def topology(services):
    """Trees of twenty services: the first of each takes traffic, and each calls at most two others."""
    lines = ["services:"]
    for s in range(services):
        root = s - s % TREE
        calls = [root + c for c in (2 * (s % TREE) + 1, 2 * (s % TREE) + 2) if c < TREE and root + c < services]
        lines += [f"  service-{s:03}:", "    replicas: 2", "    concurrency: 64", "    queue: 64",
                  "    latency: {distribution: lognormal, p50: 4ms, p99: 25ms}", "    background_errors: 0.01%",
                  "    cpu_per_request: 1ms", "    cpu_limit: 2"]
        if s == root:
            lines += ["    traffic: {requests_per_second: 100, users: 20000, daily: {amplitude: 40%, peak_hour: 18}, "
                      "noise: {deviation: 3%, correlation: 10m}}"]
        names = ", ".join(f"{{dependency: service-{c:03}, path: /work}}" for c in calls)
        lines += ["    routes:", f"      - {{method: GET, path: /work, calls: [{names}]}}"]
        if calls:
            lines += ["    dependencies:"]
            lines += [f"      service-{c:03}: {{pool: {{size: 64}}, request_timeout: 2s}}" for c in calls]
    return "\n".join(lines) + "\n"


def rule(index, service):
    """Five kinds of rules in turn, as production has them."""
    name = f"service-{service:03}"
    errors = f'http_requests_total{{service="{name}",code=~"5.."}}'
    requests = f'http_requests_total{{service="{name}"}}'
    window = WINDOWS[(index // 5) % len(WINDOWS)]

    def ratio(w):
        return f"sum(rate({errors}[{w}])) / sum(rate({requests}[{w}]))"

    kinds = [
        f'{{record: "service:error_ratio:{index}", expr: \'{ratio(window)}\', labels: {{service: {name}}}}}',
        f"{{alert: Burn{index}, expr: '{ratio('1h')} > 0.0144 and {ratio('5m')} > 0.0144', for: 2m, labels: {{severity: critical, service: {name}}}}}",
        f'{{alert: Slow{index}, expr: \'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{{service="{name}"}}[5m]))) > 2\', for: 5m, labels: {{severity: warning, service: {name}}}}}',
        f'{{alert: Down{index}, expr: \'up{{service="{name}"}} == 0\', for: 1m, labels: {{severity: critical}}}}',
        f'{{alert: Saturated{index}, expr: \'max_over_time(active_connections{{service="{name}"}}[10m]) > 1000\', for: 10m, labels: {{severity: warning}}}}',
    ]
    return "      - " + kinds[index % 5]


def write_scenario(folder, services, rules, days, scrape):
    (folder / "topology.yaml").write_text(topology(services))
    groups = ["groups:"]
    for g in range((rules + 19) // 20):
        groups += [f"  - name: group-{g}", "    rules:"]
        groups += [rule(i, i // 5 % services) for i in range(g * 20, min(rules, g * 20 + 20))]
    (folder / "rules.yaml").write_text("\n".join(groups) + "\n")
    (folder / "scenario.yaml").write_text(f"""version: 1
name: {folder.name}
summary: A fleet for a while.
start: 2026-03-02T00:00:00Z
warmup: 1h
duration: {days}d
topology: topology.yaml
prometheus: {{scrape_interval: {scrape}, evaluation_interval: 1m, rule_files: [rules.yaml]}}
expectations:
  - {{id: quiet, kind: no_other_alerts}}
""")


def run(command):
    """Wall seconds, peak resident MiB, exit code."""
    started = time.monotonic()
    pid = os.fork()
    if pid == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.execv(command[0], command)
    _, status, usage = os.wait4(pid, 0)
    return time.monotonic() - started, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def measure(program, services, rules, days, scrape):
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary) / "fleet"
        folder.mkdir()
        write_scenario(folder, services, rules, days, scrape)
        out = pathlib.Path(temporary) / "out"
        wall, memory, code = run([program, "run", str(folder), "--out", str(out)])
        if code != 0:
            sys.exit(f"exit {code} with {services} services")
        figures = json.loads((out / "run.json").read_text())
    print(f"{services:9} {rules:6} {days:5} {scrape:>7} {wall:8.2f} s {memory:7.0f} MiB {days * 86400 / wall:12,.0f} "
          f"{figures['samples_per_second']:12,.0f} {figures['rule_evaluations_per_second']:10,.0f}", flush=True)
    return wall, memory


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=lambda p: str(pathlib.Path(p).resolve()))
    parser.add_argument("--services", type=int, default=20)
    parser.add_argument("--rules", type=int, default=100)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--scrape", default="30s")
    parser.add_argument("--growth", action="store_true")
    options = parser.parse_args()
    print(f"{'services':>9} {'rules':>6} {'days':>5} {'scrape':>7} {'wall':>10} {'memory':>11} {'virt:wall':>12} {'samples/s':>12} {'evals/s':>10}")
    measure(options.program, options.services, options.rules, options.days, options.scrape)
    if not options.growth:
        return
    days = max(1, options.days // 10)
    base = measure(options.program, options.services, options.rules, days, options.scrape)
    for name, case in (("services", (options.services * 10, options.rules, days)),
                       ("rules", (options.services, options.rules * 10, days)),
                       ("days", (options.services, options.rules, days * 10))):
        wall, memory = measure(options.program, *case, options.scrape)
        print(f"    ten times the {name}: {wall / base[0]:.1f} x the time, {memory / base[1]:.1f} x the memory")


if __name__ == "__main__":
    main()
