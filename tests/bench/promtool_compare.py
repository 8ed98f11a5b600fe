#!/usr/bin/env python3
"""Measures `firedrill test rules` against promtool: wall time, peak memory, verdicts; both from the same files, in turn,
nothing kept between runs.

    promtool_compare.py PROGRAM [--repeat N] [--firedrill-only] [--growth] [--start-up] [--case WORD]

The cases (production.py, slo.py write the generated ones):
- the unit-test files of ../shared/oracle in one call, as the targets' repeated start-up matters there;
- 100 services × 16 series, 24 h at 15 s, three rules every minute, once with expectations that hold, once with one that
  does not;
- the 13 rules of a 99.9 % SLO over seven days at 1 m; and with the 30-day rule over 30 days, which promtool refuses.

A run of firedrill stands before and after each run of promtool, so that the ratio is of the same minutes of the
machine. --growth and --start-up measure firedrill alone: ten times the series, ten times the days; `--version`.
Exit code 1 if verdicts differ; no time is asserted."""

import argparse
import os
import pathlib
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import production
import slo

ROOT = pathlib.Path(__file__).resolve().parents[2]
ORACLE = pathlib.Path(os.environ.get("FIREDRILL_ORACLE", pathlib.Path.home() / ".cache/firedrill-oracle"))


class Run:
    """Wall and processor seconds, peak resident MiB, exit code of one call."""

    def __init__(self, command):
        started = time.perf_counter()
        child = os.fork()
        if child == 0:
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            os.execv(command[0], command)
        _, status, usage = os.wait4(child, 0)
        self.wall = time.perf_counter() - started
        self.cpu = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024
        self.code = os.waitstatus_to_exitcode(status)


def middle(runs, what):
    return statistics.median(getattr(r, what) for r in runs)


def verdict(code):
    return {0: "passes", 1: "fails", 2: "refuses"}.get(code, str(code))


class Case:
    def __init__(self, title, files, promtool_runs=1, agree=True):
        self.title, self.files, self.promtool_runs, self.agree = title, files, promtool_runs, agree

    def measure(self, program, promtool, repeat):
        ours, theirs = [], []
        for _ in range(self.promtool_runs):
            ours += [Run([program, "test", "rules", *self.files]) for _ in range(repeat)]
            if promtool:
                theirs.append(Run([promtool, "test", "rules", *self.files]))
                ours += [Run([program, "test", "rules", *self.files]) for _ in range(repeat)]
        return ours, theirs


def make_cases(folder):
    def write(name, text):
        (folder / name).write_text(text)
        return [str(folder / name)]

    write("services.rules.yml", production.RULES)
    write("slo.rules.yml", slo.rules(period=False))
    write("slo30.rules.yml", slo.rules(period=True))
    cases = []
    small = sorted((ROOT.parent / "shared/oracle/unit-tests").glob("*/tests/unit/*/test_*.yaml"))
    if small:
        cases.append(Case(f"{len(small)} small unit-test files, one call", [str(p) for p in small], 5))
    for wrong in (False, True):
        title = "100 services × 16 series × 24 h, 3 rules" + (", a wrong expectation" if wrong else "")
        cases.append(Case(title, write(f"services{wrong}.yml", production.test("services.rules.yml", 100, 24, wrong))))
    cases.append(Case("13 rules of a 99.9 % SLO, 7 days at 1 m", write("slo7.yml", slo.test("slo.rules.yml", 7))))
    cases.append(Case("13 rules of a 99.9 % SLO, 7 days, a wrong expectation",
                      write("slo7wrong.yml", slo.test("slo.rules.yml", 7, wrong=True))))
    cases.append(Case("with the 30-day rule, 30 days", write("slo30.yml", slo.test("slo30.rules.yml", 30)), agree=False))
    return cases


