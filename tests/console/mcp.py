#!/usr/bin/env python3
"""`firedrill drill NAME --mcp` with the official TypeScript SDK's clients, from npm (mcp/package-lock.json): every
revision of the protocol that they speak.

    mcp.py PROGRAM

What is installed is kept beside the program's build. Without node or npm, or where npm cannot install, nothing is
tried, which is said (77)."""

import pathlib
import shutil
import subprocess
import sys

import drills

HERE = pathlib.Path(__file__).resolve().parent


def skip(why):
    print(why, file=sys.stderr)
    return 77


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return skip("node and npm are not installed")
    folder = program.parent / "mcp_clients"
    folder.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json", "client.mjs"):
        shutil.copy(HERE / "mcp" / name, folder / name)
    installed = subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder,
                               capture_output=True, text=True, check=False, timeout=300)
    if installed.returncode != 0:
        return skip("npm could not install the clients: " + installed.stderr[-500:])
    return subprocess.run([node, folder / "client.mjs", program, drills.DRILL, drills.ROOT], check=False,
                          timeout=280).returncode


if __name__ == "__main__":
    sys.exit(main())
