"""What a case must never do. Each finding is (kind, detail): the detail is the same for the same defect, as far as that can be
told, so that a thousand cases of one defect are shown as one."""

import hashlib
import json
import os
import re
import stat
import xml.parsers.expat

import case as cases
import sandbox

ALLOWED = {0, 1, 2, 4, 130}
# Control characters but for the line's end, C1, and what turns the direction of writing or ends a line elsewhere.
HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f\x80-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# A runner of GitHub's reads `::` behind spaces too, and `##[` anywhere in a line.
COMMAND = re.compile(r"^\s*::|##\[", re.M)
TEMPORARY = re.compile(r"(^|/)[^/]+\.(?!ndjson$)[A-Za-z0-9]{6}$|(^|/)\.firedrill-")
STAGING = "/.firedrill-new/"  # where a run is put together; what an interrupted one left may be swept
DIAGNOSTIC = re.compile(r"^\S.*?: error: (.*)", re.M)
# PromQL's own grammar speaks Prometheus's words, which know no remedies: an expression of the command line, a script of promqltest.
WITHOUT_REMEDY = re.compile(r"^<expression>")
DATA_COMMANDS = ("report", "export", "schema", "slo")


def judge(case, seen, sandbox):
    """Everything that is wrong with what was seen."""
    found = []
    found += ending(case, seen, sandbox)
    found += messages(case, seen)
    found += text(case, seen)
    found += guard(case, seen, sandbox)
    found += secrets(case, seen, sandbox)
    found += leftovers(case, seen)
    found += folders(case, seen, sandbox)
    return sorted(set(found))


def ending(case, seen, sandbox):
    err = seen.err.decode("utf-8", "replace")
    if seen.code is None:
        return [("hang", case.command_name())]
    report = sanitizer_report(err)
    if report:
        return [("sanitizer", report)]
    if "internal error" in err or "bad_alloc" in err:
        what = re.search(r"internal error.*", err)
        return [("internal", what.group(0)[:100] if what else "bad_alloc")]
    if seen.code < 0:
        # A reader that goes away ends a writer; that is how pipes are.
        gone = seen.code == -13 and "stdout-gone" in case.circumstances
        return [] if gone else [("signal", f"{-seen.code} in {case.command_name()} {err.strip()[-150:]}")]
    if seen.peak > (sandbox.most_resident):
        return [("memory", case.command_name())]
    if seen.code in ALLOWED or (seen.code == 3 and (case.is_bad_environment() or writes(case))):
        return []
    return [("exit", f"{seen.code}: {err.strip()[-200:]}")]


def sanitizer_report(err):
    where = re.search(r"^(\S+\.(?:cc|h|hpp):\d+:\d+): runtime error: (.*)", err, re.M)
    if "ERROR: AddressSanitizer" not in err and not where:
        return ""
    summary = re.search(r"SUMMARY: (.*)", err)
    frames = re.findall(r"#\d+ 0x\w+ in .*?((?:harness|fake_services|reports)/\S+:\d+)", err)
    head = f"{where.group(1)}: {where.group(2)}" if where else summary.group(1) if summary else "a report"
    own = where and "/usr/" not in where.group(1)
    return re.sub(r"-?\d{6,}|0x\w+", "N", head)[:200] + (f", from {frames[0]}" if frames and not own else "")


def writes(case):
    return any(w.startswith(("--out", "--junit")) for w in case.command) or case.command[:1] == ["run"]


def messages(case, seen):
    if seen.code != 2 or "stderr-closed" in case.circumstances:
        return []
    is_script = case.command_name() == "test promql"
    err = seen.err.decode("utf-8", "replace")
    if not err.strip():
        return [("message", "exit 2 without a word")]
    found = []
    starts = [m for m in DIAGNOSTIC.finditer(err)]
    cut_off = "small-files" in case.circumstances and len(seen.err) >= sandbox.SMALL_FILE
    for m, after in zip(starts, starts[1:] + [None]):
        if cut_off and after is None:
            break
        about = err[m.start():after.start() if after else len(err)]
        if "= help:" not in about and not is_script and not WITHOUT_REMEDY.match(about):
            found.append(("remedy", re.sub(r"'[^']*'|\"[^\"]*\"|\d+", "_", m.group(1))[:80]))
    return found


