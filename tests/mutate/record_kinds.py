"""Cases about what a run wrote: records that somebody changed, and folders with a run, other people's files and forgeries."""

import hashlib

import command_lines
import series_file
import text_mutations
import trees
import words
from case import FOREIGN
from trees import Map, Raw

REPORTS = ["html", "markdown", "json", "junit", "postmortem"]


def record(maker, rng, case):
    """A record that somebody changed, so that it still agrees with itself as far as its hashes go."""
    files = dict(maker.corpus.records[rng.choice(["shop", "shop", "quiet"])])
    case.written = {f"record/{n}": t for n, t in files.items()}
    how = rng.random()
    if how < 0.15:
        name = rng.choice(sorted(files))
        files[name] = text_mutations.mutate(rng, files[name], maker.donors)
    else:
        if how < 0.5:
            labels = [w.encode("utf-8", "surrogateescape") for w in words.ESCAPES + words.NAMES + ["__name__", "up", "le", "web", "x"] * 8 if w]
            files["series"] = series_file.mutate(rng, files["series"], labels)
        facts = trees.read_json(files["record.json"].decode())
        if how > 0.4:
            change_facts(maker, rng, facts)
        trees.set_key(facts, "series_hash", hashlib.sha256(files["series"]).hexdigest())
        # A record of another version is not judged again: what is in it goes straight into the reports.
        if rng.random() < 0.4:
            trees.set_key(facts, "firedrill", "0.0.9")
        files["record.json"] = (trees.write_json(facts) + "\n").encode("utf-8", "replace")
        if rng.random() < 0.5:
            reseal(files)
    case.files = {f"record/{n}": t for n, t in files.items()}
    command_lines.of_record(rng, case, maker.expression(rng))


def change_facts(maker, rng, facts):
    if rng.random() < 0.3:
        # The same text everywhere: names that still refer to each other.
        texts = sorted({str(trees.get(s)) for s in trees.slots(facts) if type(trees.get(s)) is str})
        old, new = rng.choice(texts), rng.choice(words.ESCAPES + words.NAMES + words.INSTANTS)
        for slot in trees.slots(facts):
            if trees.get(slot) == old:
                trees.put(slot, new)
    elif rng.random() < 0.3:
        # Large and small numbers where a fact is a number: intervals, counts, times.
        numbers = [s for s in trees.slots(facts) if isinstance(trees.get(s), Raw) and s[2] not in ("version",)]
        times = [s for s in trees.slots(facts) if str(trees.get(s))[4:5] == "-" and str(trees.get(s))[-1:] == "Z"]
        for _ in range(rng.choice([1, 1, 3])):
            if rng.random() < 0.5:
                trees.put(rng.choice(numbers), Raw(rng.choice(["0", "-1", "1", "0.001", "1e-9", "1e9", "1e15", "1e18", "1e300", "-1e18", "5e-324"])))
            elif times:
                trees.put(rng.choice(times), rng.choice(words.INSTANTS))
    else:
        maker.trees.mutate(rng, facts, is_json=True)


def reseal(files):
    """The list of what a run wrote, if there is one, agrees again with what the files are now."""
    listed = trees.read_json(files.get("manifest.json", b"").decode("utf-8", "replace"))
    for item in dict(listed).get("files", []) if isinstance(listed, Map) else []:
        name = dict(item).get("name") if isinstance(item, Map) else None
        if name in files:
            trees.set_key(item, "sha256", hashlib.sha256(files[name]).hexdigest())
    if isinstance(listed, Map):
        files["manifest.json"] = trees.write_json(listed).encode("utf-8", "replace")


# What may lie in a folder that a run wrote once: what people put there, and what strangers did.
LISTED = ["../foreign/settings.yml", "../../foreign/settings.yml", "@FOREIGN@/settings.yml", "/etc/hostname", "notes.txt", "inputs/mine.yaml",
          "inputs/../notes.txt", "link", "link/settings.yml", "inputs", ".", "", "..", "a\\b", "manifest.json", "series", "report.html"]


