#!/usr/bin/env python3
"""What cmake --install puts where, that the installed program finds its library of scenarios, and what --version says of a
repository, of one with changes, and of sources without one.

Usage: install.py PROGRAM BUILD"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

PROGRAM, BUILD = sys.argv[1:3]
ROOT = pathlib.Path(__file__).resolve().parents[2]
EXPECTED = [
    "bin/firedrill",
    "share/bash-completion/completions/firedrill",
    "share/zsh/site-functions/_firedrill",
    "share/fish/vendor_completions.d/firedrill.fish",
    "share/firedrill/scenarios/quiet-day/scenario.yaml",
    "share/firedrill/scenarios/topologies/shop.yaml",
    "share/doc/firedrill/README.md",
    "share/doc/firedrill/LICENSE",
    "share/doc/firedrill/docs/commands.md",
]


def run(*command, cwd=None):
    done = subprocess.run([str(word) for word in command], cwd=cwd, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stdout + done.stderr


def installed(folder, wrong):
    prefix = folder / "prefix"
    code, text = run("cmake", "--install", BUILD, "--prefix", prefix)
    if code != 0:
        wrong.append(f"cmake --install: exit {code}\n{text}")
        return
    wrong += [f"{name} is not installed" for name in EXPECTED if not (prefix / name).is_file()]
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    program = prefix / "bin/firedrill"
    code, text = run(program, "list", "scenarios", cwd=elsewhere)
    if code != 0 or "quiet-day" not in text:
        wrong.append(f"list scenarios, installed: exit {code}\n{text}")
    code, text = run(program, "run", "checkout-database-outage", "--out", elsewhere / "out", cwd=elsewhere)
    if code != 0 or not (elsewhere / "out/report.html").is_file():
        wrong.append(f"run, installed: exit {code}\n{text}")


def in_a_checkout(folder, wrong):
    """A program that was built in a checkout finds the scenarios of that, by a link and from any folder."""
    program = pathlib.Path(PROGRAM).resolve()
    if program.parents[1] != ROOT / "build":
        return
    link, elsewhere = folder / "firedrill", folder / "far"
    link.symlink_to(program)
    elsewhere.mkdir()
    for words, seen in ((["drill"], "quiet-finch"), (["list", "scenarios"], "quiet-day"),
                        (["drill", "quiet-finch", "--json"], "")):
        code, text = run(link, *words, cwd=elsewhere)
        if code != 0 or seen not in text:
            wrong.append(f"{' '.join(words)}, by a link from elsewhere: exit {code}\n{text}")


def commit_of(sources, header, wrong, expected):
    """What write_commit.cmake finds; whether it leaves a current file alone."""
    command = ["cmake", "-D", f"SOURCE={sources}", "-D", f"HEADER={header}", "-P", ROOT / "cmake/write_commit.cmake"]
    run(*command)
    found = header.read_text(encoding="utf-8") if header.is_file() else "nothing"
    if not re.fullmatch(f'#define FIREDRILL_COMMIT "{expected}"\n', found):
        wrong.append(f"{sources.name}: expected {expected}, found {found}")
    os.utime(header, (1, 1))
    run(*command)
    if header.stat().st_mtime != 1:
        wrong.append(f"{sources.name}: a header that says the same is written again")


def git(sources, *arguments):
    run("git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", sources, *arguments)


def commits(folder, wrong):
    repository = folder / "repository"
    archive = repository / "archive"
    archive.mkdir(parents=True)
    header = folder / "commit.h"
    commit_of(repository, header, wrong, "")
    (repository / "file").write_text("a", encoding="utf-8")
    git(repository, "init", "-q")
    git(repository, "add", "file")
    git(repository, "commit", "-q", "-m", "x")
    commit_of(repository, header, wrong, "[0-9a-f]{12}")
    commit_of(archive, header, wrong, "")
    (repository / "file").write_text("b", encoding="utf-8")
    commit_of(repository, header, wrong, "[0-9a-f]{12}, with changes")


def main():
    wrong = []
    _, version = run(PROGRAM, "--version")
    if not re.fullmatch(r"firedrill \d+\.\d+\.\d+( \(built from [0-9a-f]{12}(, with changes)?\))?\n", version):
        wrong.append(f"--version: {version}")
    with tempfile.TemporaryDirectory() as temporary:
        installed(pathlib.Path(temporary), wrong)
        in_a_checkout(pathlib.Path(temporary), wrong)
        commits(pathlib.Path(temporary), wrong)
    for each in wrong:
        print(each)
    print(f"{len(EXPECTED)} places, {len(wrong)} mistakes")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
