#!/usr/bin/env python3
"""Nothing of a foreign file comes into any output, whatever names it and whichever way it is named.

A project stands beside a folder `elsewhere`, whose files hold one word and whose own names hold another. Every command is
pointed there by each field that names files, by patterns, by links and by the parts of a record; then all that was printed
and written is searched for the two words, byte by byte. Names that the input itself gives are other names.

Usage: reads.py PROGRAM"""

import itertools
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXT = "osprey"     # stands in foreign files
NAME = "kestrel"    # is the name of foreign files, and differs by a letter from what the inputs name
NEAR = "kestrol"

# Of every kind that firedrill reads, and of none.
FOREIGN = {
    "topology": f"services:\n  {TEXT}: {{replicas: 2, traffic: {{requests_per_second: 20}}}}\n",
    "rules": f"groups: [{{name: {TEXT}, rules: [{{record: {TEXT}, expr: vector(1)}}]}}]\n",
    "wrong-rules": f"groups: [{{name: {TEXT}, rules: [{{record: one, expr: '{TEXT}{{'}}], {TEXT}: 1}}]\n",
    "slos": f"slos: [{{name: {TEXT}, service: web, sli: success_rate, target: 99%}}]\n",
    "queries": f"{TEXT}: sum({TEXT})\n",
    "configuration": f"global: {{external_labels: {{a: {TEXT}}}}}\n{TEXT}: 1\n",
    "address": f"https://{TEXT}:{TEXT}@example.com\n",
    "settings": f"PASSWORD={TEXT}\n",
    "keys": f"key-{TEXT}: 1\nkey-{TEXT}: 2\n",
    "list": f"- {TEXT}\n- !{TEXT} {TEXT}\n",
    "broken": f"{TEXT}: \"never closed {TEXT}\n",
    "later": f"---\n---\n{TEXT}\n",
    "json": f'{{"version": 1, "{TEXT}": "{TEXT}", "scenario": ["{TEXT}"]}}\n',
    "binary": f"\0\xff{TEXT}\n",
}
WAYS = ["../elsewhere/", "../project/../elsewhere/", "{absolute}/", "away/", "twice/", "inner/../../elsewhere/"]
PATTERNS = ["*", "*.yaml", "kes*", "[k]*", "?*.y*ml", "*/*", "../elsew*/*", "/*/*", "away/*", "aw*/*", "../*/*", "**", "../../*"]

HEAD = "version: 1\nname: project\nstart: 2026-03-03T13:30:00Z\nwarmup: 1m\nduration: 5m\n"
SOUND = "topology: inner/topology.yaml\n"
UNIT_TEST = ("rule_files: [{}]\ntests: [{{interval: 1m, input_series: [{{series: up, values: 0}}], "
             "alert_rule_test: [{{eval_time: 0, alertname: A}}]}}]\n")


