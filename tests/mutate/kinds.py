"""The kinds of cases: which files, what is mutated in them, and the command that reads them."""

import json
import random

import command_lines
import promql_mutations
import record_kinds
import text_mutations
import trees
import words
from case import Case
from tree_mutations import TreeMutator
from trees import Map, Quoted


BOUNDS = ("at_least", "at_most", "over", "under", "peak")  # of which an expectation needs one


class Maker:
    """Makes case `number` of `seed`; the same whenever and wherever it is asked."""

    def __init__(self, corpus, seed, only=None):
        self.corpus, self.seed, self.only = corpus, seed, only
        self.trees = TreeMutator(corpus.values, corpus.keys, corpus.functions, corpus.expressions)
        self.donors = corpus.texts + [s.encode() for s in corpus.scripts]

    def make(self, number):
        rng = random.Random(f"{self.seed}/{number}")
        kinds = list(KINDS)
        kind = self.only or rng.choices(kinds, [KINDS[k][1] for k in kinds])[0]
        case = Case(number, kind)
        KINDS[kind][0](self, rng, case)
        if kind not in ("names", "environment", "arguments") and rng.random() < 0.06:
            command_lines.disturb(rng, case)
        if self.corpus.has_budgets:
            command_lines.add_budget(case)
        return case

    def yaml(self, rng, text):
        """A YAML file mutated on one level: bytes or lines, or its structure."""
        tree = trees.read_yaml(text.decode("utf-8", "replace")) if rng.random() < 0.7 else None
        if not isinstance(tree, list):
            return text_mutations.mutate(rng, text, self.donors)
        self.trees.mutate(rng, tree)
        out = trees.write_yaml(tree, rng.choice(["block", "block", "block", "flow"])).encode("utf-8", "surrogateescape")
        return text_mutations.mutate(rng, out, self.donors, 1) if rng.random() < 0.1 else out

    def any_file(self, rng, case, likely=None):
        """Mutates one or two of the case's files, `likely` more often than others."""
        for _ in range(rng.choice([1, 1, 1, 2])):
            path = likely if likely and rng.random() < 0.5 else rng.choice(sorted(case.files))
            case.files[path] = self.yaml(rng, case.files[path])

    def expression(self, rng):
        text = rng.choice(self.corpus.expressions + words.PROMQL)
        if rng.random() < 0.25:
            return text_mutations.mutate(rng, text.encode("utf-8", "surrogateescape"), self.donors).decode("utf-8", "surrogateescape")
        return promql_mutations.mutate(rng, text, self.corpus.functions, self.corpus.expressions)

    def field(self, rng, field, own):
        """A value of a field as `list faults --json` describes it; `own` are the names that the scenario knows."""
        kind, name = field["type"], field["name"]
        if own.get(name):
            return rng.choice(own[name])
        if kind == "duration":
            return rng.choice(["1ms", "1s", "15s", "30s", "1m", "2m", "3m", "5m"])
        if kind == "percentage":
            return rng.choice(["1%", "30%", "50%", "99%", "99.9%", "100%"])
        if kind in ("integer", "number"):
            return rng.choice(["1", "2", "5", "100", "0", "0.5"][:4 if kind == "integer" else 6])
        if kind == "true or false":
            return rng.choice(["true", "false"])
        if kind == "map of texts":
            return Map([[rng.choice(["job", "service", "severity"]), rng.choice(["web", "critical", "", "page"])]])
        if kind == "list of texts":
            return [rng.choice(own["alert"])]
        return trees.copy(rng.choice(self.corpus.values.get(name, ["x"])))

    def invented(self, rng, kinds, number, own):
        """A fault or expectation of a random kind, with some of its fields."""
        chosen = rng.choice(kinds)
        item = Map([["id", f"made{number}"], ["kind", chosen["name"]]])
        for field in chosen.get("fields", []):
            likely = 0.7 if field["name"] in BOUNDS else 0.2
            if field["name"] not in ("id", "kind", "incident") and (field["required"] or rng.random() < likely):
                item.append([field["name"], self.field(rng, field, own)])
        return item