def is_data(case):
    line = case.command
    return "--json" in line or not line or (line[0] in DATA_COMMANDS and not any(w.startswith("--out") for w in line))


def text(case, seen):
    found = []
    # iCalendar's lines end in both.
    out = seen.out.replace(b"\r\n", b"\n") if "--ical" in case.command else seen.out
    streams = [("stderr", seen.err)] + ([] if is_data(case) else [("stdout", out)])
    for name, data in streams:
        what = f"{case.command_name()} {name}"
        try:
            shown = data.decode("utf-8")
        except UnicodeDecodeError as error:
            cut = len(data) == (1 << 22) or ("small-files" in case.circumstances and len(data) >= sandbox.SMALL_FILE)
            if error.start > len(data) - 4 and cut:
                continue  # cut in the middle of a character
            found.append(("text", f"{what}: not UTF-8"))
            shown = data.decode("utf-8", "replace")
        hidden = HIDDEN.search(shown)
        if hidden:
            found.append(("text", f"{what}: U+{ord(hidden.group(0)):04X}"))
        command = COMMAND.search(shown)
        if command:
            found.append(("text", f"{what}: a line reads as a command of CI: {command.group(0).strip()}"))
    options = case.command[:case.command.index("--")] if "--" in case.command else case.command
    if "--json" in options and seen.code in (0, 1, 4) and "stdout-closed" not in case.circumstances and not dark(case):
        if len(seen.out) < 1 << 22 and not is_json(seen.out):
            found.append(("data", f"{case.command_name()} --json is no JSON"))
    if case.command[:1] == ["report"] and "junit" in case.command and seen.code == 0 and is_data(case) and not dark(case):
        if not is_xml(seen.out):
            found.append(("data", "report --format junit is no XML"))
    return found


def dark(case):
    return any(c.startswith("stdout") for c in case.circumstances) or any(w.startswith("-h") or w in ("--help", "--version") for w in case.command)


def is_json(data):
    try:
        json.loads(data)
        return True
    except ValueError:
        return False


def is_xml(data):
    try:
        xml.parsers.expat.ParserCreate().Parse(data, True)
        return True
    except xml.parsers.expat.ExpatError:
        return False


def outputs(case):
    """Where the command line lets the program write, relative to the checkout."""
    places = ["reports"]
    for word, after in zip(case.command, case.command[1:] + [""]):
        name, equals, value = word.partition("=")
        if name in ("--out", "--junit"):
            places.append(value if equals else after)
    return [os.path.normpath(os.path.join(case.cwd, p)) for p in places if p]


def below(path, place):
    return place == "." or path == place or path.startswith(place + "/")


def guard(case, seen, sandbox):
    found = [("guard", f"{case.command_name()}: files outside of the checkout were changed")] if seen.foreign_changes else []
    places = outputs(case)
    for path, before in seen.before.items():
        after = seen.after.get(path)
        if after == before or may_replace(case, path, places) or (after and same_file(case, path, before, after, sandbox)):
            continue
        found.append(("guard", f"{case.command_name()}: a file that was there was {'changed' if after else 'removed'}"))
    for path in seen.after.keys() - seen.before.keys():
        if not any(below(path, p) or below(p, path) for p in places) and not is_staged(case, path):
            found.append(("guard", f"{case.command_name()}: an unexpected file appeared: {os.path.basename(path)[:40]}"))
        elif STAGING in "/" + path + "/" and seen.code == 3:
            continue  # the environment did not let it finish, and the next command goes on from there
        elif TEMPORARY.search(path) and not any(path.endswith(p) for p in places):
            found.append(("leftovers", f"{case.command_name()}: a temporary file stayed"))
    return found


