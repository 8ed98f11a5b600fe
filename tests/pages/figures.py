#!/usr/bin/env python3
"""Measures a drill's pages: from the command to the first page, answer times at 10 charts a second with 20 services,
bytes of the first page, memory over a drill of eight hours.

    figures.py PROGRAM [--seconds 10]"""

import argparse
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "console"))
import pages as of_pages  # noqa: E402

SERVICES = 20


def large_drill(folder):
    """A drill of eight hours with twenty services, each of which calls the next ones, beside copies of what it names."""
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")
    own = folder / "scenarios" / "newsletter-at-noon"
    lines = ["services:"]
    for i in range(SERVICES):
        name = "web" if i == 0 else "catalogue" if i == 1 else f"service-{i}"
        below = [j for j in (2 * i + 1, 2 * i + 2) if j < SERVICES]
        names = ["catalogue" if j == 1 else f"service-{j}" for j in below]
        lines += [f"  {name}:", "    port: 8080", "    replicas: 3", "    concurrency: 64",
                  "    latency: {distribution: lognormal, p50: 5ms, p99: 40ms}", "    memory: {baseline: 100Mi, limit: 400Mi}"]
        if i == 0:
            lines += ["    traffic: {requests_per_second: 120, users: 40000, timeout: 10s}"]
        calls = ", ".join(f"{{dependency: {each}, path: /}}" for each in names)
        lines += [f"    routes: [{{method: GET, path: /, calls: [{calls}]}}]"]
        if names:
            lines += ["    dependencies:"] + [f"      {each}: {{request_timeout: 2s}}" for each in names]
    (folder / "scenarios" / "topologies" / "shop.yaml").write_text("\n".join(lines) + "\n")
    scenario = own / "scenario.yaml"
    scenario.write_text(scenario.read_text().replace("duration: 60m", "duration: 8h").replace("playbooks: [../playbooks]\n", ""))
    return own


def memory_mib(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return {line.split(":")[0]: int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("Vm")}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=lambda p: str(pathlib.Path(p).resolve()))
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    took = []
    for _ in range(3):
        began = time.monotonic()
        with of_pages.Pages(options.program) as drill:
            drill.trainee.enter()
            drill.trainee.page()
            took.append(time.monotonic() - began)
            size = sum(len(drill.trainee.page(path).text.encode()) for path in ("/", "/app.js", "/style.css", "/report.css", "/icon.svg"))
    print(f"command to first page answered: {min(took) * 1000:.0f} ms; first page with all it loads: {size / 1000:.0f} kB")
    with tempfile.TemporaryDirectory() as folder:
        own = large_drill(pathlib.Path(folder))
        with of_pages.Pages(options.program, "--drills", str(own), "--allow-outside") as drill:
            drill.trainee.enter()
            drill.trainee.act("wait 30m", "w0")
            times = []
            end = time.monotonic() + options.seconds
            next_at = time.monotonic()
            number = 0
            while time.monotonic() < end:
                time.sleep(max(0, next_at - time.monotonic()))
                next_at += 0.1
                number += 1
                began = time.monotonic()
                answer = drill.trainee.page(f"/query?expr=sum+by+(service)+(rate(http_requests_total[{number % 9 + 1}m]))")
                times.append(time.monotonic() - began)
                assert answer.status == 200 and "<svg" in answer.text
            times.sort()
            print(f"{len(times)} charts over {SERVICES} services at 10 a second: median {statistics.median(times) * 1000:.0f} ms, "
                  f"95th percentile {times[int(len(times) * 0.95)] * 1000:.0f} ms, longest {times[-1] * 1000:.0f} ms")
            began = time.monotonic()
            drill.trainee.page()
            print(f"first page with {SERVICES} services: {(time.monotonic() - began) * 1000:.0f} ms")
            for hour in range(1, 9):
                drill.trainee.act("wait 1h", f"h{hour}")
                drill.trainee.page()
                if hour in (1, 4, 7, 8):
                    print(f"memory after {hour} h: {memory_mib(drill.process)['VmRSS']:.0f} MiB")


if __name__ == "__main__":
    main()