def names_of(files):
    """The names by which parts of a scenario refer to each other."""
    found = {"service": [], "dependency": [], "alert": [], "slo": [], "probe": ["readiness", "liveness"], "since": ["injected", "start"],
             "measure": ["ttd", "ttm", "ttr"], "metric": ["http_requests_total", "up"], "peak": ["P0", "P3"], "no_worse_than": ["P0", "P2"],
             "becomes": ["failure", "success"], "holds": ["always", "eventually", "never"], "expr": ["up == 1", "vector(1)", "rate(up[1m]) > 0"],
             "severity": ["critical"], "reason": ["Error", "OOMKilled"], "distribution": ["lognormal"], "code": ["500", "503", "429"], "signal": ["9", "15"],
             "answer": ["nxdomain", "servfail"], "receiver": ["pager", "tickets", "chat"], "labels": [Map(), Map([["severity", "critical"]])]}
    for path, text in files.items():
        tree = trees.read_yaml(text.decode())
        for at, i, key in trees.slots(tree) if isinstance(tree, list) else []:
            value = trees.get((at, i, key))
            if key in ("services", "dependencies") and isinstance(value, Map) and isinstance(at, Map) and at[i][0] == key:
                found["service" if key == "services" else "dependency"] += [k for k, _ in value]
            elif key == "alert" and "rules" in path:
                found["alert"].append(value)
            elif key == "name" and "slos" in path:
                found["slo"].append(value)
    return found


def scenario(maker, rng, case):
    name = rng.choice(sorted(maker.corpus.scenarios))
    case.files = dict(maker.corpus.scenarios[name])
    path = f"{name}/scenario.yaml"
    invented = rng.random() < 0.5
    if invented:
        tree = trees.read_yaml(case.files[path].decode())
        invent(maker, rng, tree, names_of({p: t for p, t in case.files.items() if p.startswith(name + "/")}))
        if rng.random() < 0.3:
            maker.trees.mutate(rng, tree)
        case.files[path] = trees.write_yaml(tree).encode("utf-8", "surrogateescape")
    if not invented or rng.random() < 0.25:
        maker.any_file(rng, case, path)
    if rng.random() < 0.3:
        case.command = ["check", name]
    else:
        case.command = ["run", rng.choice([name, path, name + "/"]), "--out", "drill"] + command_lines.run_options(rng)


def invent(maker, rng, tree, own):
    """Faults and expectations of every kind that there is, aimed at what there is."""
    by_key = dict(tree)
    faults = []
    for i in range(rng.choice([1, 1, 2])):
        fault = maker.invented(rng, maker.corpus.faults, i, own)
        target = Map([["service", rng.choice(own["service"])]])
        if rng.random() < 0.2:
            target.append(["dependency", rng.choice(own["dependency"])])
        if rng.random() < 0.2:
            target.append(["mode", rng.choice(["one", "all"])])
        if fault[1][1] not in ("alertmanager_down", "monitor_down", "notify_drop", "receiver_error", "receiver_slow",
                               "rule_eval_delay"):
            fault.append(["target", Map([["zone", "a"]]) if fault[1][1] == "zone_down" else target])
        fault.append(["at", rng.choice(["0s", "1m", "2m", "90s"])])
        if rng.random() < 0.7:
            fault.append(["duration", rng.choice(["1ms", "1s", "1m", "2m", "3m"])])
        faults.append(fault)
    trees.set_key(tree, "faults", by_key.get("faults", [])[:rng.choice([1, 1, 1, 3])] + faults)
    expectations = [maker.invented(rng, maker.corpus.expectations, i, own) for i in range(rng.choice([0, 1, 2]))]
    kept = [e for e in by_key.get("expectations", []) if rng.random() < 0.5]
    trees.set_key(tree, "expectations", kept + expectations)


def bad_input(maker, rng, case):
    """A folder of tests/bad_inputs, wrong in one more way."""
    case.files = dict(rng.choice(maker.corpus.bad))
    maker.any_file(rng, case)
    case.command = ["check", "."] + (["--strict"] if rng.random() < 0.2 else [])
    if "scenario.yaml" in case.files and rng.random() < 0.3:
        case.command = ["run", ".", "--out", "drill"]


