#!/usr/bin/env python3
"""Figures of the live world, as ratios of one run on one machine:

    live_figures.py PROGRAM [--haproxy FILE] [--wrk FILE] [--seconds 9] [PART ...]

  line       a fake service alone; with a fault proxy before it, whose fault is yet to come; and with HAProxy in TCP mode in
             its place: requests a second, p50, p99, and the processor time that a request takes in what stands before it
  chance     a hundred thousand requests and more of which a tenth is to be answered 503 (by a process and by a proxy), reset or
             truncated (by a proxy), over kept connections and over one for each: chi-square; and the first 1000
  delay      requests that a process or a proxy delays: quantiles against those asked for
  injection  by how much faults come later than they should
  fleet      processor time and memory of 20 services with 3 replicas each, at rest and under load

Without a name: all of them. The first three need wrk (Debian: wrk) as clients, the first also HAProxy (Debian: haproxy); what
is not installed is left out, and that is said. All of it is on the loopback interface; what is started is ended."""

import argparse
import json
import math
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "live"))
import drill  # noqa: E402

CONNECTIONS = (1, 16, 64)
TICKS = os.sysconf("SC_CLK_TCK")

HAPROXY = """
global
  maxconn 4096
  nbthread 1
defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend front
  bind 127.0.0.1:PORT
  default_backend back
backend back
  server one 127.0.0.1:BACKEND
"""


HEADING = (f"{'proxy':9} {'body':>6} {'clients':>7} {'requests/s':>11} {'of none':>8} {'p50 ms':>8} {'p99 ms':>8} "
           f"{'cpu µs':>7}")


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(pid):
    """Of its own, in bytes: pages that it shares are divided among those who do."""
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


class Started:
    """A process that ends by SIGTERM."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(list(arguments), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_haproxy(file, folder, backend):
    port = free_port()
    configuration = pathlib.Path(folder) / "haproxy.cfg"
    configuration.write_text(HAPROXY.replace("PORT", str(port)).replace("BACKEND", str(backend)))
    started = Started(file, "-db", "-f", str(configuration))
    started.port = port
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
            return started
        except OSError:
            time.sleep(0.05)
    raise SystemExit("HAProxy does not answer")


def proxy_row(arguments, cases, body, connections, loaded):
    """The cases take turns, so that what else the machine does hits all of them; of each the median counts."""
    found = {name: [] for name in cases}
    for _ in range(3):
        for name, (port, pid) in cases.items():
            before = cpu_seconds(pid) if pid else 0
            one = loaded(port, connections, arguments.seconds / 3)
            one["cpu"] = ((cpu_seconds(pid) if pid else 0) - before) / one["requests"]
            found[name].append(one)
    middle = {name: {key: statistics.median(one[key] for one in runs) for key in runs[0]} for name, runs in found.items()}
    for name, row in middle.items():
        print(f"{name:9} {body:>6} {connections:7} {row['rate']:11.0f} {row['rate'] / middle['none']['rate']:8.2f} "
              f"{1000 * row['p50_s']:8.3f} {1000 * row['p99_s']:8.3f} {1e6 * row['cpu']:7.1f}", flush=True)
    if "haproxy" in middle:
        ours, theirs = middle["firedrill"], middle["haproxy"]
        print(f"         time of a request: {theirs['rate'] / ours['rate']:.2f} × HAProxy's, p99 {ours['p99_s'] / theirs['p99_s']:.2f} ×, "
              f"processor {ours['cpu'] / theirs['cpu']:.2f} ×")


SERVICE = """
services:
  one: {startup: 100ms, concurrency: 256, latency: 0s, cpu_per_request: 0s}