def compare(cases, program, promtool, repeat):
    print(f"{'':54} {'promtool':>19} {'firedrill':>19}   {'faster':>7} {'memory':>7}")
    differ = False
    for case in cases:
        ours, theirs = case.measure(program, promtool, repeat)
        line = f"{case.title:54} "
        mine = f"{middle(ours, 'wall'):8.3f} s {middle(ours, 'memory'):5.0f} MiB"
        if not theirs:
            print(line + " " * 20 + mine, verdict(ours[0].code), flush=True)
            continue
        # A promtool that gives up has no time to be compared with.
        alike = ours[0].code == theirs[0].code
        time_ratio = middle(theirs, "wall") / middle(ours, "wall")
        memory_ratio = middle(theirs, "memory") / middle(ours, "memory")
        line += f"{middle(theirs, 'wall'):8.3f} s {middle(theirs, 'memory'):5.0f} MiB {mine} "
        line += f"{time_ratio:6.0f} × {'1/%.0f' % memory_ratio:>7}" if alike else " " * 16
        print(f"{line}  {'both: ' + verdict(ours[0].code) if alike else f'promtool {verdict(theirs[0].code)}, firedrill {verdict(ours[0].code)}'}",
              flush=True)
        differ |= case.agree and not alike
    return differ


def growth(folder, program, repeat):
    """Ten times the series, ten times the days, in turn with the once, by processor time."""
    (folder / "services.rules.yml").write_text(production.RULES)
    (folder / "slo.rules.yml").write_text(slo.rules(period=False))
    pairs = [
        ("10 × the series: 10 → 100 services, 24 h", production.test("services.rules.yml", 10, 24), production.test("services.rules.yml", 100, 24)),
        ("10 × the series: 20 → 200 services, 24 h", production.test("services.rules.yml", 20, 24), production.test("services.rules.yml", 200, 24)),
        ("10 × the series: 100 → 1000 services, 24 h", production.test("services.rules.yml", 100, 24), production.test("services.rules.yml", 1000, 24)),
        ("10 × the days: 1 → 10 days of 20 services", production.test("services.rules.yml", 20, 24), production.test("services.rules.yml", 20, 240)),
        ("10 × the days: 7 → 70 days of the SLO", slo.test("slo.rules.yml", 7), slo.test("slo.rules.yml", 70)),
    ]
    print(f"\n{'growth, processor time':54} {'once':>10} {'ten times':>10} {'costs':>8}")
    for title, small, large in pairs:
        (folder / "small.yml").write_text(small)
        (folder / "large.yml").write_text(large)
        once, ten = [], []
        for _ in range(repeat):
            once.append(Run([program, "test", "rules", str(folder / "small.yml")]))
            ten.append(Run([program, "test", "rules", str(folder / "large.yml")]))
        a, b = middle(once, "cpu"), middle(ten, "cpu")
        print(f"{title:54} {a:8.3f} s {b:8.3f} s {b / a:6.1f} ×", flush=True)


def start_up(program):
    runs = [Run([program, "--version"]) for _ in range(30)]
    print(f"\nstart-up, firedrill --version: {middle(runs, 'cpu') * 1000:.1f} ms of processor time, "
          f"{min(r.wall for r in runs) * 1000:.1f} ms from start to exit at best, {middle(runs, 'wall') * 1000:.1f} ms in the middle")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--firedrill-only", action="store_true")
    options.add_argument("--growth", action="store_true")
    options.add_argument("--start-up", action="store_true")
    options.add_argument("--case", default="", help="only cases whose title contains this")
    options = options.parse_args()
    program = os.path.abspath(options.program)
    promtool = None if options.firedrill_only else str(ORACLE / "usr/bin/promtool")
    if promtool and not os.path.exists(promtool):
        print(f"{promtool} is not there (../shared/oracle/install installs it)")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        cases = [c for c in make_cases(folder) if options.case in c.title]
        differ = compare(cases, program, promtool, options.repeat)
        if options.growth:
            growth(folder, program, options.repeat)
        if options.start_up:
            start_up(program)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