def rules(maker, rng, case):
    case.files = dict(maker.corpus.scenarios["shop"])
    for path in ("shop/scenario.yaml", "shop/topology.yaml"):
        del case.files[path]
    maker.any_file(rng, case, rng.choice(["shop/rules/shop.yaml", "shop/resource.yaml", "shop/test.yaml"]))
    if rng.random() < 0.5:
        case.command = ["test", "rules", "shop/test.yaml"] + command_lines.test_options(rng)
    else:
        case.command = ["check", rng.choice(["shop", "shop/rules/shop.yaml", "shop/resource.yaml"])]
        case.command += command_lines.check_options(rng)


def unit_tests(maker, rng, case):
    case.files = dict(maker.corpus.unit_tests)
    path = rng.choice(sorted(case.files))
    case.files[path] = maker.yaml(rng, case.files[path])
    other = path.replace("_rules.yml", ".yml")
    chosen = other if other in case.files else path
    needed = {p: t for p, t in case.files.items() if p in (path, chosen) or p.endswith("rules.yml")}
    case.files = needed
    case.command = ["test", "rules", chosen] + command_lines.test_options(rng)


def script(maker, rng, case):
    text = rng.choice(maker.corpus.scripts)
    if rng.random() < 0.5:
        lines = text.split("\n")
        at = rng.choice([i for i, line in enumerate(lines) if line.startswith("eval")])
        head, _, _ = lines[at].rpartition(" ")
        lines[at] = rng.choice([
            lambda: f"eval instant at {rng.choice(words.DURATIONS)} {maker.expression(rng)}",
            lambda: f"eval range from {rng.choice(words.DURATIONS)} to {rng.choice(words.DURATIONS)} step {rng.choice(words.DURATIONS)} up",
            lambda: f"{head} {maker.expression(rng)}", lambda: f"load {rng.choice(words.DURATIONS)}\n  up 1+{rng.choice(words.NUMBERS)}x9"])()
        text = "\n".join(lines)
    data = text.encode("utf-8", "surrogateescape")
    if rng.random() < 0.6:
        data = text_mutations.mutate(rng, data, maker.donors)
    case.files = {"script.test": data}
    case.command = ["test", "promql", "script.test"] + rng.choice([[], ["--promql-version", "2"]])


def query(maker, rng, case):
    case.files = {f"record/{n}": t for n, t in maker.corpus.records[rng.choice(["shop", "shop", "quiet"])].items()}
    case.written = dict(case.files)
    case.command = ["query", rng.choice(["record", "record/record.json"])] + command_lines.query_options(rng, maker.expression(rng))


def slo(maker, rng, case):
    files = [maker.corpus.scenarios["shop"]["shop/slos.yaml"], *maker.corpus.slo_files.values()]
    case.files = {"slos.yaml": maker.yaml(rng, rng.choice(files))}
    case.command = ["slo", "rules", "slos.yaml"] + command_lines.slo_options(rng)


def people(maker, rng, case):
    """Who is on call, and what they read."""
    case.files = {"people/oncall.yaml": maker.yaml(rng, rng.choice(list(maker.corpus.people.values())))}
    if rng.random() < 0.6:
        case.command = ["oncall", "people/oncall.yaml"] + command_lines.oncall_options(rng)
        return
    case.files["people/rules.yaml"] = rng.choice([t for n, t in maker.corpus.scenarios["shop"].items() if "/rules/" in n])
    case.files["people/book.md"] = text_mutations.mutate(rng, rng.choice(maker.corpus.playbooks), maker.donors)
    case.command = ["check", rng.choice(["people", "people/book.md", "people/oncall.yaml"])]


def config(maker, rng, case):
    case.files = dict(maker.corpus.scenarios["quiet"])
    path = "quiet/monitoring/prometheus.yml"
    case.files[path] = maker.yaml(rng, case.files[path])
    case.command = ["check", path] if rng.random() < 0.4 else ["run", "quiet", "--out", "drill"]