"""


class Serving:
    def __init__(self, program, folder, topology, *arguments):
        (folder / "topology.yaml").write_text(topology)
        self.process = subprocess.Popen([program, "serve", "topology.yaml", "--json", *arguments], cwd=folder, text=True,
                                        stdout=subprocess.PIPE, stderr=(folder / "said").open("w"))
        text = ""
        for line in self.process.stdout:
            text += line
            if line == "}\n":
                break
        if not text:
            raise SystemExit((folder / "said").read_text())
        self.told = json.loads(text)

    def replicas(self):
        with urllib.request.urlopen(self.told["page"] + "replicas.json", timeout=5) as answer:
            return json.load(answer)

    def wait_ready(self):
        for _ in range(600):
            if all(each["ready"] for each in self.replicas()):
                return
            time.sleep(0.1)
        raise SystemExit("not all replicas are ready after a minute")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)


LINE = """
version: 1
name: line
start: 2026-03-02T09:00:00Z
warmup: 1s
duration: 10m
topology: topology.yaml
prometheus: {scrape_interval: 15s, evaluation_interval: 15s, rule_files: [rules.yaml]}
faults:
  - {id: late, kind: bandwidth, target: {service: one}, at: 9m, rate: 1Mi, answer: BODY}
expectations:
  - {id: quiet, kind: alert_not_firing, alert: Never}
"""


def wrk(file, port, connections, seconds):
    done = subprocess.run([file, "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--latency",
                           f"http://127.0.0.1:{port}/"], capture_output=True, text=True, check=True).stdout
    found = {"requests": float(re.search(r"(\d+) requests in", done)[1]), "rate": float(re.search(r"Requests/sec: *([\d.]+)", done)[1])}
    for name, q in (("p50_s", "50%"), ("p99_s", "99%")):
        number, unit = re.search(rf"{q} +([\d.]+)(us|ms|s)", done).groups()
        found[name] = float(number) * {"us": 1e-6, "ms": 1e-3, "s": 1}[unit]
    return found


def line(arguments):
    file, haproxy = arguments.wrk or shutil.which("wrk"), arguments.haproxy or shutil.which("haproxy")
    if not file:
        return print("line: wrk is not installed (Debian: wrk): left out")
    print(HEADING)
    for body in ("200", "16Ki"):
        with tempfile.TemporaryDirectory() as made:
            folder = pathlib.Path(made)
            drill.write(folder, topology=SERVICE, rules=drill.NEVER, scenario=drill.filled(LINE, body=body))
            run = drill.begin(arguments.program, folder)
            next(text for text in run.stderr if "phase: steady" in text)
            replica = drill.services(run.pid)[0]
            backend = drill.ports_of(replica)[0]
            cases = {"none": (backend, None), "firedrill": (drill.ports_of(run.pid)[0], run.pid)}
            other = start_haproxy(haproxy, folder, backend) if haproxy else None
            if other:
                cases["haproxy"] = (other.port, other.process.pid)
            try:
                for connections in CONNECTIONS:
                    proxy_row(arguments, cases, body, connections, lambda *of: wrk(file, *of))
            finally:
                if other:
                    other.__exit__()
                drill.interrupt(run)


HIT = """
version: 1
name: hit
start: 2026-03-02T09:00:00Z
warmup: 1s
duration: 10m
topology: topology.yaml
prometheus: {scrape_interval: 15s, evaluation_interval: 15s, rule_files: [rules.yaml]}
faults:
FAULTS
expectations:
  - {id: quiet, kind: alert_not_firing, alert: Never}
"""
TARGETS = {"process": "{service: one}", "proxy": "{service: web, dependency: db}"}
THREE = """
services:
  one: {startup: 100ms, concurrency: 256, latency: 0s, cpu_per_request: 0s}
  web: {startup: 100ms, latency: 0s, dependencies: {db: {}}, routes: [{method: GET, path: /, calls: [{dependency: db}]}]}
  db: {startup: 100ms, concurrency: 256, latency: 0s, cpu_per_request: 0s}
