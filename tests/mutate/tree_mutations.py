"""Mutations of the structure of YAML and JSON: nodes dropped, repeated, swapped, nested, retyped, taken from other files, and
scalars replaced by the values at the ends of their ranges."""

import re

import promql_mutations
import trees
import words
from trees import Map, Marked, Quoted, Raw

DURATION = re.compile(r"(\d+(ms|[smhdwy]))+\Z")
NUMBER = re.compile(r"[-+]?[\d.]+(e[-+]?\d+)?\Z")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT")
MUCH = ("replicas", "requests_per_second", "users")  # a run is as long as these say: mostly left small
LONG = ("duration", "warmup", "interval", "scrape_interval", "evaluation_interval", "eval_time", "step")
MODEST_NUMBERS = ["0", "1", "2", "3", "5", "0.5", "-1", "1e-9", "NaN", "10", "''", "null"]
MODEST_DURATIONS = ["0s", "1ms", "15s", "30s", "1m", "2m", "7m", "20m", "-5m", "''", "5"]


class TreeMutator:
    """`library` maps a key to the values that it has in the corpus; `functions` are PromQL's."""

    def __init__(self, library, keys, functions, expressions):
        self.library, self.keys, self.functions, self.expressions = library, keys, functions, expressions

    def scalar(self, rng, key, text, is_json):
        """Another value for a scalar, mostly one of its own kind."""
        numbers = words.JSON_NUMBERS if is_json else words.NUMBERS
        raw = Raw if is_json else str
        choice = rng.random()
        if choice < 0.12:
            return rng.choice([Raw("null"), Raw("true"), Raw("[]"), Raw("{}"), Quoted(""), raw(rng.choice(numbers)) or Raw("0")])
        if choice < 0.3 and self.library.get(key):
            other = rng.choice(self.library[key])
            return trees.copy(other)
        if key in ("topology", "rule_files", "slo_files", "config_file", "path"):
            return Quoted(rng.choice(words.PATHS))
        modest = rng.random() < 0.8
        if DURATION.match(text):
            return rng.choice(MODEST_DURATIONS if modest and key in LONG else words.DURATIONS)
        if NUMBER.match(text):
            return raw(rng.choice(MODEST_NUMBERS if modest and key in MUCH and not is_json else numbers) or "0")
        if text.endswith("%"):
            return rng.choice(words.PERCENTAGES)
        if INSTANT.match(text):
            return rng.choice(words.INSTANTS)
        if key in ("expr", "query") or re.search(r"[a-z]\(|\[\d|==|\{\w+=", text):
            return Quoted(promql_mutations.mutate(rng, text, self.functions, self.expressions))
        if "{{" in text and choice < 0.8:
            at = rng.randrange(len(text) + 1)
            return Quoted(text[:at] + rng.choice(words.TEMPLATES) + text[at:])
        if choice < 0.7:
            at = rng.randrange(len(text) + 1)
            return Quoted(text[:at] + rng.choice(words.ESCAPES) + text[at:])
        return Quoted(rng.choice(words.ESCAPES + words.TEMPLATES + words.NAMES))

    def nested(self, rng, node):
        for _ in range(rng.choice([1, 1, 1, 2, 10, 150])):
            node = [node] if rng.random() < 0.5 else Map([[rng.choice(self.keys), node]])
        return node

    def retyped(self, rng, node):
        if isinstance(node, Map):
            return rng.choice([[trees.copy(v) for _, v in node], Quoted("x"), Raw("null"), [Map(node)]])
        if isinstance(node, list):
            return rng.choice([Map([str(i), v] for i, v in enumerate(node)), Quoted("x"), node[0] if node else Raw("0")])
        return rng.choice([[node], Map([[node if isinstance(node, str) else "x", Raw("1")]]), Map(), [], Raw("null"), Raw("0")])

    def once(self, rng, root, is_json):
        places = trees.slots(root)
        if not places:
            return
        slot = rng.choice(places)
        at, i, key = slot
        node = trees.get(slot)
        leaf = not isinstance(node, (list, Marked))
        what = rng.random()
        if leaf and what < 0.6:
            trees.put(slot, self.scalar(rng, key, str(node), is_json))
        elif what < 0.68:
            del at[i]
        elif what < 0.75:
            at.insert(rng.randrange(len(at) + 1), trees.copy(at[i]) if not isinstance(at, Map) else [at[i][0], trees.copy(at[i][1])])
        elif what < 0.8:
            other = rng.choice(places)
            mine, theirs = trees.copy(node), trees.copy(trees.get(other))
            trees.put(other, mine)
            if i < len(at):
                trees.put(slot, theirs)
        elif what < 0.88:
            known = self.library.get(key) or self.library[rng.choice(self.keys)]
            trees.put(slot, trees.copy(rng.choice(known)))
        elif what < 0.9:
            trees.put(slot, self.nested(rng, node))
        elif what < 0.93:
            trees.put(slot, self.retyped(rng, node))
        elif isinstance(at, Map) and what < 0.97:
            name = rng.choice(self.keys)
            if rng.random() < 0.5:
                at[i] = [name, at[i][1]]
            elif rng.random() < 0.2 or all(k != name for k, _ in at):
                at.insert(i, [name, trees.copy(rng.choice(self.library[name]))])
        elif not is_json and what < 0.99:
            self.share(rng, places, slot)
        elif isinstance(node, list) and not isinstance(node, Map) and node:
            trees.put(slot, [trees.copy(node[k % len(node)]) for k in range(rng.choice([20, 60]))])

    def share(self, rng, places, slot):
        """An anchor, a tag, an alias or a merge key."""
        other = rng.choice(places)
        trees.put(slot, Marked(rng.choice(["&a", "&a", "&a", "!!str", "!!binary", "!!seq", "!x"]), trees.get(slot)))
        if isinstance(trees.get(other), Map) and rng.random() < 0.5:
            trees.get(other).append(["<<", Raw(rng.choice(["*a", "[*a, *a]", "*b"]))])
        elif other[0] is not slot[0] or other[1] != slot[1]:
            trees.put(other, Raw("*a"))

    def gently(self, rng, root):
        """Other quantities in a file that mostly stays right: what is behind the checks is reached so."""
        quantities = [s for s in trees.slots(root) if isinstance(trees.get(s), str) and s[2] not in ("version", "start") and
                      (DURATION.match(trees.get(s)) or NUMBER.match(trees.get(s)) or trees.get(s).endswith("%"))]
        for slot in rng.sample(quantities, min(len(quantities), rng.choice([1, 2, 4, 8]))):
            old = trees.get(slot)
            if DURATION.match(old):
                new = rng.choice(["0s", "1ms", "7ms", "1s", "15s", "30s", "59s", "1m", "2m", "3m", "8m"])
            elif old.endswith("%"):
                new = rng.choice(["0%", "1%", "50%", "99.9%", "99.99999%", "100%"])
            else:
                new = rng.choice(["0", "1", "2", "3", "5", "16", "0.5", "0.001", "1e-9", "100"])
            trees.put(slot, new)

    def mutate(self, rng, root, is_json=False, times=None):
        if not is_json and times is None and rng.random() < 0.35:
            self.gently(rng, root)
            return root
        for _ in range(times or rng.choice([1, 1, 1, 2, 2, 3, 6])):
            self.once(rng, root, is_json)
        return root
