#!/usr/bin/env python3
"""Runs the transcripts in tests/cli/*.txt against the built program and compares what a user would see.

A transcript is a sequence of commands and what they print:

    $ firedrill check scenarios/quiet-day
    scenarios/quiet-day: fine
    [exit 0]

Standard output and standard error are compared together, in that order. The working directory is a fresh folder in which
`scenarios` and `tests` are links to the checkout's. `{*}` in an expected line stands for any text, a line `{...}` for any
number of lines. A line `> FILE` followed by lines that begin with `| ` writes a file first, which a
command may have for its standard input: `$ firedrill … < FILE`. `! FILE` asserts that a file
does not exist, `? FILE` that it does.

Usage: run_transcripts.py PROGRAM [--update] [TRANSCRIPT...]"""

import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Step:
    def __init__(self, kind, text):
        self.kind, self.text, self.lines, self.expected_exit = kind, text, [], 0


def parse(path):
    steps = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") and (not steps or steps[-1].kind != "$" or steps[-1].done):
            steps.append(Step("#", line))
        elif line[:2] in ("$ ", "> ", "! ", "? "):
            steps.append(Step(line[0], line[2:]))
            steps[-1].done = False
        elif line.startswith("| ") and steps and steps[-1].kind == ">":
            steps[-1].lines.append(line[2:])
        elif re.fullmatch(r"\[exit \d+\]", line) and steps and steps[-1].kind == "$":
            steps[-1].expected_exit = int(line[6:-1])
            steps[-1].done = True
        elif steps and steps[-1].kind == "$" and not steps[-1].done:
            steps[-1].lines.append(line)
        else:
            steps.append(Step("#", line))
    return steps


def line_matches(expected, actual):
    pattern = ".*".join(re.escape(part) for part in expected.split("{*}"))
    return re.fullmatch(pattern, actual) is not None


def matches(expected, actual):
    if not expected:
        return not actual
    if expected[0] == "{...}":
        return any(matches(expected[1:], actual[i:]) for i in range(len(actual) + 1))
    return bool(actual) and line_matches(expected[0], actual[0]) and matches(expected[1:], actual[1:])


def brought_up(expected, actual):
    """What was printed, with the expected lines in place of those that they still match, so that wildcards stay."""
    rest, here = len(expected), len(actual)
    best = [[None] * (here + 1) for _ in range(rest + 1)]
    for i in range(rest, -1, -1):
        for j in range(here, -1, -1):
            ways = [] if i < rest or j < here else [(0, None)]
            if i < rest:
                ways.append((best[i + 1][j][0] - (0 if expected[i] == "{...}" else 1), "drop"))
            if j < here:
                ways.append((best[i][j + 1][0] - 1, "add"))
            if i < rest and expected[i] == "{...}":
                ways += [(best[i][j + 1][0] - 0.1, "swallow")] if j < here else []
                ways.append((best[i + 1][j][0] + 0.5, "keep"))
            elif i < rest and j < here and line_matches(expected[i], actual[j]):
                ways.append((best[i + 1][j + 1][0] + (2 if "{*}" not in expected[i] else 1), "match"))
            best[i][j] = max(ways, key=lambda way: way[0])
    lines, i, j = [], 0, 0
    while i < rest or j < here:
        way = best[i][j][1]
        if way in ("keep", "match"):
            lines.append(expected[i])
        elif way == "add":
            lines.append(actual[j])
        i += way in ("drop", "keep", "match")
        j += way in ("add", "match", "swallow")
    return lines


def run_step(step, program, folder):
    """What the step printed and returned, or None if there is nothing to compare."""
    if step.kind == ">":
        path = folder / step.text
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(step.lines) + "\n", encoding="utf-8")
    elif step.kind in "!?":
        if (folder / step.text).exists() != (step.kind == "?"):
            return [f"{step.text}: {'exists' if step.kind == '!' else 'is missing'}"], None
    elif step.kind == "$":
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
        command = shlex.split(step.text)
        if command[0] == "firedrill":
            command[0] = program
        given = None
        if len(command) > 2 and command[-2] == "<":
            given = (folder / command[-1]).read_bytes()
            command = command[:-2]
        run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=120, check=False,
                             input=given)
        text = run.stdout.decode("utf-8", "replace") + run.stderr.decode("utf-8", "replace")
        return text.splitlines(), run.returncode
    return None


def run_transcript(path, program, update):
    failures, out = [], []
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for link in ("scenarios", "tests"):
            (folder / link).symlink_to(ROOT / link)
        for step in parse(path):
            result = run_step(step, program, folder)
            if step.kind == "#":
                out.append(step.text)
                continue
            out.append(f"{step.kind} {step.text}")
            out += ["| " + line for line in step.lines] if step.kind == ">" else []
            if result is None:
                continue
            lines, code = result
            if step.kind != "$":
                failures.append(lines[0])
            elif code != step.expected_exit or not matches(step.lines, lines):
                failures.append(f"$ {step.text}\n--- expected, exit {step.expected_exit}\n" + "\n".join(step.lines) +
                                f"\n--- got, exit {code}\n" + "\n".join(lines))
                step.lines, step.expected_exit = brought_up(step.lines, lines), code
            if step.kind == "$":
                out += step.lines + [f"[exit {step.expected_exit}]"]
    if update:
        path.write_text("\n".join(out) + "\n", encoding="utf-8")
    return failures


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    update = "--update" in sys.argv
    named = [pathlib.Path(a) for a in sys.argv[2:] if not a.startswith("--")]
    failed = 0
    for path in named or sorted((ROOT / "tests/cli").glob("*.txt")):
        failures = run_transcript(path, program, update)
        print(f"{'FAIL' if failures else 'ok  '} {path.name}")
        for failure in failures:
            print(failure)
        failed += bool(failures)
    return 1 if failed and not update else 0


if __name__ == "__main__":
    sys.exit(main())
