#!/usr/bin/env python3
"""Programs of one's own whose metrics are not what their names say, one of them as OpenMetrics alone: at ten times the
incident's speed rates, counts, levels and instants are what they would be in real time, under either monitor. On the
loopback interface alone; ends only processes that it started itself.

Usage: exposing.py PROGRAM [--prometheus FILE]...    under each of these, too"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import drill
import external
from drill import check, until

SPEED = 10
RATE = 20

TOPOLOGY = """
services:
  text:
    external: {url: http://127.0.0.1:TEXT_PORT}
    latency: 1ms
    traffic: {requests_per_second: 20, timeout: 1s}
    routes: [{method: POST, path: /}]
  other:
    external: {url: http://127.0.0.1:OTHER_PORT}
    latency: 1ms
    traffic: {requests_per_second: 20, timeout: 1s}
    routes: [{method: POST, path: /}]
    dependencies: {own: {critical: false, request_timeout: 1s, connect_timeout: 500ms, pool: {acquire_timeout: 500ms}}}
  own: {startup: 100ms, cpu_per_request: 0s}
"""

# A name, an expression, and what it is to come to: from, to.
RECORDED = [
    ("counter_rate", "rate(served[1m])", (16, 24)),
    ("counter_count", "increase(served[1m])", (16 * 60, 24 * 60)),
    ("gauge_called_total", "open_total", (7, 7)),
    ("gauge_moves", "delta(open_total[1m])", (0, 0)),
    ("untyped_rate", "rate(asked_total[1m])", (16, 24)),
    ("untyped_count", "increase(told_total[1m])", (16 * 60, 24 * 60)),
    ("untyped_level", "weight", (3, 3)),
    ("histogram_median", "histogram_quantile(0.5, rate(took_seconds_bucket[1m]))", (0.4, 0.6)),
    ("histogram_count", "increase(took_seconds_count[1m])", (16 * 60, 24 * 60)),
    ("summary_quantile", 'size_bytes{quantile="0.9"}', (900, 900)),
    ("summary_mean", "rate(size_bytes_sum[1m]) / rate(size_bytes_count[1m])", (499, 501)),
    ("summary_count", "increase(size_bytes_count[1m])", (16 * 60, 24 * 60)),
    ("open_rate", "rate(answered_total[1m])", (16, 24)),
    ("open_count", "increase(answered_total[1m])", (16 * 60, 24 * 60)),
    ("open_summary_quantile", 'http_request_duration_seconds{quantile="0.9"}', (0.25, 0.25)),
    ("open_summary_count", "increase(http_request_duration_seconds_count{job='other'}[1m])", (16 * 60, 24 * 60)),
    ("open_info", 'build_info{version="1.2"}', (1, 1)),
    ("open_gauge_histogram", 'waits_bucket{le="1.0"}', (4, 4)),
    ("scraped", 'min(up{job=~"text|other"})', (1, 1)),
    # Programs are some minutes old at most, which are ten times as many of the incident.
    ("age", 'time() - process_start_time_seconds{job="text"}', (100, 6000)),
    ("age_of_other", 'time() - answered_created', (100, 6000)),
    ("age_of_own", 'time() - process_start_time_seconds{job="own"}', (60, 1500)),
    ("since_latest", "time() - latest_timestamp_seconds", (0, 11)),
]

SCENARIO = """
version: 1
name: exposing
start: 2026-03-02T09:00:00Z
warmup: 90s
duration: 2m
topology: topology.yaml
prometheus: {scrape_interval: 5s, scrape_timeout: 5s, evaluation_interval: 5s, rule_files: [rules.yaml]}
expectations:
  - {id: quiet, kind: alert_not_firing, alert: Young}
"""


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def write(folder, ports):
    text = "groups:\n  - name: all\n    rules:\n"
    for name, expression, _ in RECORDED:
        text += f"      - {{record: 'is:{name}', expr: {quoted(expression)}}}\n"
    young = quoted('time() - process_start_time_seconds{job=~"text|other"} < 20')
    text += f"      - {{alert: Young, expr: {young}, labels: {{severity: warning}}}}\n"
    drill.write(folder, topology=drill.filled(TOPOLOGY, text_port=ports[0], other_port=ports[1]), rules=text, scenario=SCENARIO)


def checked(program, folder):
    for monitor in ("embedded", "prometheus"):
        done = subprocess.run([program, "check", "scenario.yaml", "--speed", str(SPEED), "--monitor", monitor], cwd=folder, text=True,
                              capture_output=True)
        check(f"{monitor}: it can be run", done.returncode == 0, f"{done.returncode}: {done.stdout} {done.stderr}")
        check(f"{monitor}: what is not known is said", "served is taken by its type" in done.stdout, done.stdout)


def runs(program, folder, called, *arguments):
    done = drill.run(program, folder, "--speed", str(SPEED), "--seed", "3", "--keep", "all", *arguments, out=called)
    record = drill.record_of(folder, done, called)
    if record is None:
        return
    check(f"{called}: no young process", "Young" not in drill.fired(record), drill.fired(record))
    failing = [(rule["name"], rule["last_error"]) for rule in record["rules"] if rule["failures"]]
    check(f"{called}: no rule fails", not failing, failing)
    for name, expression, (least, most) in RECORDED:
        found = drill.value(program, folder, f"is:{name}", "--at", "+1m", out=called)
        check(f"{called}: {name}, {expression}", least <= found <= most, f"{found} is not within {least} and {most}")
        print(f"{called:12} {name:22} {found:12.3f}")
    then, now = (drill.value(program, folder, "is:age", "--at", at, out=called) for at in ("+30s", "+1m"))
    check(f"{called}: it gets older as the incident lasts", 25 <= now - then <= 35, f"{then} {now}")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program")
    parser.add_argument("--prometheus", action="append", default=[])
    options = parser.parse_args()
    program = str(pathlib.Path(options.program).resolve())
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        ports = [external.free_port(), external.free_port()]
        write(folder, ports)
        checked(program, folder)
        started = [subprocess.Popen([sys.executable, str(external.HERE / "programs/exposing.py"), "--port", str(port), *more])
                   for port, more in zip(ports, ([], ["--open-metrics"]))]
        try:
            for port in ports:
                check("a program comes up", until(lambda: external.status(port, "/health/live") == 200, 30))
            runs(program, folder, "embedded")
            for i, file in enumerate(options.prometheus):
                runs(program, folder, f"prometheus-{i}", "--monitor", "prometheus", "--prometheus", file)
        finally:
            for each in started:
                each.terminate()
                each.wait(10)
    return drill.end("programs are taken as they say themselves")


if __name__ == "__main__":
    sys.exit(main())