def may_replace(case, path, places):
    """What the program wrote itself and nobody has changed; folders of it; what the user said may be replaced by force."""
    if STAGING in path + "/" or ("--force" in case.command and path in places):
        return True
    # A report that is written again into its run's folder is entered into the list there.
    if any(path == os.path.dirname(p) + "/manifest.json" for p in places) and case.files.get(path) == case.written.get(path):
        return True
    if not is_staged(case, path) and not any(below(path, p) for p in places):
        return False
    # A list that was changed and still is one is replaced by the new one; what a forged one calls its own looks so.
    if path in case.written and os.path.basename(path) == "manifest.json":
        return True
    if path in case.files and hashlib.sha256(case.files[path]).hexdigest().encode() in case.files.get(folder_of(path) + "/manifest.json", b""):
        return True
    if path in case.files:
        return case.files[path] == case.written.get(path)
    return any(p.startswith(path + "/") for p in case.written) and not any(
        p.startswith(path + "/") and case.files[p] != case.written.get(p) for p in case.files)


def folder_of(path):
    return path.split("/")[0]


def is_staged(case, path):
    """The next run into a folder completes what an interrupted one left there, be it forged: with a run's files, and in place of them."""
    return f"{folder_of(path)}{STAGING}manifest.json" in case.files


def same_file(case, path, before, after, sandbox):
    """Whether it only got another time of change, as by a link made elsewhere."""
    if before[0] != after[0] or before[3] != after[3]:
        return False
    if not stat.S_ISREG(before[0]):
        return True
    content = case.files.get(path)
    return content is not None and (sandbox.folder / "checkout" / path).read_bytes() == \
        content.replace(b"@FOREIGN@", str(sandbox.folder / "foreign").encode())


def secrets(case, seen, sandbox):
    checkout = os.path.realpath(sandbox.folder / "checkout")
    # A command whose folder is gone counts from where that was.
    cwd = os.path.join(case.cwd, "gone") if "cwd-removed" in case.circumstances else case.cwd
    for word in case.command:
        for part in (word, word.partition("=")[2]):
            place = os.path.realpath(os.path.join(checkout, cwd, part.replace("@FOREIGN@", checkout + "/../foreign").replace("\0", "")))
            if part and os.path.exists(place) and not below(place, checkout):
                return []  # whoever typed the command may read what it names
    found = []
    canary = cases.CANARY.encode()
    passwd = b"root:x:0:0"
    for name, data in (("stdout", seen.out), ("stderr", seen.err)):
        if canary in data or passwd in data:
            found.append(("canary", f"{case.command_name()} shows a foreign file in {name}"))
    for path in seen.after.keys() - seen.before.keys():
        if cases.CANARY in path or contains(sandbox.folder / "checkout" / path, seen.after[path], canary, passwd):
            found.append(("canary", f"{case.command_name()} writes of a foreign file into {os.path.basename(path)[:40]}"))
    return found


def contains(path, about, *what):
    if not stat.S_ISREG(about[0]) or about[1] > 1 << 22:
        return False
    try:
        data = path.read_bytes()
    except OSError:
        return False
    return any(w in data for w in what)


def leftovers(case, seen):
    found = [("leftovers", "a file stayed in TMPDIR")] if seen.temporary else []
    return found + ([("leftovers", "a process was left running")] if seen.children else [])


def folders(case, seen, sandbox):
    """A record that was written has its series beside it."""
    found = []
    for path, about in seen.after.items():
        if os.path.basename(path) != "record.json" or seen.before.get(path) == about or is_staged(case, path) or not stat.S_ISREG(about[0]):
            continue
        place = sandbox.folder / "checkout" / path
        try:
            wanted = json.loads(place.read_bytes()).get("series_hash", "")
        except (ValueError, OSError, AttributeError):
            found.append(("half", "a record.json was written that is no record"))
            continue
        beside = [p for p in place.parent.iterdir() if p.is_file() and p.name.startswith("series")]
        if wanted and all(hashlib.sha256(p.read_bytes()).hexdigest() != wanted for p in beside):
            found.append(("half", "a record was written without its series"))
    return found
