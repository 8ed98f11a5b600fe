"""What is mutated: the project's own scenarios, rule files, unit tests and scripts, and records that the program makes of the
seeds here. All in a fixed order."""

import json
import pathlib
import re
import subprocess
import tempfile

import record_kinds
import trees

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEEDS = pathlib.Path(__file__).resolve().parent / "seeds"
SEEDED = ("shop", "quiet")
LARGEST = 60_000  # bytes of a file that is taken


def files_below(folder, prefix=""):
    return {prefix + str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*"))
            if p.is_file() and p.stat().st_size < LARGEST}


class Corpus:
    def __init__(self, program):
        self.scenarios = {name: files_below(SEEDS / name, name + "/") for name in SEEDED}
        self.slo_files = files_below(SEEDS / "slo_files")
        self.pager = files_below(SEEDS / "pager", "pager/")
        self.people = files_below(SEEDS / "people")
        self.playbooks = [p.read_bytes() for p in sorted((ROOT / "scenarios").rglob("*.md")) if p.read_bytes().startswith(b"# Playbook:")]
        self.unit_tests = files_below(ROOT / "tests/ruletest")
        self.unit_tests.pop("verdicts.py", None)
        self.bad = [files_below(p) for p in sorted((ROOT / "tests/bad_inputs").iterdir()) if p.is_dir()]
        self.bad = [{k: v for k, v in each.items() if k != "expected"} for each in self.bad]
        self.bad = [each for each in self.bad if each]
        self.scripts = [block for p in sorted((ROOT / "tests/promql").glob("*.test")) for block in blocks(p.read_text(encoding="utf-8"))]
        self.library_files = [p.read_bytes() for folder in ("scenarios", "tests/fuzz/seeds") for p in sorted((ROOT / folder).rglob("*.yaml"))
                              if "reports" not in p.parts and p.stat().st_size < LARGEST]
        self.ask(program)
        self.index()
        self.records = {name: self.record(program, name) for name in SEEDED}

    def ask(self, program):
        """What the program itself says that there is, so that what is added to it is mutated too."""
        def listed(what):
            out = subprocess.run([program, "list", what, "--json"], capture_output=True, check=True).stdout
            return json.loads(out)

        self.functions = sorted(entry["name"] for entry in listed("functions"))
        self.faults = listed("faults")
        self.expectations = listed("expectations")
        self.signals = sorted(entry["name"] for entry in listed("signals"))
        help_text = subprocess.run([program, "run", "--help"], capture_output=True, check=True).stdout.decode()
        self.has_budgets = "--timeout" in help_text and "--max-memory" in help_text

    def index(self):
        """Values by their keys, and expressions, over all files."""
        self.values, self.yaml = {}, []
        every = self.library_files + [t for files in self.scenarios.values() for t in files.values()] + list(self.unit_tests.values())
        every += [text for each in self.bad for text in each.values()] + list(self.pager.values())
        for text in every:
            tree = trees.read_yaml(text.decode("utf-8", "replace"))
            if not isinstance(tree, list):
                continue
            self.yaml.append(text)
            for slot in trees.slots(tree):
                known = self.values.setdefault(slot[2], [])
                if len(known) < 60:
                    known.append(trees.get(slot))
        self.values.pop("", None)
        self.keys = sorted(self.values)
        self.texts = sorted(set(every))
        found = {str(v) for key in ("expr", "errors", "burn") for v in self.values.get(key, []) if isinstance(v, str)}
        for script in self.scripts:
            found.update(re.findall(r"^eval\w* (?:instant at \S+|range from \S+ to \S+ step \S+) (.*)$", script, re.M))
        self.expressions = sorted(found)

    def record(self, program, name):
        """The files of a run of a seed, by their names in its folder."""
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "out"
            done = subprocess.run([program, "run", str(SEEDS / name), "--out", str(out), "--keep", "all"], capture_output=True, check=False)
            if done.returncode not in (0, 1, 4):
                raise SystemExit(f"the seed {name} does not run: exit {done.returncode}\n{done.stderr.decode()}")
            files = {str(p.relative_to(out)): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}
        # What differs from run to run must not make another case of the same seed.
        about = trees.read_json(files["run.json"].decode())
        for pair in about:
            if isinstance(pair[1], trees.Raw) or pair[0] in ("scenario", "out"):
                pair[1] = trees.Raw("1") if isinstance(pair[1], trees.Raw) else name
        files["run.json"] = (trees.write_json(about) + "\n").encode()
        record_kinds.reseal(files)
        return files


def blocks(script):
    """A script in pieces that can each run alone."""
    pieces, now = [], []
    for line in script.splitlines():
        if line.strip() == "clear":
            pieces.append(now)
            now = []
        else:
            now.append(line)
    pieces.append(now)
    return ["\n".join(p) + "\n" for p in pieces if any(line.startswith("eval") for line in p)]