def folder(maker, rng, case):
    """A run, a report or an export into a folder that is firedrill's own, more or less."""
    case.files = dict(maker.corpus.scenarios[rng.choice(["shop", "quiet"])])
    name = next(iter(case.files)).split("/")[0]
    written = {f"drill/{n}": t for n, t in maker.corpus.records[rng.choice(["shop", "quiet"])].items()}
    case.written = dict(written)
    case.files.update(written)
    if rng.random() < 0.5:
        case.files["drill/notes.txt"] = b"mine\n"
        case.files["drill/inputs/mine.yaml"] = b"groups: []\n"
    for _ in range(rng.choice([0, 1, 1, 2])):
        rng.choice([change_file, replace_file, forge_list, forge_list, forge_staging])(maker, rng, case, rng.choice(sorted(written)))
    form = rng.choice(REPORTS)
    case.command = rng.choice([
        lambda: ["run", name, "--out", "drill"] + command_lines.run_options(rng), lambda: ["run", name, "--out", "drill", "--seed", "2"],
        lambda: ["report", "drill", "--format", form, "--out", rng.choice(["drill/report.html", "drill/report.md", "drill/postmortem.md",
                                                                          "drill/notes.txt", "drill/new.md", "drill/record.json"])],
        lambda: ["export", "drill", "openmetrics", "--out", rng.choice(["drill/series", "drill/inputs", "drill/new.om"])],
        lambda: ["query", "drill", "up"], lambda: ["run", name, "--out", "drill/inputs"], lambda: ["run", name, "--out", "drill/a/b"]])()


def change_file(maker, rng, case, path):
    if path in case.files:
        case.files[path] = case.files[path] + b"people wrote here\n" if rng.random() < 0.7 else b""


def replace_file(maker, rng, case, path):
    """A file of the run is gone, or something else stands in its place."""
    if rng.random() < 0.3:
        path = "drill/inputs"
    for each in [p for p in case.files if p == path or p.startswith(path + "/")]:
        del case.files[each]
    what = rng.randrange(4)
    if what == 0:
        case.links[path] = rng.choice(["../foreign/settings.yml", "../../foreign/settings.yml", "@FOREIGN@", "../shop", "none", "../loop",
                                       "record.json", "/dev/null"])
    elif what == 1:
        case.pipes.append(path)
    elif what == 2:
        case.files[path + "/mine.txt"] = b"mine\n"


def entry(rng, case):
    """What a list may say of a file, mostly with the hash that it has."""
    name = rng.choice(LISTED)
    content = case.files.get("drill/" + name, b"mine\n" if "mine" in name else b"")
    if "settings.yml" in name:
        content = FOREIGN["settings.yml"].encode()
    return Map([["name", name], ["sha256", hashlib.sha256(content).hexdigest()]])


def forge_list(maker, rng, case, _):
    tree = trees.read_json(case.files.get("drill/manifest.json", b"").decode("utf-8", "replace"))
    if not isinstance(tree, Map):
        tree = Map([["firedrill", "0.1.0"], ["kind", "run"], ["files", []]])
    files = dict(tree).get("files")
    if rng.random() < 0.2 or not isinstance(files, list):
        maker.trees.mutate(rng, tree, is_json=True)
    else:
        files.insert(rng.randrange(len(files) + 1), entry(rng, case))
        if len(files) > 2 and rng.random() < 0.2:
            a, b = rng.sample([f for f in files if isinstance(f, Map)], 2)
            a[0], b[0] = b[0], a[0]
    case.files["drill/manifest.json"] = trees.write_json(tree).encode("utf-8", "replace")


def forge_staging(maker, rng, case, _):
    """What an interrupted run leaves behind, as somebody imagines it."""
    texts = [b"forged\n", b"{}", b""]
    entries = []
    for i in range(rng.choice([1, 2, 3])):
        text = rng.choice(texts)
        case.files[f"drill/.firedrill-new/{i}"] = text
        name = rng.choice(LISTED + ["report.md", "record.json", "inputs/x.yaml"])
        entries.append(Map([["name", name], ["sha256", hashlib.sha256(text).hexdigest()]]))
    if rng.random() < 0.8:
        made = Map([["firedrill", "0.1.0"], ["kind", "run"], ["files", entries]])
        case.files["drill/.firedrill-new/manifest.json"] = trees.write_json(made).encode("utf-8", "replace")
    if rng.random() < 0.2:
        case.links["drill/.firedrill-new/9"] = "../../../foreign/settings.yml"
