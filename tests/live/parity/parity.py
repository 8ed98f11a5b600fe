#!/usr/bin/env python3
"""The simulated and the live world hold the same drill: the same scenario and seed in both, and then what each found, side
by side. Where they differ by more than chance and clocks may, the simulated model is wrong or the live one is.

Usage: parity.py PROGRAM [--seeds 1,2] [--busy] [--out FOLDER] [SCENARIO ...]

Without names: five scenarios with two seeds each and one in the time of the wall, a quarter of an hour. What is held
against each other, and how far it may be apart:

  alerts       the same ones fire, as severe
  probes       of each pod, the same transitions of each probe in the same order
  ttd          from the injection to the first alert: two evaluations and two scrapes; so for each alert beside it
  rate         of requests from outside before the fault: 5 %
  p50, p95     of their latency, as the service exposes it: 20 %; with --busy they are printed and not judged, for a machine
               that has other things to do, where requests wait for a processor that the simulated world does not lack; and what is apart is tried
               once more
"""

import argparse
import json
import math
import pathlib
import shutil
import subprocess
import sys
import tempfile

import worlds

RATE, LATENCY = 0.05, 0.20


class Run:
    """What one world found."""

    def __init__(self, program, folder, out, world, arguments):
        self.program, self.out, self.world = program, folder / out, world
        done = subprocess.run([program, "run", "scenario.yaml", "--out", out, "--keep", "all", *arguments], cwd=folder,
                              text=True, capture_output=True, timeout=600)
        if not (self.out / "record.json").exists():
            raise SystemExit(f"{' '.join(arguments)}: no record (exit code {done.returncode})\n{done.stdout}{done.stderr}")
        self.said = done.stderr
        self.record = json.loads((self.out / "record.json").read_text())

    def firing(self):
        """Of each alert that fired, by name and labels: when first, in seconds since the first fault."""
        found = {}
        begun = self.begun()
        for alert in self.record["alerts"]:
            if not alert.get("firing_at"):
                continue
            labels = {k: v for k, v in alert["labels"].items() if k in ("severity", "service", "dependency")}
            key = (alert["alert"], tuple(sorted(labels.items())))
            at = seconds(alert["firing_at"]) - (begun or 0)
            found[key] = min(at, found.get(key, math.inf))
        return found

    def begun(self):
        times = [seconds(fault["injected_at"]) for fault in self.record["faults"] if fault.get("injected_at")]
        return min(times) if times else None

    def probes(self):
        """By service and probe: the transitions of each pod (whose names are other ones in either world)."""
        found = {}
        for event in self.record["timeline"]:
            if event["kind"] not in ("probe.failure", "probe.success"):
                continue
            fields = event.get("fields", event)
            pods = found.setdefault((fields["service"], fields["probe"]), {})
            pods.setdefault(event["subject"], []).append(event["kind"].removeprefix("probe."))
        return {key: sorted(map(" ".join, pods.values())) for key, pods in found.items()}

    def value(self, expression):
        begins = self.world["begins"]
        at = f"+{begins - 1}s" if begins else "end"
        done = subprocess.run([self.program, "query", str(self.out), expression, "--at", at, "--json"], text=True,
                              capture_output=True)
        try:
            return float(json.loads(done.stdout)["data"]["result"][0]["value"][1])
        except (ValueError, KeyError, IndexError, TypeError):
            raise SystemExit(f"{expression}: {done.stdout}{done.stderr}")

    def steady(self):
        """Rate and latencies, while nothing is wrong."""
        span = int(min(self.world["begins"] or self.world["lasts"], 600))
        window = f"{span}s"
        buckets = f'sum by (le) (increase(http_request_duration_seconds_bucket{{service="web"}}[{window}]))'
        return {"rate": self.value(f'sum(rate(http_requests_total{{service="web"}}[{window}]))'),
                "p50": self.value(f"histogram_quantile(0.5, {buckets})"),
                "p95": self.value(f"histogram_quantile(0.95, {buckets})")}


