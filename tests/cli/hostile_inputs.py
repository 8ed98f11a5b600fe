"""Names that try to be more than names, and projects that hold one of them in every text that its files allow."""

import copy
import json
import pathlib

import yaml

ESC, BEL, C1 = "\x1b", "\x07", "\x9b"

# Each holds the word canary, by which it is found again, and none of its lines may begin a line of ours with "forged".
NAMES = {
    "colours": f"canary {ESC}[31mred{ESC}[0m {ESC}[2J{ESC}]0;title{BEL} {C1}31m \x90x\x9c",
    "terminal link": f"canary {ESC}]8;;https://evil.example/{ESC}\\here{ESC}]8;;{BEL}",
    "overwriting": "canary failed\r\x08\x08\x7fforged passed\x0b\x0c\x0e",
    "workflow command": "::error file=a,line=1::canary\n::stop-commands::x\n \u00a0::add-mask::y\nforged",
    "old commands": "##[error]canary ##vso[task.setvariable variable=x]y ##teamcity[message text='z']\n##[group]forged",
    "disguised commands": "canary #\u200b#[error] #\ufe0f#\ufe0f[x\n\u2003\u3000::notice::\n:\ufe0f:debug::forged",
    "line ends": "canary\nforged\rforged\r\nforged\u0085forged\u2028forged\u2029forged\tx",
    "direction": "canary \u202eliaf\u202c \u2066a\u2069 \u200e\u200f\u061c \u202a\u202b\u202d\u2067\u2068",
    "hidden": "can\u200bary canary\u200c\u200d\u2060\ufeff\u00ad\u180e\U000e0041\U000e0042\U000e007f\U000e0100\u3164",
    "null": "canary\0forged\x01\x1f\ufffe\uffff",
    "script": "canary</script></style></title></textarea><script>document.title='forged'</script>",
    "event handlers": "canary\"'><img src=x onerror=\"document.title='forged'\"><svg/onload=document.title='forged'>",
    "end of data": "canary ]]> --> <!-- <![CDATA[ <?x ?> &lt;b&gt; &#60;b&#62; &amp; </failure></td></table>",
    "addresses": "canary https://evil.example/x www.evil.example HTTP://E.example ftp://e.example mallory@evil.example "
                 "mailto:mallory@evil.example javascript:alert(1) xmpp:m@evil.example/x",
    "links": "canary [x](https://evil.example) ![y](https://evil.example/y.png) <https://evil.example> [r]: x [^1] [r][r]",
    "mentions": "canary @org/team @mallory cc:@x #123 o/r#9 GH-7 gh-8 !5 0123456789abcdef0123456789abcdef01234567 x@01234567ab",
    "emoji": "canary :tada: a:fire:b :+1::100: :slightly_smiling_face: $x$ $$y$$",
    "markup": "canary a|b *c* **d** _e_ __f__ ~~g~~ ~h~ `i` ``j`` \\| \\\\| \\` <b>k</b> \\",
    "heading": "# canary ##", "bullets": "- canary", "numbers": "1. canary", "quotation": "> canary", "fence": "```canary",
    "rule": "---\ncanary", "underline": "canary\n===", "columns": "canary | b\n--|--\nc | d", "indent": "     canary    ",
    "templates": "canary ${x} %s %n {0} {} $(id) `id` ; id & | < >", "long": "canary " + "Ländle " * 1500,
}
# All of them in three, for what is tried field by field.
COMPOUNDS = {
    "text": "\n".join(NAMES[n] for n in ("colours", "terminal link", "overwriting", "workflow command", "old commands",
                                         "line ends", "direction", "hidden", "null")),
    "commands": "::error::canary ##vso[x]",
    "page": NAMES["script"] + NAMES["event handlers"] + NAMES["end of data"],
}
# Bytes that are not UTF-8: in names of files, as escapes of PromQL, and where Prometheus's files take !!binary.
BYTES = "canary\udcff \udcc3 \udce2\udc80"
HARMLESS = "canary"


def file_name(name):
    """The name as far as a file can have it, pattern characters and what would end a path left out."""
    text = "".join(c for c in name if c not in "/\0*?[]\\{}").strip(" .")
    lossless = "surrogateescape" if "\udcff" in text else "ignore"
    return text.encode("utf-8", "surrogateescape")[:80].decode("utf-8", lossless) or "canary"


def topology(name):
    return {"services": {
        "web": {"replicas": 2, "version": name, "zone": name, "labels": {"team": name}, "traffic": {"requests_per_second": 50},
                "routes": [{"method": "GET", "path": "/", "share": "80%"},
                           {"method": "POST", "path": "/" + name, "share": "20%",
                            "calls": [{"dependency": "postgres", "path": "query"}]}],
                "dependencies": {"postgres": {}}},
        "postgres": {"zone": "eu1-a", "routes": [{"method": "SQL", "path": "query"}]}}}


