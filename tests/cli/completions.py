#!/usr/bin/env python3
"""What completes command lines is current: bash is asked, as a user would ask it, for every command and option that
--help shows. zsh's and fish's scripts hold the same names, and are read by their shells where these are installed.

Usage: completions.py PROGRAM"""

import re
import shutil
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]


def call(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60, check=True).stdout


def help_of(path):
    """The commands below one, and its options, by its help."""
    commands, options, part = [], [], ""
    for line in call(*path, "--help").splitlines():
        if line and not line.startswith(" "):
            part = line.rstrip(":")
        elif part == "Subcommands" and re.match(r"  [a-z]", line):
            commands.append(line.split()[0])
        elif part == "Options" and re.match(r"  -", line):
            options += re.match(r"  ([-a-zA-Z,]+)", line).group(1).split(",")
    return commands, options


def all_commands(path=()):
    commands, options = help_of(path)
    yield path, commands, options
    for command in commands:
        yield from all_commands((*path, command))


def ask_bash(script, words):
    """What bash offers for the last of the words."""
    lines = [script, "COMP_WORDS=(" + " ".join(f"'{word}'" for word in words) + ")", f"COMP_CWORD={len(words) - 1}",
             "_firedrill", 'printf "%s\\n" "${COMPREPLY[@]}"']
    run = subprocess.run(["bash", "-c", "\n".join(lines)], capture_output=True, text=True, timeout=60, check=True)
    return set(run.stdout.split())


def expect(wrong, what, found, wanted):
    if set(wanted) - set(found):
        wrong.append(f"{what}: lacks {sorted(set(wanted) - set(found))}")


def bash(wrong):
    script = call("completions", "bash")
    count = 0
    for path, commands, options in all_commands():
        count += 1
        words = ["firedrill", *path]
        expect(wrong, f"{words} <Tab>", ask_bash(script, [*words, ""]), commands)
        expect(wrong, f"{words} --<Tab>", ask_bash(script, [*words, "-"]), options)
    expect(wrong, "--keep", ask_bash(script, ["firedrill", "run", "x", "--keep", ""]), ["needed", "all", "none"])
    expect(wrong, "list", ask_bash(script, ["firedrill", "list", ""]), ["faults", "scenarios"])
    if ask_bash(script, ["firedrill", "run", "--out", ""]):
        wrong.append("a file behind --out: bash is to complete it itself")
    if ask_bash(script, ["firedrill", "run", "--k"]) != {"--keep"}:
        wrong.append("--k: expected --keep alone")
    return count


def others(wrong):
    names = {name for _, commands, options in all_commands() for name in commands + options}
    for shell in ("zsh", "fish"):
        script = call("completions", shell)
        words = set(re.findall(r"[-a-zA-Z]+", script))
        wanted = names if shell == "zsh" else {name.lstrip("-") for name in names}
        expect(wrong, shell, words, wanted)
        if shutil.which(shell) is None:
            print(f"{shell} is not installed: its script is not read by it")
            continue
        with tempfile.NamedTemporaryFile("w", suffix="." + shell) as file:
            file.write(script)
            file.flush()
            run = subprocess.run([shell, "-n", file.name], capture_output=True, text=True, timeout=60, check=False)
            if run.returncode != 0:
                wrong.append(f"{shell} -n: {run.stderr}")
            if shell == "fish":
                asked = subprocess.run(["fish", "--no-config", "-c", f"source {file.name}; complete -C 'firedrill run --k'"],
                                       capture_output=True, text=True, timeout=60, check=False)
                if not asked.stdout.startswith("--keep"):
                    wrong.append(f"fish, firedrill run --k: {asked.stdout}{asked.stderr}")


def main():
    wrong = []
    count = bash(wrong)
    others(wrong)
    for each in wrong:
        print(each)
    print(f"{count} commands, {len(wrong)} mistakes")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
