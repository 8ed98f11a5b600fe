"""YAML and JSON as trees that can be changed at will: keys twice, numbers as they are written, anchors anywhere.

A mapping is a Map, a list of [key, value]; a sequence a list; a scalar a str, a Quoted or (written as it is) a Raw."""

import json
import re

import yaml


class Map(list):
    pass


class Raw(str):
    pass


class Quoted(str):
    pass


class Marked:
    """A node behind an anchor or a tag."""

    def __init__(self, mark, node):
        self.mark, self.node = mark, node


PLAIN = re.compile(r"[\w./+~^<>=$()][^\x00-\x1f\x7f-\x9f#:\[\]{},\ud800-\udfff\u2028\u2029\ufeff\ufffe\uffff]*\Z")
LARGEST = 200_000  # characters of what is written


def read_yaml(text):
    """None if it is no YAML, or several documents."""
    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)
        return None if node is None else from_node(node, [3000])
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def from_node(node, budget):
    budget[0] -= 1
    if budget[0] < 0:
        return Raw("~")
    if isinstance(node, yaml.MappingNode):
        return Map([str(getattr(k, "value", "x")), from_node(v, budget)] for k, v in node.value)
    if isinstance(node, yaml.SequenceNode):
        return [from_node(item, budget) for item in node.value]
    return Quoted(node.value) if node.style else node.value


def scalar(text):
    if isinstance(text, Raw):
        return text
    if isinstance(text, Quoted) or not PLAIN.match(text) or text != text.strip():
        if any(ord(c) < 32 or 0xd800 <= ord(c) < 0xe000 for c in text):
            return json.dumps(text)
        return "'" + text.replace("'", "''") + "'"
    return text


def flow(node):
    if isinstance(node, Marked):
        return f"{node.mark} {flow(node.node)}"
    if isinstance(node, Map):
        return "{" + ", ".join(f"{scalar(k)}: {flow(v)}" for k, v in node) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(map(flow, node)) + "]"
    return scalar(node)


def block(node, indent=0):
    """The node as what stands behind `key:` or `-`, from the space on."""
    pad = "\n" + "  " * indent
    if isinstance(node, Marked):
        return f" {node.mark}{block(node.node, indent)}"
    if isinstance(node, Map) and node:
        return "".join(f"{pad}{scalar(k)}:{block(v, indent + 1)}" for k, v in node)
    if isinstance(node, list) and node and not isinstance(node, Map):
        return "".join(f"{pad}- {flow(v)}" if indent > 40 else f"{pad}-{block(v, indent + 1)}" for v in node)
    return " " + flow(node)


def write_yaml(node, style="block"):
    return (flow(node) if style == "flow" else block(node).lstrip("\n"))[:LARGEST] + "\n"


def read_json(text):
    try:
        return json.loads(text, object_pairs_hook=lambda pairs: Map(map(list, pairs)), parse_float=Raw, parse_int=Raw,
                          parse_constant=Raw)
    except (ValueError, RecursionError):
        return None


def write_json(node, indent=""):
    if isinstance(node, Marked):
        return write_json(node.node, indent)
    more = indent + "  "
    if isinstance(node, Map):
        inner = (",\n" + more).join(f"{quoted(k)}: {write_json(v, more)}" for k, v in node)
        return "{\n" + more + inner + "\n" + indent + "}" if node else "{}"
    if isinstance(node, list):
        return "[" + ", ".join(write_json(v, more) for v in node) + "]"
    if isinstance(node, Raw):
        return str(node)
    return quoted(node) if isinstance(node, str) else json.dumps(node)


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def slots(node):
    """Every place of a value in the tree: (container, index, key), the key being the nearest above it."""
    found, waiting = [], [(node, "")]
    while waiting:
        at, above = waiting.pop()
        for i, each in enumerate(at):
            key, value = (each[0], each[1]) if isinstance(at, Map) else (above, each)
            found.append((at, i, key))
            value = value.node if isinstance(value, Marked) else value
            if isinstance(value, list):
                waiting.append((value, key))
    return found


def get(slot):
    at, i, _ = slot
    return at[i][1] if isinstance(at, Map) else at[i]


def put(slot, value):
    at, i, _ = slot
    if isinstance(at, Map):
        at[i] = [at[i][0], value]
    else:
        at[i] = value


def set_key(mapping, key, value):
    for pair in mapping:
        if pair[0] == key:
            pair[1] = value
            return
    mapping.append([key, value])


def copy(node):
    if isinstance(node, Marked):
        return Marked(node.mark, copy(node.node))
    if isinstance(node, Map):
        return Map([k, copy(v)] for k, v in node)
    return [copy(v) for v in node] if isinstance(node, list) else node