"""


def hit(arguments, fault, told, by=tuple(TARGETS), seed=1):
    """What wrk meets of a fault that a process does, and of the same that a proxy does."""
    file = arguments.wrk or shutil.which("wrk")
    if not file:
        return print("wrk is not installed (Debian: wrk): left out")
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        faults = drill.listed(f"{{id: {who}, target: {TARGETS[who]}, at: 0s, {fault}}}" for who in by)
        drill.write(folder, topology=THREE, rules=drill.NEVER, scenario=drill.filled(HIT, faults=faults))
        run = drill.begin(arguments.program, folder, "--seed", str(seed))
        try:
            if not any("fault proxy injected" in text for text in run.stderr):
                raise SystemExit("the run did not come to its faults")
            time.sleep(0.5)
            one = next(child for child in drill.services(run.pid) if b"one-0" in drill.called(child))
            for who in by:
                told(who, file, drill.ports_of(one if who == "process" else run.pid)[0])
        finally:
            drill.interrupt(run)


def met(file, port, seconds, kept):
    """Requests, and those of them that were not answered as they should be: by another code, or not to their end."""
    close = [] if kept else ["-H", "Connection: close"]
    text = subprocess.run([file, "-t1", "-c32", f"-d{seconds}s", *close, f"http://127.0.0.1:{port}/"], capture_output=True,
                          text=True, check=True).stdout
    answered = int(re.search(r"(\d+) requests in", text)[1])
    codes = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    lost = sum(map(int, broken.groups())) if broken else 0
    return answered + lost, lost + (int(codes[1]) if codes else 0)


# What is drawn for each request, and the clients' connections: kept, or one for each request.
CHANCES = [
    ("answered 503", "kind: http_error, code: 503", tuple(TARGETS), True),
    ("answered 503", "kind: http_error, code: 503", ("proxy",), False),
    ("reset", "kind: reset, scrapes: false", ("proxy",), True),
    ("reset", "kind: reset, scrapes: false", ("proxy",), False),
    ("cut off", "kind: truncate, after_bytes: 1, answer: 1Ki", ("proxy",), True),
    ("cut off", "kind: truncate, after_bytes: 1, answer: 1Ki", ("proxy",), False),
]


def chance(arguments):
    """Chi-square with one degree of freedom: 6.63 is passed by one in a hundred of honest runs. Each row has a seed of its
    own: with the same one all would be drawn alike, and be right or wrong together."""
    for seed, (what, fault, by, kept) in enumerate(CHANCES, 1):
        how = "kept connections" if kept else "one connection each"

        def told(who, file, port):
            whole = wrong = 0
            while whole < 100000:
                more, hit_of_them = met(file, port, 10, kept)
                whole, wrong = whole + more, wrong + hit_of_them
            square = (wrong - whole / 10) ** 2 / (whole / 10) + (wrong - whole / 10) ** 2 / (whole * 9 / 10)
            print(f"chance   {who:8}, {how}: {wrong} of {whole} {what}, {whole / 10:.1f} expected: chi-square {square:.2f}",
                  flush=True)

        def exact(who, file, port):
            whole, wrong = met(file, port, 3, kept)
            print(f"chance   {who:8}, {how}: {wrong} of {whole} {what}, the first 1000 asked for", flush=True)

        hit(arguments, fault + ", probability: 10%", told, by, seed)
        hit(arguments, fault + ", pattern: {first_n: 1000}", exact, by, seed)


def delay(arguments):
    median, high = 0.05, 0.12  # p50, p99
    sigma = math.log(high / median) / statistics.NormalDist().inv_cdf(0.99)

    def told(who, file, port):
        text = subprocess.run([file, "-t1", "-c32", "-d15s", "--latency", f"http://127.0.0.1:{port}/"], capture_output=True,
                              text=True, check=True).stdout
        for q in (50, 75, 90, 99):
            number, unit = re.search(rf"{q}% +([\d.]+)(us|ms|s)", text).groups()
            found = float(number) * {"us": 1e-6, "ms": 1e-3, "s": 1}[unit]
            asked = median * math.exp(sigma * statistics.NormalDist().inv_cdf(q / 100))
            print(f"delay    {who:8}: p{q} {1000 * found:7.2f} ms, {1000 * asked:7.2f} ms asked for: {found / asked:.3f} ×", flush=True)
    hit(arguments, "kind: latency, distribution: lognormal, p50: 50ms, p99: 120ms", told)


INJECTED = """
version: 1
name: injected
start: 2026-03-02T09:00:00Z
warmup: 2s
duration: 24s
topology: topology.yaml
prometheus: {scrape_interval: 1s, evaluation_interval: 1s, rule_files: [rules.yaml]}
faults:
FAULTS
expectations:
  - {id: quiet, kind: alert_not_firing, alert: Never}
