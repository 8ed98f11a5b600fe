#!/usr/bin/env python3
"""What exporters cost: a fleet without any beside a program from before there were any; and one with node,
kube-state-metrics, kubelet and cAdvisor under kube-prometheus's kinds of rules, and how that grows with the services.

    exporters_cost.py PROGRAM [--before PROGRAM] [--services 20] [--days 3] [--repeat 3] [--rules FOLDER]

Prints processor times (the best of several runs, in turn) and their ratios. The rules are the mixins of
../shared/oracle/rules unless a folder is given; without them the second part is skipped, and says so."""

import argparse
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import fleet_month  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
MIXINS = ROOT.parent / "shared/oracle/rules/mixins"
CLUSTER = ("alertmanager", "kube-state-metrics", "kubernetes", "node-exporter", "prometheus")
EXPORTERS = "[node, kube-state-metrics, kubelet, cadvisor]"


def seconds(program, folder):
    """Processor seconds of a run; exit 1 says that an alert fired, which is none of this measurement's business."""
    with tempfile.TemporaryDirectory() as out:
        pid = os.fork()
        if pid == 0:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            os.execv(program, [program, "run", str(folder), "--out", f"{out}/out"])
        _, status, usage = os.wait4(pid, 0)
        if os.waitstatus_to_exitcode(status) not in (0, 1, 4):
            sys.exit(f"{program}: exit {os.waitstatus_to_exitcode(status)} in {folder}")
    return usage.ru_utime + usage.ru_stime


def best(cases, repeat):
    """The best time of each case; the cases take turns, so that what else the machine does hits all of them."""
    times = {name: [] for name in cases}
    for _ in range(repeat):
        for name, (program, folder) in cases.items():
            times[name].append(seconds(program, folder))
    return {name: min(all_of_it) for name, all_of_it in times.items()}


def with_exporters(folder, services, days, rules, exporters):
    folder.mkdir()
    fleet_month.write_scenario(folder, services, 5, days, "30s")
    if exporters:
        topology = folder / "topology.yaml"
        topology.write_text(f"exporters: {EXPORTERS}\n" + topology.read_text())
    for i, file in enumerate(rules):
        (folder / f"cluster-{i}.yaml").write_text(file.read_text())
    scenario = folder / "scenario.yaml"
    names = ", ".join(["rules.yaml", *(f"cluster-{i}.yaml" for i in range(len(rules)))])
    text = scenario.read_text().replace("rule_files: [rules.yaml]", f"rule_files: [{names}]")
    scenario.write_text(text.replace("kind: no_other_alerts}", "kind: no_other_alerts, vacuous: ignore}"))
    return folder


def compare_with_before(options, temporary):
    folder = temporary / "fleet"
    folder.mkdir()
    fleet_month.write_scenario(folder, options.services, options.services * 5, options.days, "30s")
    found = best({"before": (options.before, folder), "now": (options.program, folder)}, options.repeat)
    print(f"without exporters, {options.services} services, {options.days} days: {found['now']:.2f} s, before there were any "
          f"{found['before']:.2f} s: {found['now'] / found['before']:.3f} x")


def growth(options, temporary, rules):
    cases, alerts = {}, sum(file.read_text().count("alert:") for file in rules)
    for services in (options.services // 2, options.services, options.services * 2):
        for exporters in (False, True):
            name = f"{services} services {'with' if exporters else 'without'} exporters"
            folder = temporary / name.replace(" ", "-")
            cases[name] = (options.program, with_exporters(folder, services, options.days, rules, exporters))
    found = best(cases, options.repeat)
    print(f"{alerts} alerts of kube-prometheus's kinds, {options.days} days, exporters {EXPORTERS}:")
    for name, time in found.items():
        print(f"    {name}: {time:.2f} s")
    for more in (options.services, options.services * 2):
        ratio = found[f"{more} services with exporters"] / found[f"{more // 2} services with exporters"]
        print(f"    twice the services, {more // 2} to {more}: {ratio:.2f} x the time")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    resolved = lambda path: str(pathlib.Path(path).resolve())  # noqa: E731
    parser.add_argument("program", type=resolved)
    parser.add_argument("--before", type=resolved, help="a program from before there were exporters")
    parser.add_argument("--services", type=int, default=20)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--rules", type=pathlib.Path, default=MIXINS)
    options = parser.parse_args()
    rules = [file for name in CLUSTER for file in sorted((options.rules / name).glob("*.yaml"))]
    with tempfile.TemporaryDirectory() as temporary:
        if options.before:
            compare_with_before(options, pathlib.Path(temporary))
        if rules:
            growth(options, pathlib.Path(temporary), rules)
        else:
            print(f"with exporters: skipped, {options.rules} is not there")


if __name__ == "__main__":
    main()
