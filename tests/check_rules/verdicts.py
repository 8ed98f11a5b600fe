#!/usr/bin/env python3
"""`firedrill check` against promtool: each case of cases.txt (`promtool check rules`), and of configurations.txt, named_files.txt
and discovery.txt (`promtool check config`), has the verdict that is stated for it, and promtool's own, of 3.5 and of 2.42. What
stands behind a line ">>> NAME" in a case is another file, of that name.

    verdicts.py PROGRAM

Without a promtool nothing is compared with it, which is said; with FIREDRILL_REQUIRE_ORACLES that is a failure."""

import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "export"))
import oracles  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent


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


def compare(program, tools, kind, cases_of, path):
    """(verdicts looked at, of those compared with promtool, wrong)"""
    count = compared = wrong = 0
    for name, verdicts, text in cases_of:
        text, *others = re.split(r"^>>> (.*)\n", text, flags=re.M)
        path.write_text(text, encoding="utf-8")
        for other, content in zip(others[::2], others[1::2]):
            (path.parent / other).parent.mkdir(parents=True, exist_ok=True)
            (path.parent / other).write_text(content, encoding="utf-8")
        for version, major in oracles.VERSIONS.items():
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
            done = subprocess.run([tools[version], "check", kind, path], capture_output=True, text=True)
            theirs = {0: "accepted", 1: "refused"}.get(done.returncode, f"exit {done.returncode}")
            if theirs != verdicts[version]:
                wrong += 1
                print(f"{name}: promtool {version} {theirs}, stated {verdicts[version]}\n{done.stderr[:400]}")
        for other in others[::2]:
            (path.parent / other).unlink()
    return count, compared, wrong


def main():
    program, tools = str(pathlib.Path(sys.argv[1]).resolve()), oracles.find("promtool")
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        rules = compare(program, tools, "rules", cases("cases.txt"), folder / "rules.yaml")
        (folder / "rules.yaml").write_text("groups: []\n", encoding="utf-8")  # for configurations to name
        compared_files = [rules]
        for file in ("configurations.txt", "named_files.txt", "discovery.txt"):
            compared_files.append(compare(program, tools, "config", cases(file), folder / "prometheus.yml"))
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