"""
TWO = """
services:
  web:
    replicas: 2
    startup: 100ms
    latency: 3ms
    cpu_per_request: 0s
    traffic: {requests_per_second: 50, timeout: 2s}
    dependencies: {db: {request_timeout: 1s}}
    routes: [{method: GET, path: /, calls: [{dependency: db}]}]
  db: {startup: 100ms, latency: 2ms, cpu_per_request: 0s}
"""
KINDS = ["{kind: latency, target: {service: db}, p50: 50ms", "{kind: reset, target: {service: web, dependency: db}",
         "{kind: http_error, target: {service: web}, code: 503", "{kind: blackhole, target: {service: db}"]


def injection(arguments):
    faults = drill.listed(f"{KINDS[i % len(KINDS)]}, id: f{i}, at: {1000 + 700 * i}ms, duration: 300ms}}" for i in range(30))
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        drill.write(folder, topology=TWO, rules=drill.NEVER, scenario=drill.filled(INJECTED, faults=faults))
        record = drill.record_of(folder, drill.run(arguments.program, folder))
    if record is None:
        raise SystemExit(1)
    start = drill.seconds("2026-03-02T09:00:02Z")
    late = sorted(1000 * (drill.seconds(fault["injected_at"]) - start) - (1000 + 700 * int(fault["id"][1:]))
                  for fault in record["faults"] if fault.get("injected_at"))
    print(f"injection of {len(late)} faults: {statistics.median(late):.0f} ms late in the middle, {late[-1]:.0f} ms at most")


def fleet(arguments):
    services = "services:\n"
    for i in range(20):
        calls = f", dependencies: {{s{i + 1}: {{request_timeout: 1s}}}}, routes: [{{method: GET, path: /, calls: [{{dependency: s{i + 1}}}]}}]" \
            if i % 5 < 4 else ""
        traffic = f", traffic: {{requests_per_second: {arguments.rate / 4:g}}}" if i % 5 == 0 else ""
        services += f"  s{i}: {{replicas: 3, startup: 1s, latency: 5ms, cpu_per_request: 0s{traffic}{calls}}}\n"
    for state, more in (("at rest", []), ("under load", ["--traffic"])):
        with tempfile.TemporaryDirectory() as made, Serving(arguments.program, pathlib.Path(made), services, *more) as serving:
            serving.wait_ready()
            time.sleep(8)  # in which the machine is tried
            pids = [each["pid"] for each in serving.replicas()]
            own = serving.process.pid
            before = sum(map(cpu_seconds, pids)), cpu_seconds(own)
            time.sleep(10)
            after = sum(map(cpu_seconds, pids)), cpu_seconds(own)
            print(f"fleet    {state:10}: {len(pids)} processes use {(after[0] - before[0]) / 10:.3f} of a processor and "
                  f"{sum(map(memory, pids)) / 2 ** 20:.0f} MiB, firedrill {(after[1] - before[1]) / 10:.3f} and "
                  f"{memory(own) / 2 ** 20:.0f} MiB" + (f" ({arguments.rate:g} requests/s from outside, five services deep)" if more else ""),
                  flush=True)


PARTS = {part.__name__: part for part in (line, chance, delay, injection, fleet)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("parts", nargs="*")
    parser.add_argument("--haproxy")
    parser.add_argument("--wrk")
    parser.add_argument("--seconds", type=float, default=9)
    parser.add_argument("--rate", type=float, default=100)
    arguments = parser.parse_intermixed_args()
    arguments.program = str(pathlib.Path(arguments.program).resolve())
    for name in arguments.parts or PARTS:
        if name not in PARTS:
            raise SystemExit(f"there is no part {name}: {', '.join(PARTS)}")
        PARTS[name](arguments)


if __name__ == "__main__":
    sys.exit(main())