def rules(name):
    quoted = promql_text(name)
    notes = {"summary": name, "description": "about {{ $labels.instance }}: " + name, "runbook_url": name}
    return {"groups": [
        {"name": "shop " + name, "rules": [
            {"alert": "Down " + name, "expr": "up == 0", "labels": {"severity": name, "team": name}, "annotations": notes},
            {"alert": "Refused", "expr": "sum by (dependency) (rate(dependency_requests_total{outcome!=\"ok\"}[1m])) > 0",
             "labels": {"severity": "page", "why": name}, "annotations": notes},
            # A name of Prometheus's own grammar that would begin a line of OpenMetrics as a command.
            {"record": "::error::canary" if name.startswith("::") else "error::canary", "expr": "vector(1)"},
            {"record": "job:up:sum", "expr": f"sum by (job) (up) or on() label_replace(vector(1), \"x\", {quoted}, \"\", \"\")",
             "labels": {"why": name}},
            {"alert": "Vacuous", "expr": f"absent_metric{{x={quoted}}} > 1", "labels": {"severity": name}}]}]}


def slos(name):
    return {"slos": [{"name": name, "service": "web", "sli": "success_rate", "target": "99.9%", "window": "30d"}],
            "queries": {"query " + name: "job:up:sum", "gone": f"sum by (instance) (nothing{{x={promql_text(name)}}})"}}


def oncall(name):
    """Whoever is on call, a layer, somebody who stands in, another team."""
    return {"people": [name, "alice"], "receivers": {"receiver " + name: "shop " + name}, "response_targets": {"P0": "5m"}, "schedules": [
        {"name": "shop " + name, "team": "team " + name, "zone": "Europe/London", "then": "other " + name, "overrides": [
            {"member": "alice", "tier": "tier " + name, "from": "2026-03-28 09:00", "to": "2026-03-29 09:00"}], "tiers": [
                {"name": "tier " + name, "escalation_delay": "5m", "members": ["alice", name], "layers": [
                    {"name": "layer " + name, "members": [name], "restrictions": [{"from": "22:00", "to": "06:00"}]}]}]},
        {"name": "other " + name, "tiers": [{"name": "primary", "layers": [
            {"name": name, "members": ["alice"], "restrictions": [{"from": "09:00", "to": "17:00"}]}]}]}]}


def playbook(name):
    """One line each, as Markdown has it: a name with line ends is several."""
    return (f"# Playbook: {name}\n\n## Symptoms\n- Alert: {name}, {{{name}}}\n\n## Diagnosis Steps\n1. `kubectl describe pod '{name}'`\n\n"
            f"## Mitigation\n\n### {name}\nkubectl rollout undo 'deployment/{name}' -n '{name}'\n- Action: {name}\n"
            f"- Action: shed_load '{name}' share='{name}'\n`kubectl {name}` and `systemctl stop {name}`\n\n## Communication\n"
            f"- Internal: {name}\n- Cadence: P0 every {name}\n\n## Escalation\n- If {name} - escalate to {name}\n- If {name} - page {name}\n"
            f"- {name}\n\n## Mitigations {name}\n")


def scenario(folder, name):
    return {"version": 1, "name": folder, "summary": name, "tags": [name], "start": "2026-03-03T13:30:00Z", "warmup": "5m",
            "duration": "15m", "topology": "topology.yaml", "slo_files": ["slos.yaml"],
            "prometheus": {"scrape_interval": "15s", "evaluation_interval": "15s", "scrape_phase": "aligned",
                           "external_labels": {"cluster": name}, "external_url": "http://prometheus/" + name,
                           "rule_files": ["rules/*.yaml"]},
            "metrics": [{"name": "own", "service": "web", "type": "gauge", "value": {"baseline": 1},
                         "labels": {"why": "=" + name}}],
            "faults": [{"id": "fault " + name, "kind": "connection_refused", "target": {"service": "postgres"}, "at": "3m",
                        "duration": "5m"}],
            "incidents": [{"id": "incident " + name, "title": name, "faults": ["fault " + name], "slo": name}],
            "expectations": [
                {"id": name, "kind": "alert_firing", "alert": "Down " + name, "labels": {"team": name}, "since": "injected",
                 "within": "1s"},
                {"id": "met " + name, "kind": "alert_firing", "alert": "Refused", "labels": {"why": name}, "within": "4m"},
                {"id": "vacuous " + name, "kind": "alert_firing", "alert": "Vacuous", "within": "4m"},
                {"id": "quiet " + name, "kind": "no_other_alerts", "except": ["Vacuous"]},
                {"id": "promql " + name, "kind": "promql", "expr": f"own{{why={promql_text(name)}}} > 5", "holds": "never"},
                {"id": "severe " + name, "kind": "severity", "incident": "incident " + name, "peak": "P0", "within": "1m"},
                {"id": "fast " + name, "kind": "measure", "incident": "incident " + name, "measure": "ttd", "at_most": "1s"}]}