def pager(maker, rng, case):
    """An Alertmanager's configuration, resources that stand for one, templates of notifications, tests of it."""
    case.files = dict(maker.corpus.pager)
    config, test, template = "pager/alertmanager.yml", "pager/test.yaml", "pager/templates/own.tmpl"
    chosen = rng.choice([config, config, "pager/resources.yaml", test, template])
    if chosen == template:
        case.files[template] = text_mutations.mutate(rng, case.files[template], maker.donors)
    else:
        case.files[chosen] = maker.yaml(rng, case.files[chosen])
    read = chosen if chosen == "pager/resources.yaml" else config
    version = rng.choice([[], [], ["--alertmanager-version", "0.25"]])
    labels = rng.choice([["severity=critical", "team=shop"], ["alertname=DiskFull", "cluster=a"], ["namespace=shop", "severity=critical"], []])
    case.command = rng.choice([
        lambda: ["check", read], lambda: ["check", "pager"], lambda: ["test", "alertmanager", test] + rng.choice([[], ["--json"], ["--json", "--render"]]),
        lambda: ["route", "--config", read, "--render", *labels] + rng.choice([[], ["--json"], ["--resolved"], ["--annotation", "summary=<full> & \"more\""]]),
        lambda: ["route", "--config", read, *rng.choice([["--tree"], ["--svg", "--tree"], labels, [*labels, "--at", "2026-03-29T01:30:00Z"]])]])()
    if case.command[:2] != ["check", "pager"]:
        case.command += version


def arguments(maker, rng, case):
    case.files = dict(maker.corpus.scenarios["shop"])
    case.files.update({f"record/{n}": t for n, t in maker.corpus.records["quiet"].items()})
    case.written = {p: t for p, t in case.files.items() if p.startswith("record/")}
    case.files["script.test"] = rng.choice(maker.corpus.scripts).encode()
    command_lines.odd(rng, case, maker.expression(rng))


def names(maker, rng, case):
    """Files and folders with names that are more than names to a terminal, a shell or a report."""
    scenario_name = rng.choice(["shop", "quiet"])
    odd = rng.choice(words.NAMES).replace("/", "") or "a"
    if len(odd.encode("utf-8", "surrogateescape")) > 240:
        odd = odd[:60]
    where = rng.choice(["folder", "rules", "out", "all", "inside"])
    folder = odd if where in ("folder", "all") else scenario_name
    for path, text in maker.corpus.scenarios[scenario_name].items():
        path = path.replace(scenario_name + "/", folder + "/", 1)
        if where in ("rules", "all") and "/rules/" in path:
            path = path.rsplit("/", 1)[0] + "/" + odd + rng.choice([".yaml", ".yml"])
        case.files[path] = text
    main = f"{folder}/scenario.yaml"
    if where in ("folder", "all") and rng.random() < 0.8:
        tree = trees.read_yaml(case.files[main].decode())
        trees.set_key(tree, "name", Quoted(odd))
        case.files[main] = trees.write_yaml(tree).encode("utf-8", "surrogateescape")
    elif where == "inside":
        rename_inside(rng, case, odd)
    out = odd if where in ("out", "all") else "drill"
    case.command = rng.choice([["run", folder, "--out", out], ["run", folder, "--out", out], ["check", folder], ["run", folder],
                               ["check", folder + "/rules"], ["list", "scenarios", "--in", "."],
                               ["test", "rules", folder + "/test.yaml"], ["slo", "rules", folder + "/slos.yaml"]])
    if rng.random() < 0.2:
        case.command.append("--json")


def rename_inside(rng, case, odd):
    """A name in the files themselves: of a service, an alert, a label, wherever it is used."""
    old = rng.choice([b"web", b"db", b"ErrorsHigh", b"Watchdog", b"api", b"Shop Availability", b"service", b"pages", b"shop", b"database"])
    new = json.dumps(odd.encode("utf-8", "replace").decode(), ensure_ascii=rng.random() < 0.5).encode("utf-8", "replace")
    for path in case.files:
        case.files[path] = case.files[path].replace(b" " + old, b" " + new)


def environment(maker, rng, case):
    rng.choice([scenario, rules, query, record_kinds.record, arguments, script])(maker, rng, case)
    command_lines.disturb(rng, case)
    for _ in range(rng.choice([0, 1])):
        command_lines.disturb(rng, case)


# Each with its share.
KINDS = {"scenario": (scenario, 20), "bad_input": (bad_input, 7), "rules": (rules, 12), "tests": (unit_tests, 12), "script": (script, 9),
         "query": (query, 9), "record": (record_kinds.record, 18), "folder": (record_kinds.folder, 8), "slo": (slo, 3), "people": (people, 4), "config": (config, 5), "pager": (pager, 8), "arguments": (arguments, 8),
         "names": (names, 7), "environment": (environment, 5)}
