#!/usr/bin/env python3
"""How many alerts of rule sets that people use are alive here: whose selectors all match something, and which fire and
clear in `firedrill exercise`, by a cause of the simulated world or by made-up metrics.

    rule_reach.py PROGRAM [--set NAME=FOLDER]... [--json FILE] [--check]

The rule sets are the folders of ../shared/oracle/rules, and those that FIREDRILL_RULE_SETS names (NAME=FOLDER, separated
by colons); one that is not there is said to be skipped. With --check, a share below its goal is a failure."""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT.parent / "shared/oracle/rules"
# Of the mixins, what kube-prometheus is made of.
CLUSTER = ("alertmanager", "kube-state-metrics", "kubernetes", "node-exporter", "prometheus")
# Shares that are to be reached: match, by a cause, in all.
GOALS = {"mixins": (0.30, 0.25, 0.80), "cluster": (0.90, 0.80, 0.80)}


def rule_files(folder):
    return sorted(str(p) for ending in ("*.yaml", "*.yml") for p in pathlib.Path(folder).rglob(ending))


def sets(named):
    found = []
    mixins = RULES / "mixins"
    found.append(("mixins", mixins, rule_files(mixins) if mixins.is_dir() else None))
    cluster = [file for name in CLUSTER for file in rule_files(mixins / name)] if mixins.is_dir() else None
    found.append(("cluster", mixins, cluster))
    for each in named:
        name, _, folder = each.partition("=")
        found.append((name, folder, rule_files(folder) if os.path.isdir(folder) else None))
    return found


def readable(program, files):
    """Those that Prometheus takes: a file that it refuses is none of the alerts' fault, and is named."""
    good, refused = [], []
    for file in files:
        done = subprocess.run([program, "check", file], capture_output=True, text=True)
        (refused if done.returncode == 2 else good).append(file)
    return good, refused


def exercise(program, files):
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        done = subprocess.run([program, "exercise", "--json", "--out", f"{folder}/out", *files], capture_output=True, text=True)
        if done.returncode not in (0, 1):
            raise SystemExit(f"exit {done.returncode}\n{done.stderr[-2000:]}")
        return json.loads(done.stdout)["alerts"], time.monotonic() - began


def coverage(program, files):
    done = subprocess.run([program, "check", "--coverage", "--json", *files], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(f"exit {done.returncode}\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def share(part, whole):
    return part / whole if whole else 0.0


def lacking(covered):
    """What alerts lack that cannot fire, by the exporter that would bring it."""
    by_exporter = collections.Counter()
    for lack in covered["lacks"]:
        by_exporter[lack["exporter"] or f"no exporter has {lack['metric']}"] += len(lack["alerts"])
    return by_exporter


def measure(program, name, files):
    files, refused = readable(program, files)
    alerts, seconds = exercise(program, files)
    covered = coverage(program, files)
    good = [a for a in alerts if a["fires"] and a["clears"]]
    by_cause = [a for a in good if a["cause"] != "metric"]
    total = len(alerts)
    result = {
        "set": name,
        "alerts": total,
        "match": share(covered["total"]["can_fire"], covered["total"]["alerts"]),
        "by_cause": share(len(by_cause), total),
        "fires_and_clears": share(len(good), total),
        "noise": sum(a["noise"] for a in alerts),
        "seconds": round(seconds, 1),
        "refused": refused,
        "not": [{"alert": a["alert"], "file": a["file"], "why": a["why_not"]} for a in alerts if a not in good],
        "lacks": lacking(covered).most_common(),
    }
    print(f"{name}: {total} alerts; {result['match']:.0%} match, {result['by_cause']:.0%} fire and clear by a cause, "
          f"{result['fires_and_clears']:.0%} in all; {seconds:.0f} s")
    for each in result["not"]:
        print(f"    not: {each['alert']} ({each['file']}): {each['why']}")
    for exporter, count in result["lacks"][:20]:
        print(f"    lacks: {exporter}: {count} alerts")
    for file in refused:
        print(f"    refused by Prometheus: {file}")
    return result


def below(result):
    goals = GOALS.get(result["set"])
    if goals is None:
        return []
    reached = (result["match"], result["by_cause"], result["fires_and_clears"])
    names = ("match", "by a cause", "in all")
    return [f"{result['set']}: {n} {r:.1%}, to be {g:.0%}" for n, r, g in zip(names, reached, goals) if r < g]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=FOLDER")
    parser.add_argument("--only", action="append", default=[], metavar="NAME")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    named = [each for each in os.environ.get("FIREDRILL_RULE_SETS", "").split(":") if each] + options.set
    results, missed = [], []
    for name, folder, files in sets(named):
        if options.only and name not in options.only:
            continue
        if not files:
            print(f"{name}: skipped, {folder} is not there")
            continue
        results.append(measure(options.program, name, files))
        missed += below(results[-1])
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(results, indent=2) + "\n")
    for each in missed:
        print(f"below the goal: {each}")
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
