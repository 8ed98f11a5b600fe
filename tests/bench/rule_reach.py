#!/usr/bin/env python3
"""How many alerts of rule sets that people use are alive here: whose selectors all match something, and which fire and
clear in `firedrill exercise`, by a cause of the simulated world or by made-up metrics.

    rule_reach.py PROGRAM [--set NAME=FOLDER]... [--only NAME]... [--state FILE] [--seconds S] [--limit S] [--check]

A rule set is taken mixin by mixin: the files of one folder together, as people load alerts with the rules that record what
they read. The rule sets are the mixins of ../shared/oracle/rules, and those that FIREDRILL_RULE_SETS names (NAME=FOLDER,
separated by colons); one that is not there is said to be skipped.

With --state, what was measured is kept in a file, and taken from there by the next run with the same program: a measurement
that was interrupted, or that --seconds ended, goes on. A mixin that takes longer than --limit is counted as not measured and
named. With --check, a share below its goal is a failure."""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT.parent / "shared/oracle/rules/mixins"
# Of the mixins, what kube-prometheus is made of.
CLUSTER = ("alertmanager", "kube-state-metrics", "kubernetes", "node-exporter", "prometheus")
# Shares that are to be reached: match, by a cause, in all.
GOALS = {"mixins": (0.30, 0.25, 0.80), "cluster": (0.90, 0.80, 0.80)}


def rule_files(folder):
    return sorted(str(p) for ending in ("*.yaml", "*.yml") for p in pathlib.Path(folder).rglob(ending))


def mixins_of(folder):
    """Files by the folder that they are in, seen from the set's."""
    found = collections.defaultdict(list)
    for file in rule_files(folder):
        found[str(pathlib.Path(file).parent.relative_to(folder))].append(file)
    return dict(sorted(found.items()))


def sets(named):
    yield "mixins", RULES, mixins_of(RULES) if RULES.is_dir() else None
    for each in named:
        name, _, folder = each.partition("=")
        yield name, folder, mixins_of(folder) if os.path.isdir(folder) else None


def told(program, arguments, seconds):
    """What a command prints as JSON; None if it takes too long. Exit code 1 says that some alert is not alive."""
    try:
        done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(arguments)}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def readable(program, files):
    """Those that Prometheus takes: a file that it refuses is none of the alerts' fault, and is named."""
    good, refused = [], []
    for file in files:
        done = subprocess.run([program, "check", file], capture_output=True, text=True)
        (refused if done.returncode == 2 else good).append(file)
    return good, refused


def row_of(alert, lacking):
    return {
        "alert": alert["alert"],
        "line": alert["line"],
        "alive": alert["fires"] and alert["clears"],
        "cause": alert["cause"],
        "noise": alert["noise"],
        "why_not": alert["why_not"],
        "lacks": lacking,
    }


def measure(program, files, limit):
    """A mixin's alerts. What an alert lacks is told with the exporter that would bring it, or that none of ours does."""
    files, refused = readable(program, files)
    if not files:
        return {"refused": refused, "alerts": [], "match": 0, "seconds": 0}
    began = time.monotonic()
    covered = told(program, ["check", "--coverage", "--json", *files], limit)
    with tempfile.TemporaryDirectory() as folder:
        exercised = told(program, ["exercise", "--json", "--out", f"{folder}/out", *files], limit)
    if covered is None or exercised is None:
        return {"refused": refused, "late": True, "alerts": [], "match": 0, "seconds": limit}
    lacks = collections.defaultdict(list)
    for lack in covered["lacks"]:
        brings = f"exporter {lack['exporter']}" if lack["exporter"] else "none of ours"
        for alert in lack["alerts"]:
            lacks[alert].append(f"{lack['selector'] or lack['metric']} ({brings})")
    return {
        "refused": refused,
        "alerts": [row_of(a, lacks.get(a["alert"], [])) for a in exercised["alerts"]],
        "match": covered["total"]["have_all_series"],
        "seconds": round(time.monotonic() - began, 1),
    }


class State:
    """What was measured, by the program and the files' contents: a line each."""

    def __init__(self, path, program):
        self.path = path
        self.program = hashlib.sha256(pathlib.Path(program).read_bytes()).hexdigest()
        self.known = {}
        if path and os.path.exists(path):
            for line in pathlib.Path(path).read_text().splitlines():
                entry = json.loads(line)
                self.known[entry["key"]] = entry["result"]

    def key(self, files):
        digest = hashlib.sha256(self.program.encode())
        for file in files:
            digest.update(file.encode() + b"\0" + pathlib.Path(file).read_bytes())
        return digest.hexdigest()

    def measured(self, files):
        return self.known.get(self.key(files))

    def keep(self, files, result):
        self.known[self.key(files)] = result
        if self.path:
            with open(self.path, "a") as out:
                out.write(json.dumps({"key": self.key(files), "result": result}) + "\n")


