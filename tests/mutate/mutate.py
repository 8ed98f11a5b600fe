#!/usr/bin/env python3
"""Mutated inputs of every kind through every command; see README.md beside this file.

  mutate.py PROGRAM [--cases N] [--seed S] [--from K] [--jobs J] [--only KIND] [--keep DIR] [--ignore KIND]
  mutate.py PROGRAM --minimise CASE      a kept folder, or the number of a case of --seed"""

import argparse
import collections
import multiprocessing
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time

import case as cases
import corpus
import judge
import kinds
import minimise
import sandbox

state = {}


def set_up(program, maker, folder):
    """In each process of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    state["maker"] = maker
    state["box"] = sandbox.Sandbox(program, pathlib.Path(folder) / str(os.getpid()))


def one(number):
    """Runs a case; what the summary needs of it."""
    case = state["maker"].make(number)
    seen, found = try_case(case, state["box"])
    return {"number": number, "kind": case.kind, "command": case.command_name(), "code": seen.code, "peak": seen.peak, "seconds": seen.seconds, "found": found, "line": case.command,
            "err": seen.err[-3000:] if found else b""}


def try_case(case, box):
    case.command = [safe(w, before, case) for w, before in zip(case.command, [""] + case.command)]
    seen = box.run(case)
    found = judge.judge(case, seen, box)
    if not found and seen.code in (0, 1, 4) and case.number % 4 == 0 and not case.circumstances:
        found = differs(case, box)
    return seen, found


def safe(word, before, case):
    """No case may write outside of its own folder, whatever the program does: it might be run by root."""
    name, equals, value = word.partition("=")
    if name in ("--out", "--junit") and equals:
        return name + "=" + safe(value, name, case)
    known = ("@FOREIGN@", "@FOREIGN@/inputs", "@FOREIGN@/settings.yml", "/dev/null", "/dev/full", "/dev/stdout")
    if before not in ("--out", "--junit") or word in known:
        return word
    inside = os.path.normpath(os.path.join("/case/checkout", case.cwd, word))
    return word if "@FOREIGN@" not in word and (inside + "/").startswith("/case/") else "drill"


def differs(case, box):
    """The same run again: its record must be the same, byte for byte."""
    if case.command[:1] != ["run"] or "--out" not in case.command:
        return []
    at = case.command.index("--out") + 1
    record = box.folder / "checkout" / case.cwd / case.command[at] / "record.json"
    if not record.is_file():
        return []
    first = record.read_bytes()
    case.command[at] += "-again"
    box.run(case)
    again = box.folder / "checkout" / case.cwd / case.command[at] / "record.json"
    case.command[at] = case.command[at].removesuffix("-again")
    return [] if again.is_file() and again.read_bytes() == first else [("differs", "a second run gave another record")]


class Summary:
    def __init__(self):
        self.commands, self.kinds, self.codes = (collections.Counter() for _ in range(3))
        self.peak, self.slowest = (0, None), (0, None)
        self.defects = collections.defaultdict(list)
        self.ignored = collections.Counter()

    def add(self, result, ignored):
        self.commands[result["command"]] += 1
        self.kinds[result["kind"]] += 1
        self.codes[result["code"]] += 1
        self.peak = max(self.peak, (result["peak"], result["number"]))
        self.slowest = max(self.slowest, (result["seconds"], result["number"]))
        for defect in result["found"]:
            if defect[0] in ignored:
                self.ignored[defect[0]] += 1
            else:
                self.defects[defect].append(result["number"])

    def show(self, cases_run, seconds):
        def listed(counter):
            return ", ".join(f"{name} {count}" for name, count in sorted(counter.items(), key=lambda e: (-e[1], str(e[0]))))

        by_kind = collections.Counter()
        for (kind, _), numbers in self.defects.items():
            by_kind[kind] += len(numbers)
        print(f"\n{cases_run} cases in {seconds:.0f} s, {cases_run / max(seconds, 1e-9):.1f} a second")
        print(f"by command: {listed(self.commands)}")
        print(f"by kind: {listed(self.kinds)}")
        print(f"exit codes: {listed(self.codes)}")
        print(f"crashes {by_kind['signal'] + by_kind['sanitizer'] + by_kind['internal']}, hangs {by_kind['hang']}, "
              f"memory {by_kind['memory']}; largest {self.peak[0] / 2**20:.0f} MiB (case {self.peak[1]}), "
              f"longest {self.slowest[0]:.2f} s (case {self.slowest[1]})")
        if self.ignored:
            print(f"ignored: {listed(self.ignored)}")
        for (kind, detail), numbers in sorted(self.defects.items(), key=lambda e: -len(e[1])):
            shown = ", ".join(map(str, sorted(numbers)[:6]))
            print(f"  {kind} × {len(numbers)}: {ascii(detail)[1:-1]}  (cases {shown}{', …' if len(numbers) > 6 else ''})")
        print(f"{sum(by_kind.values())} failures, {len(self.defects)} different" if self.defects else "no failure")


def announce(result, options, kept):
    print(f"FAIL case {result['number']} ({result['kind']}): " + "; ".join(f"{k}: {ascii(d)[1:-1]}" for k, d in result["found"]))
    print(f"  command: firedrill {' '.join(ascii(w)[1:-1][:80] for w in result['line'])}")
    print(f"  kept in: {kept}")
    print(f"  again:   python3 tests/mutate/mutate.py {options.program} --seed {options.seed} --from {result['number']} --cases 1"
          f"{' --only ' + options.only if options.only else ''}", flush=True)


def hunt(options, maker, scratch):
    summary, announced = Summary(), collections.Counter()
    begun = time.monotonic()
    numbers = range(options.first, options.first + options.cases)
    with multiprocessing.Pool(options.jobs, set_up, (options.program, maker, scratch)) as pool:
        for result in pool.imap_unordered(one, numbers, 4):
            result["found"] = [tuple(f) for f in result["found"]]
            summary.add(result, options.ignore)
            new = [f for f in result["found"] if f[0] not in options.ignore]
            # One folder for each defect is enough to mend it; the summary names the other cases.
            if new and any(announced[f] < 1 for f in new):
                announced.update(new)
                result["found"] = new
                kept = pathlib.Path(options.keep) / f"case-{options.seed}-{result['number']}"
                shutil.rmtree(kept, ignore_errors=True)
                maker.make(result["number"]).save(kept)
                (kept / "stderr").write_bytes(result["err"])
                announce(result, options, kept)
    summary.show(options.cases, time.monotonic() - begun)
    return 1 if summary.defects else 0


def arguments():
    parser = argparse.ArgumentParser(description="mutated inputs of every kind through every command")
    parser.add_argument("program")
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--from", type=int, default=0, dest="first", help="number of the first case")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--only", choices=list(kinds.KINDS), help="cases of this kind alone")
    parser.add_argument("--keep", default="build/mutate", help="folder for the cases that failed")
    parser.add_argument("--ignore", action="append", default=[], help="kind of failure that does not count, as remedy")
    parser.add_argument("--minimise", metavar="CASE", help="shrink this case: a kept folder, or a number")
    return parser.parse_args()


def main():
    options = arguments()
    options.program = os.path.abspath(options.program)
    maker = kinds.Maker(corpus.Corpus(options.program), options.seed, options.only)
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # folders are made and removed by the thousand
    with tempfile.TemporaryDirectory(prefix="firedrill-mutate-", dir=memory) as scratch:
        try:
            if options.minimise:
                case = maker.make(int(options.minimise)) if options.minimise.isdigit() else cases.load(options.minimise)
                return minimise.minimise(case, sandbox.Sandbox(options.program, pathlib.Path(scratch) / "box"), options.keep, try_case)
            return hunt(options, maker, scratch)
        finally:
            for folder in pathlib.Path(scratch).iterdir():
                sandbox.remove(folder)


if __name__ == "__main__":
    sys.exit(main())
