#!/usr/bin/env python3
"""Checks what CONTRIBUTING.md promises about the sources: which way includes point, who owns which library, who may
read a clock, sleep, call libm or print, and how long a file may be. Prints file:line: what is wrong; exits with 1 if
anything is."""

import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# A target may include only what stands before it.
ORDER = ["base", "model", "events", "http", "yaml", "template", "promql", "tsdb", "alerting", "lint", "ruletest", "record", "notify", "oncall", "incident", "fake_services", "scenario",
         "reports", "monitor", "driver", "suite", "console", "exercise", "cli"]
# Narrower than the order.
ONLY = {
    "fake_services": {"base", "model", "events", "http", "yaml", "fake_services"},
    "reports": {"base", "model", "events", "tsdb", "record", "incident", "reports"},
}
# Include prefix: the folder (or file) that owns the library.
OWNERS = [
    (r"yaml-cpp/", "harness/yaml/"),
    (r"re2/", "harness/base/text/regex.cc"),
    (r"date/", "harness/base/zone.cc"),
    (r"fmt/", "harness/base/text/format.h"),
    (r"boost/json", "harness/base/"),
    (r"boost/random", "harness/base/"),
    (r"boost/math", "harness/base/"),
    (r"boost/asio", ("fake_services/clients/", "fake_services/proxy/")),
    (r"openssl/", "harness/base/hash.cc"),
    (r"zstd\.h", "harness/tsdb/"),
    (r"CLI/", "harness/cli/arguments.cc"),
    (r"httplib\.h", "harness/http/"),
    (r"prometheus/", "fake_services/process/"),
    (r"sqlite3\.h", "harness/cli/"),
]
LIBM = "exp|expm1|exp2|log|log1p|log2|log10|pow|sqrt|cbrt|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|floor|ceil|" \
       "round|lround|llround|trunc|fmod|hypot|erf|erfc|tgamma|lgamma|isnan|isinf|isfinite|signbit|nearbyint|rint|modf|frexp|ldexp|fabs"
# Pattern, where it is allowed, why it is not elsewhere.
BANS = [
    (r"_clock::now|\bgettimeofday\b|\bclock_gettime\b|\bstd::time\(|\btime\(nullptr\)",
     ("harness/base/clock.cc", "harness/driver/live/"), "only the clock reads the time; take it as an argument"),
    (r"\bthis_thread\b|\busleep\b|\bnanosleep\b",
     ("harness/base/clock.", "harness/driver/live/"), "only the clock sleeps"),
    (r"#include <cmath>|#include <math\.h>|\bstd::(%s)\(" % LIBM, ("harness/base/",),
     "libm is called from base/maths.h only, so that results are the same in every build"),
    (r"#include <random>|\bstd::(mt19937|random_device|[a-z_]+_distribution)\b|\brand\(\)", (),
     "chance comes from base/random.h: the standard's distributions differ between libraries"),
    (r"\bstd::(cout|cerr|clog)\b|\bf?printf\(\"|\bstd::f?printf|\bputs\(|fmt::print", ("harness/cli/",), "only cli prints"),
    (r"\bassert\(false\)", (), "say what cannot happen with std::unreachable or a result"),
    (r"\bstd::(format|print|println)\(", (), "base/text/format.h: the compiler's library has no std::format"),
]
MAX_LINES = 600
MAX_FILES = 40  # of a folder, without those below it


def target_of(path):
    parts = path.relative_to(ROOT).parts
    return parts[1] if parts[0] == "harness" else parts[0]


def code_lines(text):
    """Lines without comments and string contents, so that prose and messages cannot offend."""
    text = re.sub(r'R"\((.*?)\)"', lambda m: '""' + "\n" * m.group(0).count("\n"), text, flags=re.S)
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#include"):
            line = re.sub(r'"(\\.|[^"\\])*"', '""', line)
        yield number, re.sub(r"//.*", "", line)


