#!/usr/bin/env python3
"""Shares of a run's time by stage and by subject, from a profile:

    perf record -F 997 --call-graph dwarf,16384 -o run.perf PROGRAM run SCENARIO --out /tmp/out
    perf script -i run.perf --no-inline -F comm,ip,sym | python3 tests/bench/shares.py [--functions]

A sample counts for the innermost of its functions that the table of subjects knows: a copy of memory for whoever wanted
it. With --functions each subject is followed by the functions that it was found by."""

import argparse
import collections
import re
import sys

# In order: the first that matches a function's name names its subject.
SUBJECTS = [
    ("record: JSON", r"write_json|read_json|to_json|write_record|read_record|boost::json"),
    ("record: rounding to 12 digits", r"round_numbers|round_significant"),
    ("record: hash, files", r"sha256|write_files|output_files|remove_stale|check_writable"),
    ("series: reading them back", r"ZSTD_decompress|ZSTD_.*DCtx|HUF_decompress|tsdb::(decompress|read_samples|decode_series|reopen_series|Reader)"),
    ("series: compressing", r"ZSTD|HUF_|FSE_|tsdb::(Archive|compress|put_|encode_series)"),
    ("store: finding series", r"tsdb::(Store::(Impl::)?(select|find|series)\b|LabelIndex)|TextIndex|model::Matcher"),
    ("store: appending, dropping", r"tsdb::"),
    ("world: drawing counts", r"Tall(y|ies)|draw_count|draw_moment|RandomStream|poisson|binomial|normal_distribution|mersenne"),
    ("world: probes and pods", r"fake_services::.*([Pp]robe|Pod|[Hh]ealth|[Ll]ifecycle|ProcessState|initial_state)|process_pods"),
    ("world: scrapes", r"fake_services::(.*([Ss]crape|expose|[Ii]nstrument|[Oo]wn_?[Mm]etrics|[Kk]ube|ClusterTargets|target_series|is_absent))"),
    ("world: faults and witnesses", r"fake_services::.*([Ff]ault|Observ|[Ss]ymptom|[Ww]itness)"),
    ("world: queueing tables, made once", r"exact_station|StationTable::(StationTable|refine|make_node)|StationTables"),
    ("world: flow", r"fake_services::"),
    ("monitor: scrape loop", r"ScrapeLoop"),
    ("rules: PromQL", r"promql::"),
    ("rules: alerts, recordings", r"alerting::(Alert|Group|Recording|RuleSeries|Template)"),
    ("loading the scenario", r"scenario::|YAML|alerting::"),
    ("recorder, judging", r"Recorder|incident::"),
    ("reports", r"reports::"),
    ("loop: what is due", r"EventQueue|driver::"),
    ("program: start and end", r"^_dl_|^_start|^(do_)?_*exit|execve|cli::|CLI::|^main$|__libc_start"),
]

# The stages of a run, by the outermost function that is one.
STAGES = [
    ("reading and checking the files", r"scenario::load_scenario$"),
    ("making world and monitor", r"driver::Run::Run$"),
    ("the run", r"driver::Run::(advance_to|step)$"),
    ("series file, judging", r"driver::Run::finish$"),
    ("rendering record and reports", r"driver::output_files$"),
    ("writing files", r"write_files$"),
]


def bare(function):
    """A function's name without the types of its arguments and of its template."""
    name = function.replace("(anonymous namespace)::", "").replace("[abi:cxx11]", "")
    while (shorter := re.sub(r"<[^<>]*>|\([^()]*\)", "", name)) != name:
        name = shorter
    return name


def first_match(functions, table, otherwise):
    for function in functions:
        for name, pattern in table:
            if re.search(pattern, function):
                return name, function
    return otherwise, functions[0] if functions else "?"


def stacks(lines):
    """Functions of each sample, innermost first."""
    frames = None
    for line in lines:
        if not line.strip():
            if frames is not None:
                yield frames
            frames = None
        elif line[0].isspace():
            frames.append(line.split(maxsplit=1)[1].strip() if len(line.split()) > 1 else "?")
        else:
            frames = []
    if frames:
        yield frames


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--functions", action="store_true")
    options = parser.parse_args()
    stages, subjects = collections.Counter(), collections.Counter()
    functions = collections.defaultdict(collections.Counter)
    for frames in stacks(sys.stdin):
        names = [bare(frame) for frame in frames]
        subject, function = first_match(names, SUBJECTS, "not told")
        stages[first_match(names[::-1], STAGES, "before and after")[0]] += 1
        subjects[subject] += 1
        functions[subject][function] += 1
    total = sum(stages.values())
    print(f"{total} samples, by stage:")
    for stage, count in stages.most_common():
        print(f"{100 * count / total:5.1f} %  {stage}")
    print("by subject:")
    for subject, count in subjects.most_common():
        print(f"{100 * count / total:5.1f} %  {subject}")
        if options.functions:
            for function, part in functions[subject].most_common(8):
                print(f"           {100 * part / total:5.1f} %  {function[:110]}")


if __name__ == "__main__":
    main()
