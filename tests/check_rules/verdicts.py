#!/usr/bin/env python3
"""`firedrill check` against `promtool check rules`: each case of cases.txt has the verdict that is stated for it, and
promtool's own, of 3.5 and of 2.42.

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


def cases():
    """(name, {version or "firedrill": verdict}, text)"""
    for part in re.split(r"^=== ", (HERE / "cases.txt").read_text(encoding="utf-8"), flags=re.M)[1:]:
        heading, text = part.split("\n", 1)
        name, stated = heading.rsplit(": ", 1)
        verdicts = {}
        for each in stated.split(", "):
            verdict, *of = each.split()
            for version in [w for w in of if w != "by"] or ["3.5", "2.42"]:
                verdicts[version] = verdict
        yield name, verdicts, text


def main():
    program, tools = str(pathlib.Path(sys.argv[1]).resolve()), oracles.find("promtool")
    wrong = count = compared = 0
    with tempfile.TemporaryDirectory() as temporary:
        path = pathlib.Path(temporary) / "rules.yaml"
        for name, verdicts, text in cases():
            path.write_text(text, encoding="utf-8")
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
                done = subprocess.run([tools[version], "check", "rules", path], capture_output=True, text=True)
                theirs = {0: "accepted", 1: "refused"}.get(done.returncode, f"exit {done.returncode}")
                if theirs != verdicts[version]:
                    wrong += 1
                    print(f"{name}: promtool {version} {theirs}, stated {verdicts[version]}\n{done.stderr[:400]}")
    print(f"{count} verdicts, {compared} compared with promtool, {wrong} wrong")
    missing = [v for v in oracles.VERSIONS if v not in tools]
    if missing:
        print("not there to compare with: promtool " + ", ".join(missing))
    if wrong or (missing and oracles.required()):
        return 1
    return 77 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
