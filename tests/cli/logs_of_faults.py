#!/usr/bin/env python3
"""Runs every kind of fault and reads what it makes services write: `firedrill logs`.

Each kind writes one of the lines that its row lists (`firedrill list faults`), or its row says why there are none, and then
the events of the cluster are looked at where it names one. No line names a kind, a fault's id or the scenario. Without a
fault none of these lines is written.

Usage: logs_of_faults.py PROGRAM [KIND...]"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

from faults_at_their_least import ALERTMANAGER, LEAST, LINK, MAILER, RULES, SCENARIO, SERVICES, STORE, WEB

ONE = "{service: store, mode: one}"
# kind: target and fields that leave no doubt; those of LEAST where nothing is said.
STRONG = {
    "http_error": (STORE, "code: 500, probability: 50%"),
    "latency": (STORE, "p50: 800ms"),
    "hang": (STORE, "probability: 50%"),
    "blackhole": (STORE, "probability: 50%"),
    "connection_refused": (STORE, "probability: 50%"),
    "reset": (STORE, "probability: 50%"),
    "partition": (STORE, "probability: 50%"),
    "loss": (STORE, "percent: 30%"),
    "bandwidth": (STORE, "rate: 4Ki"),
    "slicer": (STORE, "size: 1Ki, pause: 100ms"),
    "slow_close": (LINK, "delay: 60s"),
    "truncate": (STORE, "probability: 50%"),
    "dns": (WEB, "answer: nxdomain"),
    "tls": (STORE, ""),
    "cpu_throttle": (STORE, "percent: 98%"),
    "gc_pause": (STORE, "pause: 2s, period: 20s"),
    "disk_fill": (STORE, "percent: 100%"),
    "io_latency": (STORE, "mean: 700ms"),
    "io_errno": (STORE, "probability: 50%"),
    "pool_exhaustion": (LINK, "max: 0"),
    "queue_backlog": (MAILER, "rate: 100000"),
    "consumer_stall": (MAILER, ""),
    "cache_miss_storm": (LINK, "lost: 100%"),
    "retry_storm": (LINK, "attempts: 4"),
    "thundering_herd": (WEB, "factor: 400, width: 1s, period: 30s"),
    "rate_limit": (STORE, "rps: 5"),
    "traffic_surge": (WEB, "factor: 200"),
    "traffic_drop": (WEB, "percent: 90%"),
    "bad_deploy": (STORE, "version: v2, errors: 50%"),
    "config_push": (STORE, "probability: 50%"),
    "memory_leak": (ONE, "rate: 20Mi, limit: 200Mi"),
    "oom": (ONE, "limit: 64Mi"),
    "probe_lies_ok": (STORE, "probability: 50%"),
    "slow_start": (ONE, "factor: 4"),
    "startup_failure": (ONE, "fails: exits"),
    "thread_exhaustion": (STORE, "left: 1%"),
    "scrape_timeout": (STORE, "delay: 60s"),
    "clock_skew": (STORE, "offset: -2m"),
    "rule_eval_delay": ("", "delay: 65s"),
    "notify_drop": ("", ""),
    "receiver_error": ("", "status: 503"),
    "receiver_slow": ("", "delay: 10m"),
}
# Kinds that do little where there is room to spare: what takes it away.
BESIDE = {"thread_exhaustion": "{id: crowd, kind: traffic_surge, at: 5m, duration: 5m, target: %s, factor: 12}" % WEB}
BEGINS = "2026-03-03T12:15:00"  # the warm-up takes ten minutes
# Kinds without lines that the cluster tells of.
TOLD_BY_THE_CLUSTER = {"memory_leak": "OOMKilled", "oom": "OOMKilled", "readiness_flap": "Unhealthy"}


def listed(program):
    entries = json.loads(subprocess.run([program, "list", "faults", "--json"], capture_output=True, text=True, check=True).stdout)
    found = {}
    for entry in entries:
        told = entry["doc"].split(" In the logs: ", 1)[1]
        found[entry["name"]] = re.findall(r'"([^"]+)"', told)
    return found


def pattern(message):
    return re.compile("".join(".+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[a-z]+\})", message)))


def run(program, folder, fault):
    (folder / "least").mkdir()
    folder = folder / "least"
    (folder / "topology.yaml").write_text(SERVICES)
    (folder / "rules.yaml").write_text(RULES)
    (folder / "alertmanager.yml").write_text(ALERTMANAGER)
    (folder / "scenario.yaml").write_text(SCENARIO % fault if fault else SCENARIO.replace("faults:\n  - %s\n", ""))
    out = folder / "out"
    done = subprocess.run([program, "run", str(folder), "--out", str(out)], capture_output=True, text=True, timeout=120)
    if done.returncode not in (0, 1, 4):
        return None, None, done.stdout + done.stderr
    # The file itself, which is what `logs --json` prints.
    rows = [json.loads(line) for line in (out / "logs.ndjson").read_text().splitlines()[1:]]
    return [r for r in rows if r["is"] == "log"], [r for r in rows if r["is"] == "event"], ""


def check(program, kind, own, kinds):
    target, fields = STRONG.get(kind) or LEAST[kind][:2]
    aim = f", target: {target}" if target else ""
    lasts = "" if kind == "crash" else ", duration: 5m"
    with tempfile.TemporaryDirectory() as name:
        fault = f"{{id: f-of-{kind}, kind: {kind}, at: 5m{lasts}{aim}{', ' + fields if fields else ''}}}"
        if kind in BESIDE:
            fault += f"\n  - {BESIDE[kind]}"
        lines, events, wrong = run(program, pathlib.Path(name), fault)
    if lines is None:
        return f"{kind}: refused\n{wrong}"
    problems = []
    texts = [line["message"] for line in lines] + [event["message"] for event in events]
    for text in texts:
        named = [word for word in [f"f-of-{kind}", *(k for k in kinds if "_" in k)] if word in text]
        if named:
            problems.append(f"'{text}' names {named[0]}")
    written = [text for text in texts if any(pattern(message).fullmatch(text) for message in own)]
    if own and not written:
        problems.append(f"wrote none of {own}, but {sorted({line['cause'] for line in lines})}")
    if not own and kind in TOLD_BY_THE_CLUSTER and TOLD_BY_THE_CLUSTER[kind] not in {e["reason"] for e in events}:
        problems.append(f"no event {TOLD_BY_THE_CLUSTER[kind]}")
    before = [line for line in lines if line["t"] < BEGINS and line["message"] in written]
    if before:
        problems.append(f"written before it began: {before[0]}")
    return f"{kind}: {'; '.join(problems)}" if problems else None


def main():
    program, *wanted = sys.argv[1:]
    rows = listed(program)
    failures = []
    with tempfile.TemporaryDirectory() as name:
        usual, _, wrong = run(program, pathlib.Path(name), "")
    if usual is None:
        failures.append(f"without a fault: {wrong}")
    for line in usual or []:
        if line["level"] not in ("info", "warn"):
            failures.append(f"without a fault: {line}")
    for kind, own in rows.items():
        if wanted and kind not in wanted:
            continue
        problem = check(program, kind, own, rows)
        if problem:
            failures.append(problem)
    print("\n".join(failures) if failures else f"{len(rows)} kinds, each with its lines or without any for a reason")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
