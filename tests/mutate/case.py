"""One case: files, a command, and the circumstances in which it is run. A case knows no absolute path, so that it can be kept
and run again elsewhere."""

import json
import os
import pathlib
import stat

CANARY = "CANARY-b6d1"
# Beside the checkout: nothing of it may be read, shown or touched, whatever the files of the checkout say.
FOREIGN = {
    "settings.yml": f"{CANARY}-key-1: 1\n{CANARY}-key-2: 2\n",
    "credentials": f"https://user:{CANARY}@example.com\n",
    "app.env": f"TOKEN={CANARY}\n",
    "rules.yml": f"groups: [{{name: {CANARY}, rules: [{{alert: {CANARY}, expr: up == 1}}]}}]\n",
    "broken.yml": f"groups: [{{name: {CANARY}, rules: [{{alert: {CANARY}, expr: up ==}}]}}]\n",
    "deep/topology.yaml": f"services: {{{CANARY}: {{replicas: 1}}}}\n",
    "scenario/scenario.yaml": f"version: 1\nname: scenario\nsummary: {CANARY}\n",
    f"{CANARY}-named.yml": "groups: []\n",
    "inputs/mine.txt": f"{CANARY}\n",
    "record.json": f"{{\"{CANARY}\": 1}}\n",
    "postmortem.md": f"# {CANARY}\n",
}
FOREIGN_LINKS = {"link": "settings.yml", "folder": "deep"}
COMMANDS = ("run", "test", "check", "report", "query", "export", "list", "slo", "oncall", "schema")
# In every checkout.
LINKS = {"outward": "../foreign", "outward.yml": "../foreign/rules.yml", "loop": "loop"}


class Case:
    def __init__(self, number, kind):
        self.number, self.kind = number, kind
        self.files = {}  # path in the checkout: bytes
        self.written = {}  # likewise: what the program itself wrote; unchanged, it may be replaced
        self.links = dict(LINKS)
        self.pipes = ["pipe"]
        self.command = []
        self.cwd = "."
        self.environment = {}  # name: value, or None for none
        self.circumstances = []

    def command_name(self):
        """The command as far as it is one."""
        line = self.command
        if not line or line[0] not in COMMANDS:
            return "(none)"
        return " ".join(line[:2]) if line[0] in ("test", "slo") and line[1:2] and line[1] in ("rules", "promql") else line[0]

    def is_bad_environment(self):
        return bool(self.circumstances) or "TMPDIR" in self.environment

    def save(self, folder):
        folder = pathlib.Path(folder)
        lay_out(self, folder)
        about = {k: v for k, v in vars(self).items() if k not in ("files", "written")}
        about["written"] = sorted(self.written)
        about["files"] = sorted(self.files)
        (folder / "case.json").write_text(json.dumps(about, indent=1) + "\n", encoding="ascii")


def load(folder):
    """A case that was kept."""
    folder = pathlib.Path(folder)
    about = json.loads((folder / "case.json").read_text(encoding="ascii"))
    case = Case(about["number"], about["kind"])
    for name in ("links", "pipes", "command", "cwd", "environment", "circumstances"):
        setattr(case, name, about[name])
    checkout = folder / "checkout"
    home = str(folder / "foreign").encode()
    case.files = {p: (checkout / p).read_bytes().replace(home, b"@FOREIGN@") for p in about["files"]}
    case.written = {p: case.files[p] for p in about["written"] if p in case.files}
    return case


def make_foreign(folder):
    """The guarded tree: files, links, a pipe, modes of its own."""
    for name, text in FOREIGN.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name, target in FOREIGN_LINKS.items():
        os.symlink(target, folder / name)
    os.mkfifo(folder / "pipe")
    (folder / "app.env").chmod(0o600)
    (folder / "deep").chmod(0o700)


def lay_out(case, folder):
    """Writes the case's checkout; the folder must be empty or not be there. Names that no file can have are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    checkout, foreign = folder / "checkout", folder / "foreign"
    if not foreign.exists():
        foreign.mkdir()
        make_foreign(foreign)
    (checkout / ".git").mkdir(parents=True)
    (checkout / ".git/HEAD").write_text("ref: refs/heads/main\n", encoding="ascii")
    for name in ("home", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    for path, content in case.files.items():
        try:
            (checkout / path).parent.mkdir(parents=True, exist_ok=True)
            (checkout / path).write_bytes(content.replace(b"@FOREIGN@", str(foreign).encode()))
        except (OSError, ValueError):
            pass
    for path, target in case.links.items():
        try:
            (checkout / path).parent.mkdir(parents=True, exist_ok=True)
            os.symlink(target.replace("@FOREIGN@", str(foreign)), checkout / path)
        except (OSError, ValueError):
            pass
    for path in case.pipes:
        (checkout / path).parent.mkdir(parents=True, exist_ok=True)
        if not os.path.lexists(checkout / path):
            os.mkfifo(checkout / path)


def snapshot(folder):
    """What is below a folder: path to (kind and mode, size, change time, target of a link)."""
    found = {}

    def walk(path, prefix):
        with os.scandir(path) as entries:
            for entry in entries:
                status = entry.stat(follow_symlinks=False)
                name = prefix + entry.name
                target = os.readlink(entry.path) if entry.is_symlink() else ""
                is_folder = stat.S_ISDIR(status.st_mode)
                found[name] = (status.st_mode, 0 if is_folder else status.st_size, 0 if is_folder else status.st_ctime_ns, target)
                if is_folder:
                    walk(entry.path, name + "/")

    walk(str(folder), "")
    return found
