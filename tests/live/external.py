#!/usr/bin/env python3
"""A program of one's own under test: firedrill sends it requests, probes and scrapes it, takes its dependency away, and
neither starts nor ends it. On the loopback interface alone; ends only processes that it started itself.

Usage: external.py PROGRAM [--all] [--checkout COMPILED]    --all: also the naive one; --checkout: the one in C++ as well"""

import argparse
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

import drill
from drill import check, until

HERE = pathlib.Path(__file__).resolve().parent

TOPOLOGY = """
services:
  checkout:
    external: {url: http://127.0.0.1:PROGRAM_PORT}
    startup: STARTUP
    latency: 3ms
    traffic: {requests_per_second: 20, timeout: 3s}
    routes: [{method: POST, path: /checkout, calls: [{dependency: payment, path: /charge}]}]
    dependencies: {payment: {port: PAYMENT_PORT, connect_timeout: 300ms, request_timeout: 500ms, critical: false}}
    livenessProbe: {httpGet: {path: /health/live, port: PROGRAM_PORT}, periodSeconds: 1, failureThreshold: 2}
    readinessProbe: {httpGet: {path: /health/ready, port: PROGRAM_PORT}, periodSeconds: 1}
  payment:
    replicas: 2
    startup: 100ms
    latency: 8ms
    cpu_per_request: 0s
    routes: [{method: POST, path: /charge}]
"""

RULES = """
groups:
  - name: checkout
    rules:
      - alert: CheckoutErrors
        expr: |
          sum by (service) (rate(http_requests_total{service="checkout",code=~"5.."}[6s]))
            / sum by (service) (rate(http_requests_total{service="checkout"}[6s])) > 0.05
        for: 1s
        labels: {severity: critical}
      - alert: PaymentUnreachable
        expr: |
          sum by (service) (rate(dependency_requests_total{service="checkout",outcome!="success"}[6s]))
            / sum by (service) (rate(dependency_requests_total{service="checkout"}[6s])) > 0.3
        for: 1s
        labels: {severity: warning}
"""

SCENARIO = """
version: 1
name: own
start: 2026-03-02T09:00:00Z
warmup: 6s
duration: 24s
topology: topology.yaml
prometheus: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s, rule_files: [rules.yaml]}
faults:
FAULTS
expectations:
  - {id: quiet, kind: alert_not_firing, alert: CheckoutErrors}
  - {id: noticed, kind: alert_firing, alert: PaymentUnreachable, since: injected, within: 8s}
"""

FAULTS = """
  - {id: silent, kind: blackhole, target: {service: checkout, dependency: payment}, at: 2s, duration: 8s}
  - {id: refused, kind: connection_refused, target: {service: payment}, at: 14s, duration: 4s}
"""

def free_port():
    """Below those that the system gives to clients."""
    for port in range(21000 + os.getpid() % 5000, 32000):
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            if port not in free_port.given:
                free_port.given.add(port)
                return port
    raise SystemExit("FAIL no free port")


free_port.given = set()


def status(port, path, method="GET"):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method, data=b"" if method == "POST" else None)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


class Folder:
    def __init__(self, name, startup="1s", faults=FAULTS):
        self.path = pathlib.Path(name)
        self.port, self.payment = free_port(), free_port()
        topology = drill.filled(TOPOLOGY, program_port=self.port, payment_port=self.payment, startup=startup)
        drill.write(self.path, topology=topology, rules=RULES, scenario=drill.filled(SCENARIO, faults=faults))

    def start(self, command, naive):
        if command is None:
            command = [sys.executable, str(HERE / "programs/checkout.py"), "--port", str(self.port), "--payment",
                       f"http://127.0.0.1:{self.payment}", *(["--naive"] if naive else [])]
        else:
            command = [command, str(self.port), str(self.payment), *(["naive"] if naive else [])]
        started = subprocess.Popen(command, cwd=self.path)
        check("the program comes up", until(lambda: status(self.port, "/health/live") == 200, 30), command)
        return started

    def run(self, program, *arguments):
        return drill.run(program, self.path, *arguments)


def refuses(program):
    with tempfile.TemporaryDirectory() as name:
        folder = Folder(name)
        done = folder.run(program)
        check("a program that is not there", done.returncode == 3, f"{done.returncode}: {done.stdout} {done.stderr}")
        check("is named", f"nothing listens at http://127.0.0.1:{folder.port}, where checkout is to be" in done.stderr, done.stderr)
        check("with what it is to reach", f"payment at http://127.0.0.1:{folder.payment}" in done.stderr, done.stderr)
    cases = [
        ("{id: bad, kind: http_error, target: {service: checkout}, code: 500, at: 1s}", "checkout is a program of your own"),
        ("{id: bad, kind: crash, target: {service: checkout}, at: 1s}", "checkout is a program of your own"),
    ]
    for fault, words in cases:
        with tempfile.TemporaryDirectory() as name:
            done = Folder(name, faults=f"  - {fault}").run(program)
            check(f"{fault} is refused", done.returncode == 2 and words in done.stderr, f"{done.returncode}: {done.stderr}")


