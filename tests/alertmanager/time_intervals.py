#!/usr/bin/env python3
"""Random time intervals in zones whose clocks change about now, made up for it, through real Alertmanagers and through firedrill:
the same routes are muted at the present instant.

    time_intervals.py PROGRAM [--pairs N] [--batch N] [--seed N] [--version V] [--keep DIR]

A pair is an interval, of a zone, and the instant at which its route is flushed. The zones are compiled by zic into a copy of the
system's database: Alertmanager is shown it by ZONEINFO, firedrill by a mount over /usr/share/zoneinfo that nobody else sees
(unshare). Without either, or without an Alertmanager, the exit code is 77; with FIREDRILL_REQUIRE_ORACLES 1."""

import argparse
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

from differential import duration, rfc3339
from oracle import Instance, Sink, programs

SYSTEM = pathlib.Path("/usr/share/zoneinfo")
REAL = ["Europe/London", "America/St_Johns", "Asia/Kathmandu", "Pacific/Chatham", "Australia/Lord_Howe", "America/Asuncion", "UTC"]
DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]


def made_up(folder, rng, count):
    """Zones with changes of their clocks within some hours, days and weeks of now; gives {name: offsets about now}."""
    shutil.copytree(SYSTEM, folder, symlinks=True)
    lines, names = [], []
    now = time.time()
    for i in range(count):
        offset = rng.choice([-11 * 3600, -4.5 * 3600, 0, 3600, 5.75 * 3600, 12 * 3600, 13.75 * 3600])
        changes = sorted(now + rng.choice([60, 3600, 7200, 86400, 14 * 86400]) * rng.uniform(-1.2, 1.2) for _ in range(rng.randint(1, 3)))
        name = f"Made/Z{i}"
        for at in changes + [None]:
            sign, whole = "-" if offset < 0 else "", abs(int(offset))
            until = "" if at is None else time.strftime("%Y %b %d %H:%M:%Su", time.gmtime(at))
            lines.append(f"{f'Zone {name}' if at in (changes[0],) else ''}\t{sign}{whole // 3600}:{whole // 60 % 60:02}\t-\tX{i}X\t{until}")
            offset = max(-12 * 3600, min(14 * 3600, offset + rng.choice([-3600, 3600, 1800, -7200])))
        names.append(name)
    source = folder.parent / "zones.txt"
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    subprocess.run([shutil.which("zic") or "/usr/sbin/zic", "-d", str(folder), str(source)], check=True)
    return names


def near(rng, value, least, most):
    return max(least, min(most, value + rng.randint(-2, 2)))


def interval(rng, zones):
    """One that has something to do with now, in most of its lists."""
    now = time.gmtime(time.time() + rng.randint(-14, 14) * 3600)
    out = {}
    if rng.random() < 0.6:
        out["times"] = []
        for _ in range(rng.randint(1, 2)):
            at = now.tm_hour * 60 + now.tm_min if rng.random() < 0.8 else rng.randint(0, 1439)
            begin = max(0, min(1438, at + rng.choice([-1, -10, -60, -120, 0, 1, 30])))
            end = min(1440, begin + rng.choice([1, 2, 15, 61, 150, 800]))
            out["times"].append({"start_time": "%02d:%02d" % divmod(begin, 60), "end_time": "%02d:%02d" % divmod(end, 60)})
    if rng.random() < 0.4:
        day = (now.tm_wday + 1) % 7
        out["weekdays"] = [DAYS[near(rng, day, 0, 6)], "%s:%s" % (DAYS[(low := rng.randint(0, 6))], DAYS[rng.randint(low, 6)])][:rng.randint(1, 2)]
    if rng.random() < 0.5:
        day = near(rng, now.tm_mday, 1, 31)
        out["days_of_month"] = [rng.choice([str(day), f"{max(1, day - 3)}:{day}", "-1", "-2", "-3:-1", "1:-1", f"{max(-31, day - 33)}:-1", f"1:{day}", "-31:-2", "31"])]
    if rng.random() < 0.3:
        month = near(rng, now.tm_mon, 1, 12)
        out["months"] = [rng.choice([str(month), f"{month}:12", f"1:{month}", time.strftime("%B", time.gmtime()).lower()])]
    if rng.random() < 0.2:
        out["years"] = [rng.choice([str(now.tm_year), f"{now.tm_year - 1}:{now.tm_year}", f"{now.tm_year + 1}:{now.tm_year + 2}"])]
    if rng.random() < 0.95:
        out["location"] = rng.choice(zones) if rng.random() < 0.8 else rng.choice(REAL)
    return out


