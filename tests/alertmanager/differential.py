#!/usr/bin/env python3
"""Drives real Alertmanagers over their API on loopback and compares what their receivers get with what
`firedrill test alertmanager` says of the same configuration, alerts and times.

    differential.py PROGRAM [--count N] [--seed N] [--seconds S] [--at-once N] [--at-most S] [--only NAME] [--keep DIR]

Every configuration is run against each version that is installed: 0.33 where ../shared/oracle/install puts it, 0.25 in
the PATH or in FIREDRILL_ALERTMANAGER_025. Waits are short because the configurations say so. Without any the exit code is
77; with FIREDRILL_REQUIRE_ORACLES 1.

Notifications are compared by receiver, integration, group, reason (0.33), status, alerts with their times, order and
time, to 0.4 s; where a retry is on the way, to the back-off's interval. What two programs could decide either way, an
alert that arrives just as its group is flushed say, is not put to them: a configuration is only taken if firedrill
answers the same when every time in it is moved a little."""

import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

from oracle import Instance, Sink, programs
from worlds import hand_made, random_world

TOLERANCE = 0.4


def rfc3339(seconds):
    whole = time.gmtime(int(seconds))
    return time.strftime("%Y-%m-%dT%H:%M:%S", whole) + ".%03dZ" % int(round(seconds % 1 * 1000) % 1000)


def duration(seconds):
    """Prometheus's form; offsets may be negative."""
    text = "%dms" % abs(round(seconds * 1000))
    return "-" + text if seconds < 0 else text


def test_file(world, start, shift=None):
    """The world as a test of firedrill's, each of its times moved by shift()."""
    move = shift or (lambda: 0.0)
    at = lambda seconds: duration(max(0.0, seconds + move()) if seconds >= 0 else seconds + move())
    receivers = world["configuration"]["receivers"]
    test = {
        "name": world["name"], "start": rfc3339(start),
        "pushes": [{"at": at(p["at"]), "alerts": [
            {"labels": a["labels"], "annotations": {},
             **({"starts_at": at(a["starts_at"])} if "starts_at" in a else {}),
             **({"ends_at": at(a["ends_at"])} if "ends_at" in a else {})} for a in p["alerts"]]}
            for p in world["pushes"]],
        "silences": [{"matchers": s["matchers"], "from": at(s["from"]), "to": at(s["to"])} for s in world["silences"]],
        "receiver_failures": [{**f, "from": at(f["from"]), "to": at(f["to"])} for f in world["failures"]],
        "reloads": [at(t) for t in world["reloads"]],
        "notification_cases": [{"receiver": receivers[0]["name"], "to": duration(world["seconds"]), "at_least": 0}],
    }
    test = {key: value for key, value in test.items() if value != []}
    return {"alertmanager_config": "alertmanager.yml", **world["flags"], "tests": [test]}


