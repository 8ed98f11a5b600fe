#!/usr/bin/env python3
"""Random routing trees and label sets through `firedrill route` and `amtool config routes test`: the same receivers, in the same
order.

    routes.py PROGRAM [--version 0.33] [--seed N] [--trees N] [--sets N]
"""

import argparse
import json
import pathlib
import random
import sys
import tempfile

import configurations
from amtool_oracle import run, want

LABELS = {"severity": ["critical", "warning", "info"], "team": ["shop", "pay", "infra", "a b"], "service": ["checkout", "cart", "db", ""],
          "cluster": ["eu-1", "eu-2", "us-1"], "env": ["prod", "dev"], "alertname": ["Down", "Slow", "Full"]}
PATTERNS = ["{0}|{1}", "{0}.*", ".*", ".+", "", "^{0}$", "[a-c].*", "{0}|"]


def matcher(draw):
    name = draw.choice(list(LABELS))
    values = draw.sample(LABELS[name], 2)
    op = draw.choice(["=", "!=", "=~", "!~"])
    value = draw.choice(PATTERNS).format(*values) if "~" in op else values[0]
    quoted = draw.random() < 0.7 or not value.isalnum()
    return name + op + (json.dumps(value) if quoted else value)


def route(draw, depth, names):
    names.append(f"r{len(names)}")
    made = {"receiver": names[-1], "continue": draw.random() < 0.3}
    if depth == 0:
        del made["continue"]
    else:
        style = draw.random()
        if style < 0.15:
            made["match"] = {"team": draw.choice(LABELS["team"])}
        elif style < 0.3:
            made["match_re"] = {"service": draw.choice(PATTERNS).format("checkout", "db")}
        elif style < 0.9:
            made["matchers"] = [matcher(draw) for _ in range(draw.choice([1, 1, 1, 2, 3]))]
        else:
            made["matchers"] = ["{" + ",".join(matcher(draw) for _ in range(2)) + "}"]
    if depth < 4:
        children = [route(draw, depth + 1, names) for _ in range(draw.choice([0, 1, 2, 3, 4] if depth else [3, 5, 8]))]
        if children:
            made["routes"] = children
    return made


def labels(draw):
    names = draw.sample(list(LABELS), draw.randrange(len(LABELS) + 1))
    return [f"{name}={json.dumps(value)}" for name in names if (value := draw.choice(LABELS[name]))]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--version", default="0.33")
    parser.add_argument("--seed", default="one")
    parser.add_argument("--trees", type=int, default=5)
    parser.add_argument("--sets", type=int, default=20)
    arguments = parser.parse_args()
    amtool = want(arguments.version)
    draw = random.Random(arguments.seed)
    wrong, compared, several = [], 0, 0
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "alertmanager.yml"
        for tree in range(arguments.trees):
            names = []
            root = route(draw, 0, names)
            path.write_text(configurations.text({"route": root, "receivers": [{"name": name} for name in names]}), encoding="utf-8")
            for _ in range(arguments.sets):
                asked = labels(draw)
                theirs = run([amtool, "config", "routes", "test", f"--config.file={path}", *asked])
                ours = run([arguments.program, "route", "--config", path, "--json", "--alertmanager-version", arguments.version, *asked])
                compared += 1
                expected = theirs.stdout.strip().splitlines()[-1] if theirs.returncode == 0 and theirs.stdout.strip() else theirs.stderr
                found = ",".join(json.loads(ours.stdout)["receivers"]) if ours.returncode == 0 else ours.stderr
                several += "," in found
                if expected != found:
                    wrong.append(f"tree {tree}, {asked}: amtool {expected!r}, firedrill {found!r}\n{path.read_text()}")
    print("\n".join(wrong[:3]))
    print(f"amtool {arguments.version}: {compared} label sets over {arguments.trees} trees, {several} to several routes; {len(wrong)} disagreements")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
