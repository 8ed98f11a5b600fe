#!/usr/bin/env python3
"""Compares two runs of firedrill_bench, given as Google Benchmark's JSON (--benchmark_out): for each benchmark the ratio
of the second's time to the first's, by the median of the repetitions and by the best of them.

    compare.py BEFORE.json NOW.json [--filter REGEX]"""

import argparse
import json
import math
import pathlib
import re
import statistics

UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}


def times(path):
    """Seconds of each repetition by benchmark; of processor time, where the benchmark does not measure itself."""
    found = {}
    for run in json.loads(pathlib.Path(path).read_text())["benchmarks"]:
        if run["run_type"] == "iteration":
            clock = "real_time" if "manual_time" in run["run_name"] else "cpu_time"
            found.setdefault(run["run_name"], []).append(run[clock] * UNITS[run["time_unit"]])
    return found


def shown(seconds):
    unit = next((u for u in ("s", "ms", "us") if seconds >= UNITS[u]), "ns")
    return f"{seconds / UNITS[unit]:.3g} {unit}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before")
    parser.add_argument("now")
    parser.add_argument("--filter", default="")
    options = parser.parse_args()
    before, now = times(options.before), times(options.now)
    names = [name for name in sorted(now) if name in before and re.search(options.filter, name)]
    if not names:
        parser.exit(1, "no benchmark is in both files\n")
    print(f"{'':48} {'before':>10} {'now':>10} {'now/before':>11} {'best/best':>10}")
    ratios = []
    for name in names:
        a, b = statistics.median(before[name]), statistics.median(now[name])
        ratios.append(b / a)
        print(f"{name:48} {shown(a):>10} {shown(b):>10} {b / a:11.3f} {min(now[name]) / min(before[name]):10.3f}")
    print(f"{'geometric mean':70} {math.exp(statistics.fmean(map(math.log, ratios))):11.3f}")
    for name in sorted(set(before) ^ set(now)):
        print(f"only {'before' if name in before else 'now'}: {name}")


if __name__ == "__main__":
    main()
