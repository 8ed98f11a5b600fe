"""What must not be in an output, whatever the inputs hold. Each function gives a list of what it found wrong."""

import collections
import html.parser
import json
import re
import shlex
import subprocess
import unicodedata
import xml.etree.ElementTree

import yaml

# What a terminal acts on, and what turns or hides text; line feeds are ours. Written down apart from the program's table.
HIDDEN = ("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
          "\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e0fff\u061c")
HARMFUL = re.compile(f"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029{HIDDEN}]")
COMMAND = re.compile(r"^\s*:\ufe0f*:|#\ufe0f*#\ufe0f*(vso|teamcity)?\ufe0f*\[", re.IGNORECASE)


def lines(what, data, forged=True):
    """Of any output: no byte that acts, no line that commands, and in text for people none that begins with a file's."""
    try:
        text = data.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        return [f"{what}: not UTF-8: {error}"]
    harmful = list(HARMFUL.finditer(text))[:3]
    found = [f"{what}: U+{ord(m.group()):04X} in {text[max(0, m.start() - 60):m.end() + 20]!r}" for m in harmful]
    for line in text.split("\n"):
        if COMMAND.search(line):
            found.append(f"{what}: a command: {line[:200]!r}")
        if forged and line.strip().startswith("forged"):
            found.append(f"{what}: a text begins a line: {line[:200]!r}")
    return found


def in_utf8(name):
    """What remains of a name in a format that holds UTF-8 only."""
    return re.sub("[\udc80-\udcff]", "\ufffd", name)


def json_data(what, data, name=None):
    """Valid, and with the name as it was."""
    found = lines(what, data)
    try:
        document = json.loads(data)
    except ValueError as error:
        return found + [f"{what}: {error}"]
    texts = []

    def walk(value):
        if isinstance(value, dict):
            for key, member in value.items():
                texts.append(key)
                walk(member)
        elif isinstance(value, list):
            for member in value:
                walk(member)
        elif isinstance(value, str):
            texts.append(value)

    walk(document)
    if name is not None and not any(in_utf8(name) in text for text in texts):
        found.append(f"{what}: the name is not in it as it was")
    return found


def command(what, record, path, options):
    """The command in a record runs firedrill on that path in the repository, whatever a shell makes of its name."""
    words = shlex.split(json.loads(record)["command"])
    expected = ["firedrill", "run", path, *options]
    return [] if words == expected else [f"{what}: a shell takes it for {words}"]


def yaml_data(what, data, name=None):
    found = lines(what, data)
    try:
        document = yaml.safe_load(data)
    except yaml.YAMLError as error:
        return found + [f"{what}: {error}"]
    if name is not None and json.dumps(in_utf8(name))[1:-1] not in json.dumps(document):
        found.append(f"{what}: the name is not in it as it was")
    return found


ANNOTATION = re.compile(r"::(error|warning|notice) (file=[^:,]+,)?(line=\d+,)?title=[^:,]+::")


def annotations(what, data):
    """GitHub's workflow commands: whole lines of the three kinds that are meant, and nothing that any runner obeys beside them."""
    rest = []
    for line in data.decode("utf-8", "replace").split("\n"):
        command = ANNOTATION.match(line)
        rest.append("annotated " + line[command.end():] if command else line)
    found = lines(what, "\n".join(rest).encode())
    return found if "::notice " in data.decode() or "::error " in data.decode() else found + [f"{what}: there are none"]


def suite_page(what, data, model):
    """As a web page; its links lead to reports below it."""
    link = re.compile(rb'href="\./([A-Za-z0-9._~/-]|%[0-9A-F]{2})+/report\.html"')
    return web_page(what, link.sub(b'href="#report"', data), Page(link.sub(b'href="#report"', model).decode()))


def junit(what, data):
    found = lines(what, data, forged=False)
    try:
        root = xml.etree.ElementTree.fromstring(data)
    except xml.etree.ElementTree.ParseError as error:
        return found + [f"{what}: {error}"]
    allowed = {"testsuites", "testsuite", "testcase", "failure", "error", "properties", "property"}
    if "canary" not in data.decode():
        found.append(f"{what}: the name is not in it")
    return found + [f"{what}: element {e.tag}" for e in root.iter() if e.tag not in allowed]