class Search:
    def __init__(self, program, folder):
        self.program, self.folder, self.project = program, folder, folder / "project"
        self.commands = self.found = 0

    def run(self, *arguments, code=None):
        command = [self.program, *map(str, arguments)]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, timeout=60, check=False)
        out = done.stdout + done.stderr
        for path in sorted((self.folder / "out").rglob("*")):
            out += path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        self.commands += 1
        told = [word for word in (TEXT, NAME) if word.encode() in out.lower()]
        if told or (code is not None and done.returncode not in code):
            self.found += 1
            print(f"FAIL {' '.join(command)}: exit {done.returncode}, shows {told}\n{out.decode('utf-8', 'replace')[:2000]}")
            for path in sorted(self.project.glob("*.y*ml")):
                if not path.is_symlink():
                    print(f"--- {path.name}\n{path.read_text(encoding='utf-8')}")
        shutil.rmtree(self.folder / "out", ignore_errors=True)

    def fresh(self):
        """The project as it is, and every link out of it."""
        shutil.rmtree(self.project, ignore_errors=True)
        (self.project / "inner").mkdir(parents=True)
        self.write("inner/topology.yaml", "services:\n  web: {replicas: 2, traffic: {requests_per_second: 20}}\n")
        (self.project / "away").symlink_to("../elsewhere")
        (self.project / "twice").symlink_to("away")

    def write(self, name, text):
        (self.project / name).write_text(text, encoding="utf-8")

    def scenario(self, text):
        self.write("scenario.yaml", HEAD + text)
        self.run("check", "project", code=[2])
        self.run("check", "project/scenario.yaml", code=[2])
        self.run("run", "project", "--out", "out", code=[2])

    def unit_test(self, text):
        self.write("test.yml", text)
        for more in ([], ["--json"], ["--junit", "out/junit.xml", "--coverage"], ["--debug"]):
            (self.folder / "out").mkdir(exist_ok=True)
            self.run("test", "rules", "project/test.yml", *more, code=[1])
        self.run("check", "project/test.yml", code=[2])

    def named(self, path):
        """A path that leads outside, in every field."""
        quoted = "'" + path + "'"
        self.scenario(f"topology: {quoted}\n")
        self.scenario(SOUND + f"prometheus: {{rule_files: [{quoted}]}}\n")
        self.scenario(SOUND + f"prometheus: {{config_file: {quoted}}}\n")
        self.scenario(SOUND + f"slo_files: [{quoted}]\n")
        self.write("prometheus.yml", f"rule_files: [{quoted}]\n")
        self.run("check", "project/prometheus.yml", code=[2])
        self.scenario(SOUND + "prometheus: {config_file: prometheus.yml}\n")
        (self.project / "scenario.yaml").unlink()
        self.unit_test(UNIT_TEST.format(quoted))

    def pattern(self, pattern):
        """Those that match something inside may well be fine."""
        quoted = "'" + pattern + "'"
        self.write("scenario.yaml", HEAD + SOUND + f"prometheus: {{rule_files: [{quoted}]}}\n")
        self.run("check", "project")
        self.run("run", "project", "--out", "out")
        self.write("prometheus.yml", f"rule_files: [{quoted}]\n")
        self.run("check", "project/prometheus.yml")
        (self.project / "scenario.yaml").unlink()
        self.write("test.yml", UNIT_TEST.format(quoted))
        self.run("test", "rules", "project/test.yml")
        self.run("check", "project/test.yml")

    def links(self, target):
        """A link in a folder that is walked through or listed, and one that stands for the file which a command begins with."""
        for name in ("scenario.yaml", "rules.yaml", "inner/rules.yml"):
            self.fresh()
            link = self.project / name
            link.symlink_to(os.path.relpath(target, link.parent))
            self.run("check", "project", code=[2])
            self.run("run", "project", "--out", "out", code=[2])
            self.run("list", "scenarios", "--in", ".")
            self.run("list", "scenarios", "--in", "project", "--json")
        self.fresh()

    def named_links(self, target):
        """The user may name a link; but not every file that it can lead to is meant to be read out."""
        link = self.project / "named.yml"
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(target, link.parent))
        for command in (["check"], ["test", "rules"], ["test", "promql"], ["slo", "rules"], ["run"]):
            self.run(*command, "project/named.yml", code=[1, 2])
        for what in (["query", "project/named.yml", "up"], ["report", "project/named.yml", "--format", "json"],
                     ["export", "project/named.yml", "openmetrics"]):
            self.run(*what, code=[2])

    def records(self, record, target):
        """A part of a record that is a link to a foreign file."""
        for part in ("record.json", "series", "inputs/rules.yaml", "inputs"):
            copy = self.folder / "record"
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(record, copy)
            if (copy / part).is_dir():
                shutil.rmtree(copy / part)
                (copy / part).symlink_to("../elsewhere")
            else:
                (copy / part).unlink()
                (copy / part).symlink_to(os.path.relpath(target, (copy / part).parent))
            fails = None if part.startswith("inputs") else [2]
            self.run("query", "record", "up", code=fails)
            self.run("export", "record", "openmetrics", code=fails)
            self.run("export", "record", "promtool-test", code=[2])
            for form in ("html", "markdown", "json", "junit", "postmortem"):
                self.run("report", "record", "--format", form, code=fails and [2])


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary).resolve()
        elsewhere = folder / "elsewhere"
        elsewhere.mkdir()
        for kind, text in FOREIGN.items():
            (elsewhere / f"{kind}.yaml").write_text(text, encoding="utf-8")
            (elsewhere / f"{NAME}-{kind}.yaml").write_text(text, encoding="utf-8")
        search = Search(program, folder)
        search.fresh()
        for way, kind in itertools.product(WAYS, FOREIGN):
            search.named(way.format(absolute=elsewhere) + f"{kind}.yaml")
        for way in WAYS:
            search.named(way.format(absolute=elsewhere) + f"{NEAR}-rules.yaml")
            search.named(way.format(absolute=elsewhere)[:-1])
        for pattern in PATTERNS:
            search.pattern(pattern)
        for kind in FOREIGN:
            search.links(elsewhere / f"{kind}.yaml")
        for kind in ("address", "settings", "list", "broken", "later", "binary", "keys", "json"):
            search.named_links(elsewhere / f"{kind}.yaml")
        search.fresh()
        search.write("rules.yaml", "groups: [{name: own, rules: [{record: one, expr: vector(1)}]}]\n")
        search.write("scenario.yaml", HEAD + SOUND + "prometheus: {rule_files: [rules.yaml]}\n")
        record = folder / "sound"
        subprocess.run([program, "run", "project", "--out", record, "--scrape-phase", "aligned"], cwd=folder,
                       capture_output=True, check=True)
        for kind in FOREIGN:
            search.records(record, elsewhere / f"{kind}.yaml")
    print(f"{search.commands} commands, {search.found} that show or do what they must not")
    return 1 if search.found else 0


if __name__ == "__main__":
    sys.exit(main())
