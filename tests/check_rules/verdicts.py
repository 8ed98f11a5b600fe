#!/usr/bin/env python3
"""`firedrill check` against promtool: each case of cases.txt (`promtool check rules`), and of configurations.txt, named_files.txt,
discovery.txt, selectors.txt and clients.txt (`promtool check config`), has the verdict that is stated for it, and promtool's own, of
3.5 and of 2.42. What stands behind a line ">>> NAME" in a case is another file, of that name.

    verdicts.py PROGRAM [--all]

A case that is stated alike for both versions is looked at in one of them, by turns; with --all in both. Without a promtool nothing is compared with it, which is said; with FIREDRILL_REQUIRE_ORACLES that is a failure."""

import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "export"))
import oracles  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
CONFIGURATIONS = ("configurations.txt", "named_files.txt", "discovery.txt", "selectors.txt", "clients.txt")


def cases(file):
    """(name, {version or "firedrill": verdict}, text)"""
    for part in re.split(r"^=== ", (HERE / file).read_text(encoding="utf-8"), flags=re.M)[1:]:
        heading, text = part.split("\n", 1)
        name, stated = heading.rsplit(": ", 1)
        verdicts = {}
        for each in stated.split(", "):
            verdict, *of = each.split()
            for version in [w for w in of if w != "by"] or ["3.5", "2.42"]:
                verdicts[version] = verdict
        yield name, verdicts, text


def place(cases_of, folder, file_name):
    """Each case in a folder of its own: [(name, verdicts, path)]."""
    placed = []
    for number, (name, verdicts, text) in enumerate(cases_of):
        path = folder / f"{number:04}" / file_name
        text, *others = re.split(r"^>>> (.*)\n", text, flags=re.M)
        contents = {"rules.yaml": "groups: []\n", file_name: text}  # rules.yaml: for configurations to name
        contents.update(zip(others[::2], others[1::2]))
        for other, content in contents.items():
            (path.parent / other).parent.mkdir(parents=True, exist_ok=True)
            (path.parent / other).write_text(content, encoding="utf-8")
        placed.append((name, verdicts, path))
    return placed


def promtool_says(tool, kind, paths):
    """{path: (verdict, what it said)}. One call for all, as its start takes longer than the check; what a call that
    ended early did not come to is asked again."""
    said = {}
    while len(said) < len(paths):
        rest = [path for path in paths if path not in said]
        done = subprocess.run([tool, "check", kind, *rest], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        parts = re.split(r"^Checking (%s)\n" % "|".join(re.escape(str(path)) for path in rest), done.stdout, flags=re.M)
        if len(parts) == 1:
            return {**{path: (f"exit {done.returncode}", done.stdout) for path in rest}, **said}
        for path, words in zip(parts[1::2], parts[2::2]):
            said[pathlib.Path(path)] = ("refused" if re.search(r"^ +FAILED:(?!\nlint error)", words, re.M) else "accepted", words)
        if done.returncode not in (0, 1):  # it died over the last one
            said[pathlib.Path(parts[-2])] = (f"exit {done.returncode}", parts[-1])
    return said


def by_turns(placed, version):
    """Those that differ between the versions, and this version's share of the others."""
    turn = list(oracles.VERSIONS).index(version)
    return [case for number, case in enumerate(placed)
            if len(set(case[1].values())) > 1 or number % len(oracles.VERSIONS) == turn]


def compare(program, tools, kind, of_both, everything):
    """(verdicts looked at, of those compared with promtool, wrong)"""
    count = compared = wrong = 0
    for version, major in oracles.VERSIONS.items():
        placed = of_both if everything else by_turns(of_both, version)
        said = promtool_says(tools[version], kind, [path for _, _, path in placed]) if version in tools else {}
        for name, verdicts, path in placed:
            done = subprocess.run([program, "check", "--promql-version", major, path], capture_output=True, text=True)
            ours = {0: "accepted", 2: "refused"}.get(done.returncode, f"exit {done.returncode}")
            expected = verdicts.get("firedrill", verdicts[version])
            count += 1
            if ours != expected:
                wrong += 1
                print(f"{name}, version {version}: firedrill {ours}, stated {expected}\n{done.stderr}")
            if version not in tools:
                continue
            compared += 1
            theirs, words = said[path]
            if theirs != verdicts[version]:
                wrong += 1
                print(f"{name}: promtool {version} {theirs}, stated {verdicts[version]}\n{words[:400]}")
    return count, compared, wrong


def main():
    program, tools = str(pathlib.Path(sys.argv[1]).resolve()), oracles.find("promtool")
    everything = "--all" in sys.argv[2:]
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        compared_files = [compare(program, tools, "rules", place(cases("cases.txt"), folder / "cases", "rules.yaml"),
                                  everything)]
        for file in CONFIGURATIONS:
            placed = place(cases(file), folder / file, "prometheus.yml")
            compared_files.append(compare(program, tools, "config", placed, everything))
    count, compared, wrong = (sum(each) for each in zip(*compared_files))
    print(f"{count} verdicts, {compared} compared with promtool, {wrong} wrong")
    missing = [v for v in oracles.VERSIONS if v not in tools]
    if missing:
        print("not there to compare with: promtool " + ", ".join(missing))
    if wrong or (missing and oracles.required()):
        return 1
    return 77 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
