#!/usr/bin/env python3
"""An agent that does as its playbooks say: acknowledges, looks whether anybody is harmed, then takes the steps of the
playbooks to which the firing alerts lead, one after the other, and tells others."""

import json
import re
import sys

# What a playbook is about, as a kind of cause.
CAUSES = {"config-push": "configuration", "bad-deploy": "release", "overload": "overload", "hardware-or-zone": "zone",
          "memory": "memory", "database": "unreachable", "network": "network", "name-resolution": "name-resolution",
          "certificate": "certificate", "third-party": "third-party", "data-loss": "data"}
LOOKS_AGAIN = "8m"
GIVES_UP_AFTER = 12  # steps


class Over(Exception):
    pass


def say(line):
    print(line, flush=True)
    answer = json.loads(sys.stdin.readline() or '{"over": true}')
    if answer["over"]:
        raise Over
    return answer


def steps_of(text):
    """The commands and actions of a playbook's mitigation, in their order."""
    part = re.split(r"^## ", text.split("## Mitigation", 1)[-1], maxsplit=1, flags=re.M)[0]
    found = []
    for line in part.splitlines():
        action = re.search(r"Action: (.*)$", line)
        if action:
            found.append(action.group(1).strip().strip("`"))
        else:
            found += [c for c in re.findall(r"`([^`]+)`", line) if c.startswith(("kubectl ", "helm ", "cmctl "))]
    return found


REFUSED = ('max(sum by (service) (rate(http_requests_total{code="429"}[2m]))'
           " / sum by (service) (rate(http_requests_total[2m])))")


def refused():
    """The share of requests to the service that turns most of them away: no error of its own, and no answer either."""
    found = say(f"query {REFUSED}")["result"]["data"]["result"]
    return float(found[0]["value"][1]) if found else 0


def severity_now():
    """By what customers see, and whether that is anything."""
    entries = [s for s in say("map")["services"] if s["entry_point"]]
    if any(s["health"] == "down" for s in entries):
        return "P1"  # nobody is there to count an error
    errors = max([refused()] + [s.get("error_share", 0) for s in entries])
    slow = max((s.get("p95_seconds", 0) for s in entries), default=0)
    if errors > 0.5:
        return "P0"
    if errors > 0.1 or slow > 5:
        return "P1"
    if errors > 0.05 or slow > 2:
        return "P2"
    if errors > 0.01 or slow > 1:
        return "P3"
    # A budget that burns is customers' harm, however small its share is.
    burning = [a for a in say("alerts")["alerts"] if a["state"] == "firing" and "Budget" in a["alert"]]
    return "P3" if burning else None


def playbooks_now():
    """The playbooks of the firing alerts, those that page first."""
    firing = [a for a in say("alerts")["alerts"] if a["state"] == "firing"]
    firing.sort(key=lambda a: (a["labels"].get("severity") != "critical", a["alert"]))
    names = []
    for alert in firing:
        url = alert["annotations"].get("runbook_url", "")
        name = url.rsplit("/", 1)[-1]
        if name and name not in names:
            names.append(name)
    return names


def pages_go_on():
    return any(p["state"] != "over" for p in say("pages")["pages"])


def suspect(playbook, step):
    service = re.search(r"(?:deployment/|fix_config |restart |rollback |shed_load |rate_limit )([a-z0-9-]+)", step)
    kind = CAUSES.get(playbook)
    if step.startswith("fix_config"):
        kind = "configuration"
    if kind:
        say(f"hypothesis {service.group(1) if service else 'web'} {kind}")


def work():
    declared, done, told = None, set(), 0
    for _ in range(GIVES_UP_AFTER):
        severity = severity_now()
        if severity and severity != declared:
            say(f"severity {severity}")
            declared = severity
        todo = None
        for name in playbooks_now():
            answer = say(f"playbook {name}")
            for step in steps_of(answer["markdown"]):
                if (name, step) not in done:
                    todo = (name, step)
                    break
            if todo:
                break
        if todo is None:
            say(f"wait {LOOKS_AGAIN}")
        else:
            done.add(todo)
            answer = say(f"do {todo[1]}")
            if answer["ok"]:
                suspect(*todo)
                say(f"post internal identified the playbook {todo[0]} is followed: {todo[1]}")
                if declared and told == 0:
                    say("post external investigating a part of the requests fails")
                    told = 1
                say(f"wait {LOOKS_AGAIN}")
        if not pages_go_on():
            return told
    return told


def work_drill():
    while not say("next 6h").get("news") or not say("pages")["pages"]:
        pass
    say("ack")
    if severity_now() is None:
        say("changes")
        say("hypothesis nothing")
        say("note nobody is harmed, so nothing is done")
        while pages_go_on():
            say("wait 5m")
        if severity_now() is None:
            say("finish")
    told = work()
    say("map")
    say("post internal resolved it is over")
    if told:
        say("post external resolved all is well again")
    say("map")
    say("finish")


def main():
    while sys.stdin.readline():  # the first line of a drill; of another one, where the program is kept
        try:
            work_drill()
        except Over:
            pass


main()