# What it says at /metrics and when it is asked whether it is ready: the code, and what has to be said.
HOSTILE = [
    ("garbage", "endless", 4, [" fails: line 2: no name of a metric", "what checkout exposes at ", "checkout sent nothing to payment"]),
    ("slow", "fine", 4, ["no whole answer within 1s"]),
    ("huge", "fine", 4, ["larger than 16777216 bytes"]),
    ("fine", "header", 3, ["its readinessProbe fails: ", "headers are larger than"]),
]


def says_what_is_wrong(program, rows):
    """Of a program whose answers nobody can read: why not. That it is asked for nothing by its dependency's name."""
    fault = "  - {id: silent, kind: blackhole, target: {service: checkout, dependency: payment}, at: 1s, duration: 3s}"
    for metrics, ready, code, words in rows:
        with tempfile.TemporaryDirectory() as name:
            folder = Folder(name, faults=fault)
            scenario = (folder.path / "scenario.yaml").read_text()
            (folder.path / "scenario.yaml").write_text(scenario.replace("warmup: 6s", "warmup: 4s").replace("duration: 24s", "duration: 5s"))
            mine = subprocess.Popen([sys.executable, str(HERE / "programs/hostile.py"), str(folder.port), metrics, ready])
            try:
                until(lambda: status(folder.port, "/health/live") == 200, 30)
                done = folder.run(program, "--seed", "3")
                said = done.stdout + done.stderr
                check(f"{metrics}, {ready}: code", done.returncode == code, f"{done.returncode}: {said}")
                for each in words:
                    check(f"{metrics}, {ready}: says {each}", each in said, said)
                check(f"{metrics}, {ready}: nobody reset anything", "connection reset by peer" not in said, said)
            finally:
                mine.terminate()
                mine.wait(10)


def stands(program, command, naive):
    called = f"{'naive' if naive else 'resilient'} {'Python' if command is None else 'C++'}"
    with tempfile.TemporaryDirectory() as name:
        folder = Folder(name)
        mine = folder.start(command, naive)
        try:
            done = folder.run(program, "--json", "--seed", "3")
            check(f"{called}: {'fails' if naive else 'passes'}", done.returncode == (1 if naive else 0),
                  f"{done.returncode}: {done.stdout} {done.stderr}")
            check(f"{called}: it still runs", mine.poll() is None and status(folder.port, "/health/live") == 200, mine.poll())
            record = drill.record_of(folder.path, done)
            if record is None:
                return
            fired = set(drill.fired(record))
            check(f"{called}: alerts", fired == {"PaymentUnreachable"} | ({"CheckoutErrors"} if naive else set()), fired)
            for fault in record["faults"]:
                check(f"{called}: {fault['id']} is witnessed", fault.get("witness"), fault)
            check(f"{called}: nothing was restarted", not any(e["kind"] == "container.restarted" for e in record["timeline"]))
        finally:
            mine.terminate()
            mine.wait(10)


def serves(program):
    """`serve` prints addresses, starts nothing, and follows a program that comes and goes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Folder(name)
        serving = subprocess.Popen([program, "serve", "topology.yaml", "--json"], cwd=name, text=True,
                                   stdout=subprocess.PIPE, stderr=(folder.path / "said").open("w"))
        mine = None
        try:
            text = ""
            for line in serving.stdout:
                text += line
                if line == "}\n":
                    break
            told = json.loads(text)
            check("the way is told", told["ways"] == [{"service": "checkout", "dependency": "payment",
                                                       "address": f"127.0.0.1:{folder.payment}"}], told["ways"])
            check("nobody started it", status(folder.port, "/health/live") == 0)
            check("the way leads to payment", until(lambda: status(folder.payment, "/charge", "POST") == 200))
            replica = next(each for each in told["replicas"] if each["service"] == "checkout")
            check("it is the user's", replica["program"] == f"http://127.0.0.1:{folder.port}" and replica["pid"] is None, replica)
            page = told["page"]

            def seen():
                with urllib.request.urlopen(page + "replicas.json", timeout=5) as answer:
                    return next(each for each in json.load(answer) if each["service"] == "checkout")

            mine = folder.start(None, False)
            check("it is found", until(lambda: seen()["ready"]), seen())
            check("it works", status(folder.port, "/checkout", "POST") == 200)
            mine.terminate()
            mine.wait(10)
            check("it is missed", until(lambda: not seen()["ready"]), seen())
            check("and says so", "nothing listens" in seen()["detail"], seen())
            mine = folder.start(None, False)
            check("and found again", until(lambda: seen()["ready"] and seen()["restarts"] == 1), seen())
        finally:
            serving.send_signal(signal.SIGINT)
            check("Ctrl-C ends it", serving.wait(30) == 130)
            if mine is not None:
                check("and not the program", mine.poll() is None, mine.poll())
                mine.terminate()
                mine.wait(10)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--checkout")
    options = parser.parse_args()
    program = str(pathlib.Path(options.program).resolve())
    refuses(program)
    serves(program)
    stands(program, None, False)
    says_what_is_wrong(program, HOSTILE if options.all else HOSTILE[:1])
    if options.all:
        stands(program, None, True)
    if options.checkout:
        for naive in (False, True):
            stands(program, str(pathlib.Path(options.checkout).resolve()), naive)
    return drill.end("programs of one's own are tested and left alone")


if __name__ == "__main__":
    sys.exit(main())