class Page(html.parser.HTMLParser):
    """The elements of a page, their attributes, and its text outside of code, a comment's place marked by a form feed."""

    VOID = {"meta", "br", "img", "hr", "input", "link"}

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements = collections.Counter()
        self.attributes = set()
        self.text, self.all_text, self.title = "", "", ""
        self.open = []
        self.wrong = []
        self.feed(text)
        self.close()
        if self.open:
            self.wrong.append(f"left open: {self.open}")

    def handle_starttag(self, tag, attrs):
        self.elements[tag] += 1
        for name, value in attrs:
            # Numbers and places of charts differ with the names' lengths; what may hold an address or a script does not.
            watched = name.startswith("on") or name in ("href", "src", "style", "action", "class", "http-equiv", "content")
            self.attributes.add((tag, name, value if watched else None))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> ends nothing")

    def handle_comment(self, data):
        self.text += "\f"
        if data.strip():
            self.wrong.append(f"a comment: {data!r}")

    def handle_data(self, data):
        self.all_text += data
        if "code" not in self.open and "style" not in self.open:
            self.text += data
        if self.open[-1:] == ["title"] and "svg" not in self.open:
            self.title += data


def alike(what, page, model, loose=()):
    """Nothing but text tells the page from the one of a harmless name."""
    found = [f"{what}: {wrong}" for wrong in page.wrong]
    for tag in page.elements.keys() | model.elements.keys():
        if page.elements[tag] != model.elements[tag] and tag not in loose:
            found.append(f"{what}: {page.elements[tag]} <{tag}>, {model.elements[tag]} of a harmless name")
    new = sorted(map(str, page.attributes - model.attributes))
    return found + [f"{what}: new attributes {new}"] * bool(new)


def web_page(what, data, model):
    found = lines(what, data, forged=False)
    page = Page(data.decode())
    found += [f"{what}: {a}" for a in page.attributes if a[1] == "href" and not a[2].startswith("#")]
    # A bar that is too narrow for its text has none; lists of keys and dots fold otherwise.
    found += alike(what, page, model, loose=("text", "code", "span"))
    if set(page.elements) - set(model.elements):
        found.append(f"{what}: new elements {set(page.elements) - set(model.elements)}")
    return found


REFERENCES = {
    "mention": re.compile(r"@[\w.]"),
    "reference": re.compile(r"#\d|\bgh-\d|!\d", re.IGNORECASE),
    "address": re.compile(r"\w://|\bwww\.\w", re.IGNORECASE),
    "commit": re.compile(r"(?<![\w.-])(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{7,40}(?![\w-])"),
    "emoji": re.compile(r":(?!\d\d:)[\w+-]+:", re.ASCII),
}


def rendered(data):
    """As GitHub renders it: its own dialect of Markdown, HTML let through so that none goes unseen."""
    extensions = [a for e in ("table", "strikethrough", "autolink", "tasklist", "footnotes") for a in ("-e", e)]
    run = subprocess.run(["cmark-gfm", "--unsafe", *extensions], input=data, capture_output=True, check=True)
    return run.stdout.decode()


def shown(name):
    """A name as a line shows it."""
    def stand_in(match):
        return " " if unicodedata.category(match.group()) in ("Cc", "Zl", "Zp") else "\ufffd"

    return re.sub(" +", " ", HARMFUL.sub(stand_in, in_utf8(name).replace("\n", " "))).strip(" ")


def markdown(what, data, model, name):
    """No markup but ours, nothing that GitHub makes of plain text, and every character of the name still to be read."""
    found = lines(what, data)
    page = Page(rendered(data))
    found += alike(what, page, Page(rendered(model)), loose=("code",))
    for kind, pattern in REFERENCES.items():
        found += [f"{what}: {kind}: {page.text[max(0, m.start() - 40):m.end() + 20]!r}" for m in pattern.finditer(page.text)]
    if shown(name) not in re.sub("[ \n]+", " ", page.all_text):
        found.append(f"{what}: the name is not to be read in it")
    return found