def unit_test(name, rule_file):
    quoted = promql_text(name)
    return {"rule_files": [rule_file], "group_eval_order": ["shop " + name], "tests": [
        {"name": name, "interval": "1m", "external_labels": {"cluster": name}, "external_url": "http://p/" + name,
         "input_series": [{"series": f"up{{job={quoted}}}", "values": "0x5"},
                          {"series": f"own{{why={quoted}}}", "values": "1+1x5"}],
         "alert_rule_test": [
             {"eval_time": "2m", "alertname": "Down " + name,
              "exp_alerts": [{"exp_labels": {"severity": "other", "job": name},
                              "exp_annotations": {"summary": "other\n" + name}}]},
             {"eval_time": "3m", "alertname": name, "exp_alerts": [{"exp_labels": {"x": name}}]}],
         "promql_expr_test": [
             {"expr": f"own{{why={quoted}}}", "eval_time": "2m", "exp_samples": [{"labels": f"own{{why={quoted}}}", "value": 7}]},
             {"expr": f"own + on() up{{why={quoted}", "eval_time": "2m"}]}]}


def script(name):
    quoted = promql_text(name)
    return (f"load 1m\n  own{{why={quoted}}} 1 2 3\n\neval instant at 1m own\n  own{{why={quoted}}} 9\n\n"
            f"eval instant at 1m nothing{{why={quoted}}}\n  {{}} 1\n")


def promql_text(name):
    """As PromQL quotes a text: what it cannot hold as it is, by escapes."""
    return '"' + "".join(c if c.isprintable() and c not in '"\\' else escape(c) for c in name) + '"'


def escape(c):
    if c in '"\\':
        return "\\" + c
    if 0xDC80 <= ord(c) <= 0xDCFF:
        return f"\\x{ord(c) & 0xFF:02x}"  # a byte that is not UTF-8
    return f"\\U{ord(c):08x}" if ord(c) > 0xFFFF else f"\\u{ord(c):04x}"


class Dumper(yaml.SafeDumper):
    """Writes bytes that are not UTF-8 in base64, as a file can hold them."""

    def represent_text(self, text):
        if any(0xDC80 <= ord(c) <= 0xDCFF for c in text):
            return self.represent_binary(text.encode("utf-8", "surrogateescape"))
        return self.represent_str(text)


Dumper.add_representer(str, Dumper.represent_text)


def places(document, path=()):
    """The way to every text of a document, keys among them."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield (*path, "key of", key)
            yield from places(value, (*path, key))
    elif isinstance(document, list):
        for i, value in enumerate(document):
            yield from places(value, (*path, i))
    else:
        yield path


def replaced(document, place, name):
    document = copy.deepcopy(document)
    *way, last = place
    key_of = way[-1:] == ["key of"]
    inside = document
    for step in way[:-1] if key_of else way:
        inside = inside[step]
    if key_of:
        inside[name] = inside.pop(last)
    else:
        inside[last] = name
    return document


def tamper(path, field, name):
    record = json.loads(path.read_text("utf-8"))
    if field in record:
        record[field] = name
    path.write_text(json.dumps(record), "utf-8")


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not isinstance(content, str):
        content = yaml.dump(content, Dumper=Dumper, allow_unicode=False, sort_keys=False, width=10**6)
    path.write_text(content, encoding="utf-8")


def project(folder, name, in_scenario):
    """Writes a scenario, a unit test and a script, and returns the scenario's folder, whose name the scenario has too."""
    files = pathlib.Path(folder) / file_name("scenario " + in_scenario)
    write(files / "topology.yaml", topology(in_scenario))
    write(files / "rules" / (file_name(in_scenario) + ".yaml"), rules(in_scenario))
    write(files / "slos.yaml", slos(in_scenario))
    write(files / "oncall.yaml", oncall(in_scenario))
    write(files / "playbooks" / "book.md", playbook(in_scenario))
    write(files / "scenario.yaml", scenario(files.name, in_scenario))
    write(files / "unit" / (file_name(name) + "_test.yml"), unit_test(name, f"../rules/{file_name(in_scenario)}.yaml"))
    write(files / "unit" / (file_name(name) + ".test"), script(name))
    return files