def predict(program, version, world, start, folder, shift=None):
    path = folder / "test.yml"
    path.write_text(json.dumps(test_file(world, start, shift)), encoding="utf-8")
    (folder / "alertmanager.yml").write_text(json.dumps(world["configuration"]), encoding="utf-8")
    done = subprocess.run([program, "test", "alertmanager", "--json", "--alertmanager-version", version, str(path)],
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{world['name']}: firedrill ended with {done.returncode}\n{done.stderr}")
    return [n for n in json.loads(done.stdout)["files"][0]["tests"][0]["notifications"] if n["accepted"]]


def is_robust(program, version, world, folder, rng):
    """Whether small differences of time change nothing."""
    start = time.time()
    told = predict(program, version, world, start, folder)
    if not told and not world.get("may_be_silent"):
        return False
    for _ in range(10):
        moved = predict(program, version, world, start, folder, lambda: rng.uniform(-0.12, 0.12))
        if compare(moved, told, world, "0.33"):
            return False
    return True


def alerts_of(alerts):
    return sorted((json.dumps(a["labels"], sort_keys=True), a["status"], a["starts_at"], a.get("ends_at")) for a in alerts)


def alerts_agree(real, said):
    if len(real) != len(said):
        return False
    for (labels, status, starts, ends), (labels2, status2, starts2, ends2) in zip(alerts_of(real), alerts_of(said)):
        if labels != labels2 or status != status2 or abs(starts - starts2) > TOLERANCE:
            return False
        if (ends is None) != (ends2 is None) or (ends is not None and abs(ends - ends2) > TOLERANCE):
            return False
    return True


def latest(notification, world):
    """How much later or earlier a notification may come: as its retries' back-off draws."""
    fails = [f for f in world["failures"] if f["receiver"] == notification["receiver"]]
    if not fails or not any(f["from"] - 0.5 <= a["at"] <= f["to"] + 0.5 for f in fails for a in notification["attempts"]):
        return TOLERANCE
    wait = 0.5 * 1.5 ** max(0, len(notification["attempts"]) - 1)
    return TOLERANCE + 1.5 * wait


def compare(real, said, world, version):
    problems = []
    keys = sorted({(n["receiver"], n["integration"], n["group_key"]) for n in real + said})
    for key in keys:
        ours = [n for n in said if (n["receiver"], n["integration"], n["group_key"]) == key]
        theirs = [n for n in real if (n["receiver"], n["integration"], n["group_key"]) == key]
        # The run ends for both at the same time, but for what comes as it ends.
        cut = world["seconds"] - 0.6
        ours = [n for n in ours if n["time"] < cut or len(theirs) > ours.index(n)]
        theirs = [n for n in theirs if n["time"] < cut or len(ours) > theirs.index(n)]
        for i in range(max(len(ours), len(theirs))):
            if i >= len(ours) or i >= len(theirs):
                which, extra = ("real", theirs) if i >= len(ours) else ("firedrill", ours)
                problems.append(f"{key}: only {which} tells at {extra[i]['time']:.2f}: {describe(extra[i])}")
                break
            a, b = theirs[i], ours[i]
            wrong = [name for name, same in (
                ("time", abs(a["time"] - b["time"]) <= latest(b, world)), ("status", a["status"] == b["status"]),
                ("reason", version != "0.33" or a["reason"] == b["reason"]),
                ("group labels", a["group_labels"] == b["group_labels"]), ("alerts", alerts_agree(a["alerts"], b["alerts"])),
                ("order", [x["labels"] for x in a["alerts"]] == [x["labels"] for x in b["alerts"]]),
            ) if not same]
            if wrong:
                problems.append(f"{key}: notification {i + 1} differs in {', '.join(wrong)}\n    real      "
                                f"{a['time']:.2f} {describe(a)}\n    firedrill {b['time']:.2f} {describe(b)}")
                break
    return problems


def describe(n):
    return f"{n['reason']} {n['status']} " + " ".join(
        f"{'-' if a['status'] == 'resolved' else ''}{a['labels'].get('i', '?')}[{a['starts_at']:.2f},{a.get('ends_at')}]"
        for a in n["alerts"])


def gaps_agree(attempts):
    """Retries of real notifiers lie within the back-off's interval: each wait is drawn from half to one and a half."""
    problems = []
    for series in attempts.values():
        wait = 0.5
        for before, after in zip(series, series[1:]):
            if after["first"]:
                wait = 0.5
                continue
            gap = after["time"] - before["time"]
            if not before["timed_out"] and not 0.5 * wait - 0.05 <= gap <= 1.5 * wait + TOLERANCE:
                problems.append(f"a retry after {gap:.2f} s where {wait / 2:.2f} to {wait * 1.5:.2f} were expected")
            wait *= 1.5
    return problems


def one(program, version, alertmanager, world, sink, folder):
    # What an earlier run left would be loaded as the notification log.
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if callable(world.get("adapt")):
        world = world["adapt"](world, time.time())
    real_world = dict(world, configuration=sink.pointed(world["configuration"], folder.name))
    instance = Instance(alertmanager, version, real_world, folder, sink)
    try:
        instance.run()
    finally:
        instance.stop()
    said = predict(program, version, world, instance.start, folder)
    real = sink.notifications(folder.name, instance.start, version)
    problems = compare(real, said, world, version) + gaps_agree(sink.attempts(folder.name, instance.start))
    (folder / "real.json").write_text(json.dumps(real, indent=1), encoding="utf-8")
    (folder / "said.json").write_text(json.dumps(said, indent=1), encoding="utf-8")
    return len(real), problems


def worlds(options, program, version, folder, rng):
    chosen = [w for w in hand_made() if version in w.get("versions", ("0.25", "0.33")) and w["seconds"] <= options.at_most]
    if options.only:
        return [w for w in chosen if options.only in w["name"]]
    number = tries = 0
    while len(chosen) < options.count and tries < options.count * 20:
        tries += 1
        world = random_world(rng, number, options.seconds, version)
        if is_robust(program, version, world, folder, rng):
            chosen.append(world)
            number += 1
    return chosen[:options.count]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--at-once", type=int, default=30)
    parser.add_argument("--at-most", type=int, default=3600, help="leave out what is made by hand and takes longer")
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    found = programs()
    if not found:
        print("no Alertmanager of 0.33 or 0.25 here: nothing compared")
        return 1 if os.environ.get("FIREDRILL_REQUIRE_ORACLES") else 77
    base = options.keep or pathlib.Path(tempfile.mkdtemp(prefix="firedrill-alertmanager-"))
    base.mkdir(parents=True, exist_ok=True)
    wrong = total = configurations = 0
    began = time.time()
    with Sink() as sink, concurrent.futures.ThreadPoolExecutor(options.at_once) as pool:
        jobs = []
        for version, alertmanager in sorted(found.items()):
            rng = random.Random(options.seed)
            for i, world in enumerate(worlds(options, options.program, version, base, rng)):
                folder = base / f"{version.replace('.', '')}-{i}"
                jobs.append((version, world, folder,
                             pool.submit(one, options.program, version, alertmanager, world, sink, folder)))
        for version, world, folder, job in jobs:
            count, problems = job.result()
            total += count
            configurations += 1
            # A busy machine is late: what differs is run again with nothing beside it, and counts if it differs each time.
            for _ in range(2):
                if not problems:
                    break
                print(f"{version} {world['name']} ({folder.name}) differed, run again alone: {problems[0]}")
                folder = folder.with_name(folder.name + "-again")
                _, problems = one(options.program, version, found[version], world, sink, folder)
            if problems:
                wrong += 1
                print(f"DIFFERS {version} {world['name']} ({folder.name})")
                for problem in problems:
                    print("  " + problem)
    print(f"{configurations} configurations, {total} notifications, {wrong} differ ({', '.join(sorted(found))}; "
          f"{time.time() - began:.0f} s)")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
