#!/usr/bin/env python3
"""Measures `firedrill test rules` against promtool: wall time, peak memory, verdicts; both from the same files, one
after the other, nothing kept between runs.

    promtool_compare.py PROGRAM [--services N] [--hours H] [--repeat N] [--firedrill-only]

The cases: the unit-test files of ../shared/oracle in one call (as the targets' repeated start-up matters there), and a
generated production: N services (100) × 16 series, H hours (24) at 15 s, three rules (error ratio, burn rate over two
windows, p95 by service) every minute; once with expectations that hold and once with one that does not."""

import argparse
import math
import os
import pathlib
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
ORACLE = pathlib.Path(os.environ.get("FIREDRILL_ORACLE", pathlib.Path.home() / ".cache/firedrill-oracle"))
BOUNDS = ["0.05", "0.1", "0.2", "0.3", "0.5", "0.7", "1", "1.5", "2", "3", "5", "+Inf"]

RULES = """groups:
- name: services
  rules:
  - record: service:errors:ratio
    expr: sum by (service) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (service) (rate(http_requests_total[5m]))
  - alert: BurnRate
    expr: |
      sum by (service) (rate(http_requests_total{code=~"5.."}[1h])) / sum by (service) (rate(http_requests_total[1h])) > 0.0144
      and
      sum by (service) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (service) (rate(http_requests_total[5m])) > 0.0144
    for: 2m
    labels: {severity: page}
  - record: service:latency:p95
    expr: histogram_quantile(0.95, sum by (service, le) (rate(http_request_duration_seconds_bucket[5m])))
"""


def production(services, hours, wrong):
    """Sixteen series of each service: four of requests by code, twelve buckets. The first service burns."""
    count = hours * 240
    lines = ["rule_files: [rules.yml]", "evaluation_interval: 1m", "tests:", "- interval: 15s", "  input_series:"]
    for s in range(services):
        name = f"service-{s:03}"
        for code, rate in (("200", 1000 + s), ("404", 5), ("500", 100 if s == 0 else 1), ("503", 0)):
            lines += [f"  - series: 'http_requests_total{{service=\"{name}\", code=\"{code}\"}}'",
                      f"    values: '0+{rate}x{count}'"]
        for i, le in enumerate(BOUNDS):
            lines += [f"  - series: 'http_request_duration_seconds_bucket{{service=\"{name}\", le=\"{le}\"}}'",
                      f"    values: '0+{(i + 1) * 80 + s}x{count}'"]
    lines += ["  alert_rule_test:",
              f"  - {{alertname: BurnRate, eval_time: {hours}h, exp_alerts: [{{exp_labels: {{severity: page, service: service-{'001' if wrong else '000'}}}}}]}}",
              "  promql_expr_test:",
              f"  - {{expr: 'count(service:latency:p95)', eval_time: {hours}h, exp_samples: [{{labels: '{{}}', value: {services}}}]}}"]
    return "\n".join(lines) + "\n"


def run(command):
    """Wall seconds, peak resident MiB, exit code."""
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        os.execv(command[0], command)
    _, status, usage = os.wait4(child, 0)
    return time.perf_counter() - started, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def best(command, repeat):
    runs = [run(command) for _ in range(repeat)]
    return min(r[0] for r in runs), max(r[1] for r in runs), runs[0][2]


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--services", type=int, default=100)
    options.add_argument("--hours", type=int, default=24)
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--firedrill-only", action="store_true")
    options = options.parse_args()
    promtool = str(ORACLE / "usr/bin/promtool")
    if not options.firedrill_only and not os.path.exists(promtool):
        print(f"{promtool} is not there (../shared/oracle/install installs it)")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "rules.yml").write_text(RULES)
        cases = []
        small = sorted((ROOT.parent / "shared/oracle/unit-tests").glob("*/tests/unit/*/test_*.yaml"))
        if small:
            cases.append((f"{len(small)} unit-test files, one call", [str(p) for p in small], max(options.repeat, 5), options.repeat))
        for wrong in (False, True):
            path = folder / f"production_{'wrong' if wrong else 'right'}.yml"
            path.write_text(production(options.services, options.hours, wrong))
            title = f"{options.services} services x 16 series x {options.hours} h" + (", a wrong expectation" if wrong else "")
            cases.append((title, [str(path)], options.repeat, 1))
        print(f"{'case':52} {'promtool':>18} {'firedrill':>18} {'time':>8} {'memory':>8}  verdicts")
        differ = False
        for title, files, repeat, repeat_promtool in cases:
            ours = best([options.program, "test", "rules", *files], repeat)
            theirs = (math.nan, math.nan, ours[2])
            if not options.firedrill_only:
                theirs = best([promtool, "test", "rules", *files], repeat_promtool)
            differ |= ours[2] != theirs[2]
            print(f"{title:52} {theirs[0]:7.3f} s {theirs[1]:4.0f} MiB {ours[0]:7.3f} s {ours[1]:4.0f} MiB "
                  f"{theirs[0] / ours[0]:6.1f} x {theirs[1] / ours[1]:6.1f} x  {theirs[2]} {ours[2]}", flush=True)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
