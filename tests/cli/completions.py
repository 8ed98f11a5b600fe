#!/usr/bin/env python3
"""What completes command lines is current: bash is asked, as a user would ask it, for every command and option that
--help shows, and so are zsh (at a terminal of its own) and fish where they are installed.

Usage: completions.py PROGRAM"""

import os
import pathlib
import pty
import re
import select
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


class Zsh:
    """A zsh at a terminal, which shows what it offers where Tab is pressed."""

    SETUP = ("stty -echo cols 250 rows 900; PS1=; LISTMAX=9999; unsetopt prompt_cr prompt_sp list_beep\n"
             "autoload -Uz compinit && compinit -u -D; source {script}\n"
             "line() {{ print -r -- \"<<$BUFFER>>\"; BUFFER=; }}; zle -N line; bindkey '^X' line; print rea''dy\n")

    def __init__(self, script):
        self.terminal, inside = pty.openpty()
        self.shell = subprocess.Popen([shutil.which("zsh"), "-f", "-i"], stdin=inside, stdout=inside, stderr=inside,
                                      env={**os.environ, "TERM": "dumb"}, start_new_session=True)
        os.close(inside)
        self.read(self.SETUP.format(script=script), b"ready")

    def read(self, text, end):
        os.write(self.terminal, text.encode())
        seen = b""
        while end not in seen and select.select([self.terminal], [], [], 30)[0]:
            seen += os.read(self.terminal, 1 << 16)
        return seen.decode(errors="replace")

    def ask(self, words):
        """The words that it offers, and what the line is afterwards."""
        shown = self.read(" ".join(words) + "\t\x18", b">>")
        line = re.search(r"<<(.*?)>>", shown)
        return set(re.findall(r"[-a-zA-Z]+", shown.split("<<")[0])), line.group(1).strip() if line else shown

    def end(self):
        os.write(self.terminal, b"exit\n")
        os.close(self.terminal)
        self.shell.wait(timeout=30)


def zsh(wrong, script):
    shell = Zsh(script)
    for path, commands, options in all_commands():
        words = ["firedrill", *path]
        if len(commands) > 1:
            expect(wrong, f"zsh, {words} <Tab>", shell.ask([*words, ""])[0], commands)
        expect(wrong, f"zsh, {words} --<Tab>", shell.ask([*words, "-"])[0], [o for o in options if o.startswith("--")])
    expect(wrong, "zsh, --keep", shell.ask(["firedrill", "run", "x", "--keep", ""])[0], ["needed", "all", "none"])
    expect(wrong, "zsh, list", shell.ask(["firedrill", "list", ""])[0], ["faults", "scenarios"])
    for begun, whole in (("firedrill run --k", "firedrill run --keep"), ("firedrill ch", "firedrill check"),
                         ("firedrill test rules --ju", "firedrill test rules --junit")):
        line = shell.ask([begun])[1]
        if line != whole:
            wrong.append(f"zsh, {begun}<Tab>: {line}")
    shell.end()


def ask_fish(script, lines):
    """What fish offers for each of the lines."""
    asked = "; ".join(f"echo '<<'; complete -C '{line}'" for line in lines)
    run = subprocess.run(["fish", "--no-config", "-c", f"source {script}; {asked}"], capture_output=True, text=True,
                         timeout=60, check=False)
    return [{offer.split("\t")[0] for offer in part.splitlines()} for part in run.stdout.split("<<")[1:]], run.stderr


def fish(wrong, script):
    lines, wanted = [], []
    for path, commands, options in all_commands():
        words = " ".join(["firedrill", *path])
        lines += [f"{words} ", f"{words} --"]
        wanted += [commands, [o for o in options if o.startswith("--")]]
    lines += ["firedrill run --k", "firedrill run x --keep ", "firedrill list "]
    wanted += [["--keep"], ["needed", "all", "none"], ["faults", "scenarios"]]
    offers, said = ask_fish(script, lines)
    if len(offers) != len(lines) or said:
        wrong.append(f"fish: {len(offers)} answers for {len(lines)} lines: {said}")
    for line, offered, expected in zip(lines, offers, wanted):
        expect(wrong, f"fish, {line}<Tab>", offered, expected)


def others(wrong):
    names = {name for _, commands, options in all_commands() for name in commands + options}
    for shell, ask in (("zsh", zsh), ("fish", fish)):
        script = call("completions", shell)
        words = set(re.findall(r"[-a-zA-Z]+", script))
        wanted = names if shell == "zsh" else {name.lstrip("-") for name in names}
        expect(wrong, shell, words, wanted)
        if shutil.which(shell) is None:
            print(f"{shell} is not installed: it is not asked")
            continue
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / f"firedrill.{shell}"
            file.write_text(script, encoding="utf-8")
            run = subprocess.run([shell, "-n", file], capture_output=True, text=True, timeout=60, check=False)
            if run.returncode != 0:
                wrong.append(f"{shell} -n: {run.stderr}")
            ask(wrong, file)


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