def world(rng, zones, count, number):
    routes, intervals, alerts = [], [], []
    for i in range(count):
        intervals.append({"name": f"t{i}", "time_intervals": [interval(rng, zones) for _ in range(rng.choice([1, 1, 1, 2]))]})
        kind = rng.choice(["mute_time_intervals", "active_time_intervals"])
        routes.append({"receiver": "a", "matchers": [f'i="{i}"'], kind: [f"t{i}"]})
        alerts.append({"labels": {"alertname": "A", "i": str(i)}})
    configuration = {"route": {"receiver": "a", "group_by": ["i"], "group_wait": "0s", "group_interval": "5m", "routes": routes},
                     "receivers": [{"name": "a", "webhook_configs": [{"url": "http://127.0.0.1:1/"}]}], "time_intervals": intervals}
    return {"name": f"intervals-{number}", "configuration": configuration, "flags": {}, "failures": [], "silences": [], "reloads": [],
            "pushes": [{"at": 1.0, "alerts": alerts}], "seconds": 4}


def told_by_firedrill(program, version, one, start, folder, zones):
    test = {"alertmanager_config": "alertmanager.yml",
            "tests": [{"name": one["name"], "start": rfc3339(start),
                       "pushes": [{"at": duration(p["at"]), "alerts": p["alerts"]} for p in one["pushes"]],
                       "notification_cases": [{"receiver": "a", "to": duration(one["seconds"]), "at_least": 0}]}]}
    (folder / "test.yml").write_text(json.dumps(test), encoding="utf-8")
    (folder / "alertmanager.yml").write_text(json.dumps(one["configuration"]), encoding="utf-8")
    done = subprocess.run(["unshare", "-rm", "sh", "-c", f'mount --bind "$1" {SYSTEM} && shift && exec "$@"', "sh", zones, program, "test",
                           "alertmanager", "--json", "--alertmanager-version", version, folder / "test.yml"], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"firedrill ended with {done.returncode}\n{done.stderr}")
    told = json.loads(done.stdout)["files"][0]["tests"][0]["notifications"]
    return {n["group_labels"]["i"] for n in told}


def batch(program, version, alertmanager, one, folder, zones, sink):
    """The indices of the intervals of which the two think otherwise."""
    folder.mkdir(parents=True)
    if time.time() % 60 > 45:  # not across a minute's end, at which it depends on the moment
        time.sleep(61 - time.time() % 60)
    pointed = {**one, "configuration": sink.pointed(one["configuration"], folder.name)}
    instance = Instance(alertmanager, version, pointed, folder, sink)
    try:
        instance.run()
    finally:
        instance.stop()
    real = {post[5]["groupLabels"]["i"] for post in sink.of(folder.name)}
    said = told_by_firedrill(program, version, one, instance.start, folder, zones)
    return len(real), sorted(real ^ said, key=int), real


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--pairs", type=int, default=1000, help="of each version")
    parser.add_argument("--batch", type=int, default=250, help="intervals of one configuration")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--version", default="")
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    found = {version: path for version, path in programs().items() if options.version in ("", version)}
    can_mount = subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode == 0
    if not found or not can_mount or not (shutil.which("zic") or pathlib.Path("/usr/sbin/zic").exists()):
        print("no Alertmanager of 0.33 or 0.25, no zic, or no mounts of one's own here: nothing compared")
        return 1 if os.environ.get("FIREDRILL_REQUIRE_ORACLES") else 77
    base = options.keep or pathlib.Path(tempfile.mkdtemp(prefix="firedrill-intervals-"))
    base.mkdir(parents=True, exist_ok=True)
    rng = random.Random(options.seed)
    database = base / "zoneinfo"
    zones = made_up(database, rng, 60)
    os.environ["ZONEINFO"] = str(database)
    wrong = 0
    with Sink() as sink:
        for version, path in sorted(found.items()):
            pairs = open_now = differing = 0
            while pairs < options.pairs:
                one = world(rng, zones, min(options.batch, options.pairs - pairs), pairs)
                count, differences, real = batch(options.program, version, path, one, base / f"{version}-{pairs}", database, sink)
                pairs += len(one["configuration"]["time_intervals"])
                open_now += count
                differing += len(differences)
                for i in differences[:5]:
                    print(f"DIFFERS {version}: real {'tells' if i in real else 'mutes'}: {one['configuration']['route']['routes'][int(i)]} "
                          f"{one['configuration']['time_intervals'][int(i)]}")
            wrong += differing
            print(f"{version}: {pairs} pairs of interval and instant, {open_now} told, {pairs - open_now} muted, {differing} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
