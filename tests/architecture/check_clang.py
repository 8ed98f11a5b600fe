#!/usr/bin/env python3
"""Compiles every source with clang, for its warnings only (the other compiler's view; no object files) and without
the precompiled header, so that a source's own header, included first, is seen to compile alone. Tests have no header
of their own, and take theirs precompiled: reading GoogleTest anew for each would be half of their time.
Reads the compile commands of the `clang` preset."""

import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/clang"


def commands():
    configure = ["cmake", "--preset", "clang", "-DFIREDRILL_PCH=OFF", "-DFIREDRILL_TESTS_PCH=ON",
                 "-DCMAKE_CXX_COMPILER_LAUNCHER="]
    subprocess.run(configure, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    # What other builds make on their way: the precompiled header of the tests, the header with the commit.
    subprocess.run(["cmake", "--build", BUILD, "--target", "precompiled_tests", "commit"], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL)
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        if "cmake_pch" in entry["file"]:
            continue  # built above
        words = shlex.split(entry["command"])
        del words[words.index("-o"):words.index("-o") + 2]
        start = next(i for i, word in enumerate(words) if word.endswith("clang++-19"))
        yield entry["file"], entry["directory"], words[start:] + ["-fsyntax-only"]


def compile_one(job):
    _, directory, command = job
    run = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    return None if run.returncode == 0 else run.stderr


def main():
    jobs = list(commands())
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        errors = [e for e in pool.map(compile_one, jobs) if e]
    print("".join(errors) if errors else f"{len(jobs)} files without a warning")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
