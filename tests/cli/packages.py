#!/usr/bin/env python3
"""What is said where something is missing, on the systems that cmake/packages.txt knows, and that the scripts which run
first hold to what bash 3.2 can do (macOS has no later one).

Usage: packages.py"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIRST_SCRIPTS = ["firedrill", "cmake/install-packages"]

# (what /etc/os-release says, what is printed)
SYSTEMS = [
    ("ID=debian\nVERSION_ID=\"12\"\n", ["apt-get install", "libboost-json1.81-dev", "g++ ", "libcli11-dev"]),
    ("ID=debian\nVERSION_ID=\"13\"\n", ["apt-get install", "libboost-json-dev", "libboost-dev"]),
    ("ID=debian\nPRETTY_NAME=\"Debian GNU/Linux forky/sid\"\n", ["libboost-json-dev"]),
    ("ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"24.04\"\n", ["apt-get install", "libboost-json-dev"]),
    ("ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"22.04\"\n", ["Boost.JSON", "Ubuntu 24.04 or later"]),
    ("ID=debian\nVERSION_ID=\"11\"\nVERSION_CODENAME=bullseye\n", ["debian 11 has no package of Boost.JSON", "Debian 12 or later"]),
    ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", ["apt-get install", "libboost-json-dev"]),
    ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\nVERSION_ID=\"22\"\nVERSION_CODENAME=wilma\nUBUNTU_CODENAME=noble\n",
     ["apt-get install", "libboost-json-dev"]),
    ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\nVERSION_ID=\"21.3\"\nVERSION_CODENAME=virginia\nUBUNTU_CODENAME=jammy\n",
     ["linuxmint 21.3 has no package of Boost.JSON", "what is made of these"]),
    ("ID=linuxmint\nID_LIKE=debian\nVERSION_ID=\"6\"\nVERSION_CODENAME=faye\nDEBIAN_CODENAME=bookworm\n",
     ["apt-get install", "libboost-json1.81-dev"]),
    ("ID=linuxmint\nID_LIKE=debian\nVERSION_ID=\"5\"\nVERSION_CODENAME=elsie\nDEBIAN_CODENAME=bullseye\n",
     ["linuxmint 5 has no package of Boost.JSON"]),
    ("ID=pop\nID_LIKE=\"ubuntu debian\"\nVERSION_ID=\"22.04\"\nUBUNTU_CODENAME=jammy\n", ["pop 22.04 has no package"]),
    ("ID=raspbian\nID_LIKE=debian\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n", ["libboost-json1.81-dev"]),
    ("ID=kali\nID_LIKE=debian\nVERSION_ID=\"2025.1\"\nVERSION_CODENAME=kali-rolling\n", ["libboost-json-dev"]),
    ("ID=fedora\nVERSION_ID=41\n", ["sudo dnf install -y gcc-c++ cmake ninja-build", "boost-devel", "cli11-devel"]),
    ("ID=arch\n", ["sudo pacman -S --needed gcc cmake ninja", "yaml-cpp"]),
    ("ID=alpine\nVERSION_ID=3.21\n", ["sudo apk add g++ cmake", "boost-dev", "in no package of a known name: CLI11"]),
    ("ID=\"opensuse-tumbleweed\"\nID_LIKE=\"opensuse suse\"\n", ["sudo zypper install -y gcc-c++", "libboost_json-devel"]),
    ("Darwin", ["brew install gcc cmake ninja pkgconf boost", "openssl@3"]),
    ("ID=gentoo\n", ["on gentoo, and in no package of a known name: compiler, cmake, ninja, pkg-config, Boost"]),
]

# What bash learned after 3.2.
NEWER = {
    "mapfile": r"\b(mapfile|readarray|coproc)\b",
    "associative arrays and references": r"\b(declare|local|typeset)\s+-[a-zA-Z]*[Ang]",
    "changes of case": r"\$\{[a-zA-Z_]+(\[[^\]]*\])?(\^|,)",
    "|& and &>>": r"\|&|&>>",
    ";& and ;;&": r";;?&(?!&)",
    "descriptors by name": r"\{[a-z_]+\}[<>]",
    "[[ -v": r"\[\[ -v ",
    "transformations": r"\$\{[^}]*@[QEPAKaUuL]\}",
    "wait -n": r"\bwait -n\b",
    "globstar": r"\bglobstar\b",
    "times by printf": r"%\(",
}


def tools(folder):
    """A PATH on which nothing is but what every system has."""
    for name in ("bash", "sed", "awk", "tr", "uname", "id", "sh"):
        (folder / name).symlink_to(shutil.which(name))
    return folder


def missing_packages():
    wrong = []
    with tempfile.TemporaryDirectory() as temporary:
        path = tools(pathlib.Path(temporary))
        for release, expected in SYSTEMS:
            file = path / "release"
            file.write_text(release, encoding="utf-8")
            named = "Darwin" if release == "Darwin" else str(file)
            # Not as root: nobody wants the test to install anything.
            fake = path / "id"
            fake.unlink()
            fake.write_text("#!/bin/sh\necho 1000\n", encoding="utf-8")
            fake.chmod(0o755)
            for shell in (["bash"], ["bash", "--posix"]):
                run = subprocess.run([*shell, str(ROOT / "cmake/install-packages"), str(ROOT / "cmake/packages.txt")],
                                     env={"PATH": str(path), "FIREDRILL_OS_RELEASE": named}, capture_output=True,
                                     text=True, timeout=60, check=False)
                lacks = [text for text in expected if text not in run.stderr]
                too_old = "has no package" in run.stderr
                lacks += ["nothing to install"] if too_old and "install -y" in run.stderr else []
                if run.returncode != 3 or lacks or run.stdout:
                    wrong.append(f"{release.splitlines()[0]}, {' '.join(shell)}: exit {run.returncode}, lacks {lacks}:\n"
                                 f"{run.stderr}{run.stdout}")
    return wrong


def missing_lists():
    """A checkout that is not whole is no environment in which anything can be built."""
    wrong = []
    for name in ("cmake/nothing.txt", "cmake"):
        for lists in ([name], ["cmake/packages.txt", name]):
            run = subprocess.run(["bash", "cmake/install-packages", *lists], cwd=ROOT, capture_output=True, text=True,
                                 env={**os.environ, "FIREDRILL_OS_RELEASE": os.devnull}, timeout=60, check=False)
            if run.returncode != 3 or f"the list of packages '{name}' cannot be read" not in run.stderr:
                wrong.append(f"install-packages {lists}: exit {run.returncode}: {run.stderr}")
    return wrong


def newer_constructs():
    wrong = []
    for name in FIRST_SCRIPTS:
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1):
            code = re.sub(r"(^|\s)#.*", "", line)
            for what, pattern in NEWER.items():
                if re.search(pattern, code):
                    wrong.append(f"{name}:{number}: {what}: bash 3.2 does not know that: {line.strip()}")
    return wrong


def table():
    """Every row has every column."""
    lines = (ROOT / "cmake/packages.txt").read_text(encoding="utf-8").splitlines()
    head = next(line for line in lines if line.startswith("# need"))
    width = head.count("|")
    return [f"cmake/packages.txt: {line.count('|')} columns instead of {width}: {line}"
            for line in lines if line.strip() and not line.startswith("#") and line.count("|") != width]


def main():
    wrong = newer_constructs() + table() + missing_packages() + missing_lists()
    for each in wrong:
        print(each)
    print(f"{len(SYSTEMS)} systems, {len(FIRST_SCRIPTS)} scripts, {len(wrong)} mistakes")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
