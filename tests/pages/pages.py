#!/usr/bin/env python3
"""A drill's pages in Debian's Chromium, with playwright-core and axe from npm (package-lock.json): whole incidents are
worked by a script at a desk's width and a telephone's, some of them by keyboard alone.

    pages.py PROGRAM [--all] [--pictures FOLDER]
    pages.py PROGRAM --long

--all works each incident at both widths; without it one at each width. --long does what takes minutes instead: a night of
messages, a program that is halted, another program at the same port. What is installed is kept beside the program's build.
Without node, npm or Chromium, or where npm cannot install, nothing is tried, which is said (77)."""

import argparse
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BROWSERS = ["/usr/lib/chromium/chromium", "chromium", "chromium-browser", "google-chrome"]


def skip(why):
    print(why, file=sys.stderr)
    return 77


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--pictures", type=pathlib.Path)
    options = parser.parse_args()
    program = options.program.resolve()
    node, npm = shutil.which("node"), shutil.which("npm")
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if node is None or npm is None or browser is None:
        return skip("node, npm or chromium are not installed")
    folder = program.parent / "pages_browser"
    folder.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json", "drill.mjs", "pages.mjs", "long.mjs", "incidents.json"):
        shutil.copy(HERE / name, folder / name)
    wanted = (HERE / "package-lock.json").read_bytes()
    mark = folder / "installed.json"
    if not mark.exists() or mark.read_bytes() != wanted:
        installed = subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder,
                                   capture_output=True, text=True, check=False, timeout=300)
        if installed.returncode != 0:
            return skip("npm could not install the browser's driver: " + installed.stderr[-500:])
        mark.write_bytes(wanted)
    command = [node, folder / "pages.mjs", program, browser, ROOT, "all" if options.all else "each",
               options.pictures.resolve() if options.pictures else ""]
    if options.long:
        command = [node, folder / "long.mjs", program, browser, ROOT]
    return subprocess.run(command, check=False, timeout=1500 if options.all or options.long else 500).returncode


if __name__ == "__main__":
    sys.exit(main())