def seconds(time):
    import datetime
    return datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()


def named(key):
    labels = dict(key[1])
    return key[0] + "".join(f" {labels[k]}" for k in ("service", "dependency") if k in labels)


def compare(world, simulated, live, busy):
    """Rows: what, simulated, live, how far it may be apart, whether it is not."""
    rows = []
    interval = world.get("interval", 10)
    far = 2 * interval + 2 * interval
    here, there = simulated.firing(), live.firing()
    rows.append(("alerts", ", ".join(sorted(map(named, here))) or "none", ", ".join(sorted(map(named, there))) or "none",
                 "the same", set(here) == set(there)))
    fired = {key[0] for key in here}
    rows.append(("alerts meant", ", ".join(sorted(world["alerts"])) or "none", "", "among them",
                 world["alerts"] <= fired if world["alerts"] else not fired))
    if here and there:
        rows.append(("ttd", f"{min(here.values()):.1f} s", f"{min(there.values()):.1f} s", f"{far} s",
                     abs(min(here.values()) - min(there.values())) <= far))
    for key in sorted(set(here) & set(there)):
        rows.append((f"  {named(key)}", f"{here[key]:.1f} s", f"{there[key]:.1f} s", f"{far} s",
                     abs(here[key] - there[key]) <= far))
    mine, theirs = simulated.probes(), live.probes()
    differing = [key for key in sorted(set(mine) | set(theirs)) if mine.get(key) != theirs.get(key)]
    steps = [f"{sum(each.count(' ') + 1 for pods in found.values() for each in pods)} transitions" for found in (mine, theirs)]
    rows.append(("probes", *steps, "the same", not differing))
    for key in differing:
        rows.append((f"  {key[0]} {key[1]}", "; ".join(mine.get(key, [])), "; ".join(theirs.get(key, [])), "", False))
    steady, real = simulated.steady(), live.steady()
    for name, share in (("rate", RATE), ("p50", LATENCY), ("p95", LATENCY)):
        unit, factor = ("/s", 1) if name == "rate" else ("ms", 1000)
        judged = name == "rate" or not busy
        rows.append((name, f"{factor * steady[name]:.2f} {unit}", f"{factor * real[name]:.2f} {unit}",
                     f"{share:.0%}" if judged else "not judged", not judged or abs(real[name] / steady[name] - 1) <= share))
    return rows


def hold(program, name, seed, keep, busy):
    world = worlds.WORLDS[name]
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        worlds.write(folder, name)
        simulated = Run(program, folder, "sim", world, ["--seed", seed])
        live = Run(program, folder, "live", world, ["--seed", seed, "--world", "live"] +
                   (["--speed", str(world["speed"])] if world["speed"] != 1 else []))
        rows = compare(world, simulated, live, busy)
        if keep:
            shutil.copytree(folder, pathlib.Path(keep) / f"{name}-{seed}", dirs_exist_ok=True)
    print(f"\n{name}, seed {seed}, speed {world['speed']}")
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    for row in rows:
        cells = "  ".join(cell.ljust(width) for cell, width in zip(row, widths))
        print(f"  {cells}  {'ok' if row[4] else 'APART'}", flush=True)
    return sum(not row[4] for row in rows)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("scenarios", nargs="*")
    parser.add_argument("--seeds", default="1,2")
    parser.add_argument("--busy", action="store_true")
    parser.add_argument("--out")
    arguments = parser.parse_intermixed_args()
    program = str(pathlib.Path(arguments.program).resolve())
    apart = 0
    for name in arguments.scenarios or [*worlds.LONG, "short-real-time"]:
        for seed in arguments.seeds.split(","):
            found = hold(program, name, seed, arguments.out, arguments.busy)
            if found and arguments.busy:
                print("  once more, since the machine may have been at something else")
                found = hold(program, name, seed, arguments.out, arguments.busy)
            apart += found
            if name == "short-real-time":
                break
    print(f"\n{apart} apart" if apart else "\nok")
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main())
