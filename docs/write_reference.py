#!/usr/bin/env python3
"""Writes docs/reference from the program's own tables, so that it says what the program does.

    python3 docs/write_reference.py build/release/firedrill           writes the pages
    python3 docs/write_reference.py build/release/firedrill --check   exits with 1 if they are not current"""

import json
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent / "reference"
ROOT = FOLDER.parents[1]

TITLES = {
    "faults": ("Faults", "What a scenario can break. The fields that all kinds share stand in [the scenario file](scenario.md)."),
    "actions": ("Actions", "What people do against an incident: by `responders:` of [the scenario file](scenario.md), and by the steps of playbooks. Whether one helped is read from the traffic. A fault's `cured_by` says which actions remove its cause, where that is not what its kind says."),
    "expectations": ("Expectations", "What a scenario can say must follow."),
    "lints": ("Lints", "What `firedrill check` warns of. `--disable LINT` switches one off; `# firedrill disable LINT` in or above a rule, a route, a receiver or a case does so there."),
    "signals": ("Signals", "What a metric of a scenario's own can show (`metrics:` in [the scenario file](scenario.md))."),
    "exporters": ("Exporters", "What a topology can attach (`exporters:`), each as targets of its own. Each metric has its name, type and labels from the real program; where its values come from stands behind it: signals of the simulated world and [levels of trouble](states.md), or a healthy constant."),
    "states": ("Levels of trouble", "What the faults `node_trouble`, `component_trouble`, `cluster_trouble` and `monitor_trouble` raise (`what:`), and exporters show."),
    "limits": ("Limits", "What a whole command may use."),
    "formats": ("Report formats", "What `firedrill report --format` writes."),
    "exports": ("Exports", "What `firedrill export` writes."),
    "functions": ("PromQL functions and aggregations", "Of the newest Prometheus; `--promql-version 3.5` and `2` have those of 3.5 and 2.42."),
}


def call(program, *arguments):
    return subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def cell(text):
    return str(text).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(cell(c) for c in row) + " |" for row in rows]) + "\n"


def fields(entry):
    rows = [(f"`{f['name']}`", f["type"], f["doc"] + (" (required)" if f.get("required") else ""), f.get("default", ""))
            for f in entry["fields"]]
    return table(("field", "type", "what it says", "default"), rows) if rows else "No fields of its own.\n"


def of_list(program, what):
    title, about = TITLES[what]
    entries = json.loads(call(program, "list", what, "--json"))
    out = f"# {title}\n\n{about}\n\n"
    if not any("doc" in entry for entry in entries):
        return out + table(("name", "what it is"), [(f"`{e['name']}`", e["summary"]) for e in entries])
    if what == "functions":
        return out + table(("name", "takes and gives", "what it is"),
                           [(f"`{e['name']}`", f"`{e['doc']}`", e["summary"]) for e in entries])
    for entry in entries:
        doc = entry.get("doc") or entry["summary"]
        out += f"## `{entry['name']}`\n\n"
        if entry["summary"] not in doc:
            out += f"{entry['summary'][:1].upper()}{entry['summary'][1:].rstrip('.')}.\n\n"
        out += f"{cell(doc)}\n\n"
        for key, word in (("instead", "Instead"), ("why", "Why")):
            if key in entry:
                out += f"{word}: {cell(entry[key])}\n\n"
        if "fields" in entry:
            out += fields(entry) + "\n"
    return out.rstrip("\n") + "\n"


def type_of(schema):
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[1]
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return " or ".join(dict.fromkeys(type_of(each) for each in schema[word] if each.get("type") != "null"))
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        kinds = [each for each in kind if each != "null"]
        kind = "string" if "string" in kinds else kinds[0] if len(kinds) == 1 else " or ".join(kinds)
    if kind == "array":
        return f"list of {type_of(schema.get('items', {}))}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"map of {type_of(schema['additionalProperties'])}"
    return {"string": "text", "object": "block"}.get(kind, kind)


def block_of(schema):
    """The properties of a block, wherever the schema puts them: in a list, in a map, behind an alternative."""
    if "properties" in schema:
        return schema
    inner = [schema.get("items"), schema.get("additionalProperties"), *schema.get("anyOf", []), *schema.get("oneOf", [])]
    return next((block for each in inner if isinstance(each, dict) and (block := block_of(each))), None)


def of_block(schema, name):
    required = set(schema.get("required", []))
    rows, inner = [], []
    for key, each in schema.get("properties", {}).items():
        says = each.get("description", "") + (" (required)" if key in required else "")
        rows.append((f"`{key}`", type_of(each), says, each.get("default", "")))
        block = block_of(each)
        if block and key not in ("faults", "expectations", "actions"):
            inner.append((f"{name}.{key}" if name else key, block))
    heading = f"## `{name}`\n\n" if name else ""
    return heading + table(("field", "type", "what it says", "default"), rows) + "".join(
        "\n" + of_block(block, path) for path, block in inner)


def of_schema(program, what):
    schema = json.loads(call(program, "schema", what))
    title = {"scenario": "The scenario file", "topology": "The topology file", "oncall": "The on-call file", "baseline": "The baseline of a suite"}[what]
    return f"# {title}\n\n`firedrill schema {what}` prints the same as JSON Schema, for editors.\n\n" + of_block(schema, "")


def of_record():
    schema = json.loads((ROOT / "reports/record.schema.json").read_text())
    rows = [(f"`{key}`", type_of(each), each.get("description", "")) for key, each in schema["properties"].items()]
    return "# The record\n\n`record.json`, described in full by [its JSON Schema](../../reports/record.schema.json).\n\n" + \
        table(("field", "type", "what it says"), rows)


def pages(program):
    found = {f"{what}.md": of_list(program, what) for what in TITLES}
    found |= {f"{what}.md": of_schema(program, what) for what in ("scenario", "topology", "oncall", "baseline")}
    found["record.md"] = of_record()
    index = "".join(f"- [{text.splitlines()[0].lstrip('# ')}]({name})\n" for name, text in sorted(found.items()))
    found["README.md"] = "# Reference\n\nWritten by `docs/write_reference.py` from the program's tables; a test holds it current.\n\n" + index
    return found


def main():
    program, check = str(pathlib.Path(sys.argv[1]).resolve()), "--check" in sys.argv[2:]
    wanted = pages(program)
    there = {p.name: p.read_text() for p in FOLDER.glob("*.md")} if FOLDER.exists() else {}
    stale = sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))
    if check:
        for name in stale:
            print(f"docs/reference/{name} is not what the tables say; `python3 docs/write_reference.py {sys.argv[1]}` writes it")
        return 1 if stale else 0
    FOLDER.mkdir(exist_ok=True)
    for name in stale:
        if name in wanted:
            (FOLDER / name).write_text(wanted[name])
        else:
            (FOLDER / name).unlink()
    print(f"{len(wanted)} pages, {len(stale)} written anew")
    return 0


if __name__ == "__main__":
    sys.exit(main())
