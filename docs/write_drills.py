#!/usr/bin/env python3
"""Writes into the README of each scenario that is a drill what its drill.yaml says: its code name, what it trains, the
hints, the best response that is known, the questions for the debriefing. It stands before the line on the playbook.

    python3 docs/write_drills.py             writes them
    python3 docs/write_drills.py --check     exits with 1 if they are not current"""

import pathlib
import sys

import yaml

SCENARIOS = pathlib.Path(__file__).resolve().parents[1] / "scenarios"
BEGIN = "<!-- drill.yaml, by docs/write_drills.py -->\n"
END = "<!-- drill.yaml ends -->\n"


def right_answers(drill):
    causes = ["nothing is wrong"] if drill.get("quiet") else []
    for cause in drill.get("causes", []):
        causes.append(f"{cause['service']}: {cause['kind']}" if cause.get("service") else cause["kind"])
    return ", ".join(causes)


def section(drill):
    out = [BEGIN, "## As a drill\n\n"]
    out.append(f"`firedrill drill {drill['drill']}` ({drill['difficulty']}): {drill['trains']}. Who is to work it had better "
               "not read on.\n\n")
    out.append(f"- **Aim**: {drill['aim']}\n")
    out.append(f"- **Right answers**: {right_answers(drill)}.\n\n")
    out.append("| hint | points |\n|---|---|\n")
    out += [f"| {hint['text']} | {hint['price']} |\n" for hint in drill.get("hints", [])]
    out.append("\n| after the first page | the best response that is known |\n|---|---|\n")
    out += [f"| {step['after']} | `{step['do'].replace('|', chr(92) + '|')}` |\n" for step in drill.get("best", [])]
    out.append("\nFor the debriefing:\n\n")
    out += [f"- {question}\n" for question in drill.get("questions", [])]
    if drill.get("next"):
        out.append("\nNext: " + "; ".join(drill["next"]) + ".\n")
    return "".join(out) + END + "\n"


def with_section(text, drill):
    if BEGIN in text:
        before, rest = text.split(BEGIN)
        return before + section(drill) + rest.split(END)[1].lstrip("\n")
    lines = text.splitlines(keepends=True)
    at = next((i for i in range(len(lines) - 1, -1, -1) if lines[i].startswith("Playbook:")), len(lines))
    before = "".join(lines[:at])
    if at == len(lines):
        before += "\n"
    return before + section(drill) + "".join(lines[at:])


def main():
    stale = []
    for path in sorted(SCENARIOS.glob("*/drill.yaml")):
        readme = path.parent / "README.md"
        was = readme.read_text()
        now = with_section(was, yaml.safe_load(path.read_text())).rstrip("\n") + "\n"
        if was == now:
            continue
        stale.append(readme)
        if "--check" not in sys.argv:
            readme.write_text(now)
    if "--check" in sys.argv:
        for readme in stale:
            print(f"{readme}: not what drill.yaml says; python3 docs/write_drills.py writes it", file=sys.stderr)
        return 1 if stale else 0
    print(f"{len(stale)} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
