#!/usr/bin/env python3
"""Compiles every header by itself, without the precompiled one: a header includes what it uses. A header that its own
source file includes first is compiled so by check_clang.py, which uses no precompiled header either and is run by hand.
Usage: check_headers.py COMPILER"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def compile_alone(compiler, header):
    command = [compiler, "-std=c++23", "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
               "-I", str(ROOT / "harness"), "-I", str(ROOT), "-x", "c++", "-"]
    run = subprocess.run(command, input=f'#include "{header}"\n', capture_output=True, text=True, check=False)
    return None if run.returncode == 0 else run.stderr


def first_in_its_source(header):
    source = header.with_suffix(".cc")
    if not source.exists():
        return False
    found = re.search(r'^#include ["<](.*)[">]', source.read_text(), re.MULTILINE)
    return found is not None and str(header).endswith("/" + found.group(1))


def main():
    headers = [p for top in ("harness", "fake_services", "reports") for p in sorted((ROOT / top).rglob("*.h"))]
    alone = [h for h in headers if not first_in_its_source(h)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        errors = [e for e in pool.map(lambda h: compile_alone(sys.argv[1], h), alone) if e]
    print("".join(errors) if errors else f"{len(headers)} headers, {len(alone)} of them checked here, compile alone")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
