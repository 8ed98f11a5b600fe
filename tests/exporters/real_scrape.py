#!/usr/bin/env python3
"""Holds names, types and labels of our exporters against those that the real programs expose, where they are installed.

Each program is started on the loopback interface, scraped once and ended. What it does not expose on this machine (no
array, no remote storage) says nothing about ours; what both have must agree. Usage: real_scrape.py FIREDRILL; exits with
77 where none of the programs is there."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

ORACLE = pathlib.Path.home() / ".cache/firedrill-oracle/usr/bin"
# Series' labels that one of them has and the other need not: those that depend on version, build or configuration.
MAY_DIFFER = {
    "node_os_info": None, "node_exporter_build_info": None, "node_network_info": None, "node_disk_info": None,
    "redis_exporter_build_info": None, "prometheus_build_info": None, "alertmanager_build_info": None,
    "redis_instance_info": None,
    # A summary without samples in its window has no quantiles.
    "prometheus_engine_query_duration_seconds": {"quantile"}, "prometheus_rule_evaluation_duration_seconds": {"quantile"},
}
PROMETHEUS = """
scrape_configs: [{job_name: x, static_configs: [{targets: ["127.0.0.1:%d"]}]}]
rule_files: [rules.yml]
"""
RULES = "groups: [{name: g, rules: [{record: a, expr: vector(1)}]}]\n"
ALERTMANAGER = "route: {receiver: x}\nreceivers: [{name: x, webhook_configs: [{url: 'http://127.0.0.1:1/'}]}]\n"


def found(*names):
    for name in names:
        if (ORACLE / name).exists():
            return str(ORACLE / name)
        if path := shutil.which(name):
            return path
    return None


@contextlib.contextmanager
def running(command, folder):
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()


def scrape(url, waits_for):
    for _ in range(100):
        with contextlib.suppress(OSError):
            text = urllib.request.urlopen(url, timeout=5).read().decode()
            if waits_for in text:
                return text
        time.sleep(0.1)
    return None


def node(folder):
    if not (program := found("prometheus-node-exporter", "node_exporter")):
        return None
    with running([program, "--web.listen-address=127.0.0.1:19100"], folder):
        return scrape("http://127.0.0.1:19100/metrics", "node_load1")


def redis(folder):
    program, server = found("prometheus-redis-exporter", "redis_exporter"), found("redis-server")
    if not program or not server:
        return None
    with running([server, "--port", "16379", "--save", ""], folder), \
         running([program, "-web.listen-address", "127.0.0.1:19121", "-redis.addr", "127.0.0.1:16379"], folder):
        return scrape("http://127.0.0.1:19121/metrics", "redis_up 1")


def blackbox(folder):
    if not (program := found("prometheus-blackbox-exporter", "blackbox_exporter")):
        return None
    (folder / "blackbox.yml").write_text("modules: {http_2xx: {prober: http}}\n")
    with running([program, "--web.listen-address=127.0.0.1:19115", "--config.file=blackbox.yml"], folder):
        return scrape("http://127.0.0.1:19115/probe?module=http_2xx&target=127.0.0.1:19115", "probe_success 1")


def prometheus(folder):
    if not (program := found("prometheus")):
        return None
    (folder / "prometheus.yml").write_text(PROMETHEUS % 19090)
    (folder / "rules.yml").write_text(RULES)
    with running([program, "--config.file=prometheus.yml", "--storage.tsdb.path=data",
                  "--web.listen-address=127.0.0.1:19090"], folder):
        return scrape("http://127.0.0.1:19090/metrics", "prometheus_rule_group_rules{")


def alertmanager(folder):
    if not (program := found("prometheus-alertmanager", "alertmanager")):
        return None
    (folder / "alertmanager.yml").write_text(ALERTMANAGER)
    with running([program, "--config.file=alertmanager.yml", "--storage.path=data",
                  "--web.listen-address=127.0.0.1:19093", "--cluster.listen-address=127.0.0.1:19094"], folder):
        return scrape("http://127.0.0.1:19093/metrics", "alertmanager_alerts{")


def parsed(text):
    types, labels = {}, {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            name, kind = line.split()[2:4]
            types[name] = {"untyped": "unknown"}.get(kind, kind)
        elif line and not line.startswith("#"):
            name = re.match(r"[\w:]+", line)[0]
            base = re.sub(r"_(bucket|sum|count)$", "", name)
            of = base if types.get(base) in ("histogram", "summary") else name
            inside = re.match(r"[\w:]+\{(.*)\} ", line)
            labels.setdefault(of, set()).update(re.findall(r'(\w+)="', inside[1]) if inside else ())
    return types, labels


def ours(program, name):
    exporters = json.loads(subprocess.run([program, "list", "exporters", "--json"], capture_output=True, check=True).stdout)
    for exporter in exporters:
        if exporter["name"] == name:
            for field in exporter["fields"]:
                metric, _, labels = field["name"].rstrip("}").partition("{")
                yield metric, field["type"], {label for label in labels.split(", ") if label}


def compare(program, name, text):
    types, labels = parsed(text)
    both = 0
    for metric, kind, own in ours(program, name):
        if metric not in types:
            continue
        both += 1
        if types[metric] != kind:
            yield f"{name}: {metric} is a {kind}, the real one a {types[metric]}"
        real = labels.get(metric, own)
        if name == "blackbox":
            real = real | {"target"}  # that relabelling brings
        differ = own ^ real
        allowed = MAY_DIFFER.get(metric, set())
        if allowed is not None and differ - allowed:
            yield f"{name}: {metric} has the labels {sorted(own)}, the real one {sorted(real)}"
    print(f"{name}: {both} metrics held against the real program")
    if both == 0:
        yield f"{name}: no metric in common"


def main():
    problems, compared = [], 0
    for run in (node, redis, blackbox, prometheus, alertmanager):
        with tempfile.TemporaryDirectory() as folder:
            text = run(pathlib.Path(folder))
        if text is None:
            print(f"{run.__name__}: SKIPPED, the program is not here")
            continue
        compared += 1
        problems += compare(sys.argv[1], run.__name__, text)
    print("\n".join(problems))
    return 1 if problems else 0 if compared else 77


if __name__ == "__main__":
    sys.exit(main())