def counts(results):
    alerts = [a for result in results for a in result["alerts"]]
    alive = [a for a in alerts if a["alive"]]
    return {
        "alerts": len(alerts),
        "match": sum(result["match"] for result in results),
        "by_cause": sum(a["cause"] not in (None, "metric") for a in alive),
        "alive": len(alive),
        "noise": sum(a["noise"] for a in alerts),
    }


def line_of(name, count):
    whole = max(1, count["alerts"])
    return (f"{name:28} {count['alerts']:5} {count['match']:5} ({count['match'] / whole:4.0%}) "
            f"{count['alive']:5} ({count['alive'] / whole:4.0%}) {count['by_cause']:5} ({count['by_cause'] / whole:4.0%})")


def tell(name, results):
    print(f"{name:28} alerts  have all series  fire and clear  by a cause")
    for mixin, result in results.items():
        print(line_of(mixin, counts([result])) + f"  {result['seconds']:.0f} s" + ("  NOT MEASURED" if "late" in result else ""))
        for file in result["refused"]:
            print(f"    refused by Prometheus: {file}")
        for alert in result["alerts"]:
            if alert["alive"]:
                continue
            print(f"    not alive: {alert['alert']} (line {alert['line']}): {alert['why_not']}")
            for lack in alert["lacks"]:
                print(f"        lacks {lack}")
    total = counts(results.values())
    print(line_of(name, total))
    lacking = collections.Counter()
    for result in results.values():
        for alert in result["alerts"]:
            brings = {lack[lack.rindex("(") + 1:-1] for lack in alert["lacks"]}
            lacking["none of ours" if "none of ours" in brings else ", ".join(sorted(brings))] += 1
    del lacking[""]
    for brings, count in lacking.most_common():
        print(f"    {count} alerts lack series that would come from: {brings}")
    return total


def below(name, total):
    if name not in GOALS or not total["alerts"]:
        return []
    reached = [total[each] / total["alerts"] for each in ("match", "by_cause", "alive")]
    names = ("match", "by a cause", "in all")
    return [f"{name}: {n} {r:.1%}, to be {g:.0%}" for n, r, g in zip(names, reached, GOALS[name]) if r < g]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=FOLDER")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="sets, or mixins of them")
    parser.add_argument("--state", metavar="FILE")
    parser.add_argument("--seconds", type=float, default=3600, help="after which no further mixin is begun")
    parser.add_argument("--limit", type=float, default=300, help="of one mixin")
    parser.add_argument("--jobs", type=int, default=1, help="mixins at a time")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    state = State(options.state, options.program)
    named = [each for each in os.environ.get("FIREDRILL_RULE_SETS", "").split(":") if each] + options.set
    ends = time.monotonic() + options.seconds
    left, missed, totals = 0, [], {}
    for name, folder, mixins in sets(named):
        wanted = {m: f for m, f in (mixins or {}).items() if not options.only or name in options.only or m in options.only}
        if options.only and not wanted and name not in options.only:
            continue
        if not wanted:
            print(f"{name}: skipped, {folder} is not there")
            continue
        def one(item):
            mixin, files = item
            result = state.measured(files)
            if result is None and time.monotonic() < ends:
                result = measure(options.program, files, options.limit)
                state.keep(files, result)
            return mixin, result

        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            all_of_them = dict(pool.map(one, wanted.items()))
        results = {mixin: result for mixin, result in all_of_them.items() if result is not None}
        left += len(all_of_them) - len(results)
        totals[name] = tell(name, results)
        missed += below(name, totals[name])
        cluster = {m: r for m, r in results.items() if name == "mixins" and m in CLUSTER}
        if cluster:
            totals["cluster"] = counts(cluster.values())
            print(line_of("of these kube-prometheus's", totals["cluster"]))
            missed += below("cluster", totals["cluster"])
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(totals, indent=2) + "\n")
    if left:
        print(f"not finished: {left} mixins are left" + (f"; run again with --state {options.state}" if options.state else ""))
    for each in missed:
        print(f"below the goal: {each}")
    return 1 if options.check and (missed or left) else 0


if __name__ == "__main__":
    sys.exit(main())
