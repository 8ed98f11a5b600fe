#!/usr/bin/env python3
"""Measures what `warmup: auto` costs: twenty services, of each the error ratio over so many days, from recorded series or
from the counters themselves, and an hour that is judged.

    history_cost.py PROGRAM [--services 20] [--days 3 30]

Prints one row a case: days of history, what is looked back at, wall time, peak memory, samples scraped a second of that."""

import argparse
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from fleet_month import run, topology  # noqa: E402


def rules(services, days, recorded):
    lines = ["groups:"]
    for s in range(services):
        name = f"service-{s:03}"
        errors = f'http_requests_total{{service="{name}",code=~"5.."}}'
        requests = f'http_requests_total{{service="{name}"}}'

        def ratio(window):
            return f"sum(rate({errors}[{window}])) / sum(rate({requests}[{window}]))"

        lines += [f"  - name: {name}", "    rules:"]
        long = ratio(f"{days}d")
        if recorded:
            lines += [f"      - {{record: 'service:errors:ratio_rate5m', expr: '{ratio('5m')}', labels: {{service: {name}}}}}"]
            long = f'avg_over_time(service:errors:ratio_rate5m{{service="{name}"}}[{days}d])'
        lines += [f"      - {{alert: Burn{s}, expr: '{long} > 0.01', for: 15m, labels: {{severity: ticket, service: {name}}}}}"]
    return "\n".join(lines) + "\n"


def write_scenario(folder, services, days, recorded):
    (folder / "topology.yaml").write_text(topology(services))
    (folder / "rules.yaml").write_text(rules(services, days, recorded))
    (folder / "scenario.yaml").write_text(f"""version: 1
name: {folder.name}
summary: A long look back.
start: 2026-03-02T12:00:00Z
warmup: auto
duration: 1h
topology: topology.yaml
prometheus: {{scrape_interval: 15s, evaluation_interval: 30s, rule_files: [rules.yaml]}}
expectations:
  - {{id: quiet, kind: no_other_alerts}}
""")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=lambda p: str(pathlib.Path(p).resolve()))
    parser.add_argument("--services", type=int, default=20)
    parser.add_argument("--days", type=int, nargs="*", default=[3, 30])
    options = parser.parse_args()
    print(f"{'days':>4}  {'looked back at':16} {'wall':>9} {'memory':>10} {'samples/s':>12}")
    for days in options.days:
        for recorded in (False, True):
            with tempfile.TemporaryDirectory() as temporary:
                folder = pathlib.Path(temporary) / "history"
                folder.mkdir()
                write_scenario(folder, options.services, days, recorded)
                out = pathlib.Path(temporary) / "out"
                wall, memory, code = run([options.program, "run", str(folder), "--out", str(out)])
                if code != 0:
                    sys.exit(f"exit {code} with {days} days")
                figures = json.loads((out / "run.json").read_text())
            print(f"{days:4}  {'recorded series' if recorded else 'counters':16} {wall:7.2f} s {memory:6.0f} MiB "
                  f"{figures['samples_per_second']:12,.0f}", flush=True)


if __name__ == "__main__":
    main()