def check_include(path, target, included, say):
    first = included.split("/")[0]
    for pattern, owner in OWNERS:
        if re.match(pattern, included):
            if not str(path.relative_to(ROOT)).startswith(owner):
                say(f"includes <{included}>, which belongs to {owner}")
            return
    if first not in ORDER:
        return
    if ORDER.index(first) > ORDER.index(target):
        say(f'includes "{included}": {target} stands before {first}')
    elif target == "fake_services" and first == "http" and path.parent.name not in ("process", "clients", "proxy"):
        say(f'includes "{included}": the simulated world has no network, only process/, clients/ and proxy/ do')
    elif target in ONLY and first not in ONLY[target]:
        say(f'includes "{included}": {target} may use only {", ".join(sorted(ONLY[target]))}')


def check_file(path, problems):
    name = path.relative_to(ROOT)
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    if lines > MAX_LINES:
        problems.append(f"{name}:1: {lines} lines; a file has one idea and at most {MAX_LINES} lines")
    if path.suffix == ".h" and "#pragma once" not in text:
        problems.append(f"{name}:1: no #pragma once")
    for number, line in code_lines(text):
        def say(what, number=number):
            problems.append(f"{name}:{number}: {what}")
        include = re.match(r'#include ["<]([^">]+)[">]', line)
        if include:
            check_include(path, target_of(path), include.group(1), say)
        for pattern, allowed, why in BANS:
            if re.search(pattern, line) and not str(name).startswith(allowed or ("\0",)):
                say(why)


def unit_of(path):
    """What x.h and x.cc are together, as they are included: "base/text/escape"."""
    return str(path.relative_to(ROOT).with_suffix("")).removeprefix("harness/")


def includes_by_unit(files):
    """By unit, the units that its files include, each with the place (file:line) that does first."""
    units = {unit_of(path) for path in files}
    edges = {unit: {} for unit in sorted(units)}
    for path in files:
        unit = unit_of(path)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            include = re.match(r'#include "([^"]+)\.h"', line)
            if include and include.group(1) in units and include.group(1) != unit:
                edges[unit].setdefault(include.group(1), f"{path.relative_to(ROOT)}:{number}")
    return edges


def shortest_way(edges, start, end):
    """From one unit to another, both named; None if there is no way."""
    came_from = {start: None}
    queue = collections.deque([start])
    while queue:
        unit = queue.popleft()
        if unit == end:
            way = []
            while unit is not None:
                way.append(unit)
                unit = came_from[unit]
            return way[::-1]
        for other in edges[unit]:
            if other not in came_from:
                came_from[other] = unit
                queue.append(other)
    return None


def check_loops(files, problems):
    """A header and its source are one thing: neither may need, on whatever way, what needs it. Each problem is a shortest
    loop; a unit is named in one only."""
    edges = includes_by_unit(files)
    told = set()
    for unit, included in edges.items():
        for other, place in included.items():
            if unit in told or other in told:
                continue
            way = shortest_way(edges, other, unit)
            if way is not None:
                told.update(way)
                problems.append(f"{place}: a loop of includes: {' -> '.join([unit, *way])}; put what both need into a file "
                                "of its own")


def check_folders(files, problems):
    for folder, count in sorted(collections.Counter(path.parent for path in files).items()):
        if count > MAX_FILES:
            problems.append(f"{folder.relative_to(ROOT)}: {count} files; a folder holds at most {MAX_FILES}, make folders in "
                            "it that are named for what is in them")


def main():
    problems = []
    files = [p for top in ("harness", "fake_services", "reports") for p in sorted((ROOT / top).rglob("*"))
             if p.suffix in (".h", ".cc") and "out" not in p.relative_to(ROOT).parts[:2]]
    for path in files:
        check_file(path, problems)
    check_loops(files, problems)
    check_folders(files, problems)
    print("\n".join(problems) if problems else f"{len(files)} files, includes point one way and never in a circle")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
