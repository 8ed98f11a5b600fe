#!/usr/bin/env python3
"""What a run's status page says, as whoever reads Statuspage's API would take it: the fields that the API has, of the
values that it allows, and in them what the record's posts say.

    status_page.py PROGRAM [SCENARIO...]
"""

import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = ["scenarios/primary-asleep", "scenarios/wrong-mitigation"]

STATUSES = {"investigating", "identified", "monitoring", "resolved"}
IMPACTS = {"none", "minor", "major", "critical"}
COMPONENT_STATUSES = {"operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance"}
LONGEST_NAME, LONGEST_BODY = 255, 25_000
FIELDS = {
    "answer": {"page", "components", "incidents"},
    "page": {"id", "name", "url", "time_zone", "updated_at"},
    "incident": {
        "id", "page_id", "name", "status", "impact", "shortlink", "created_at", "started_at", "updated_at", "monitoring_at",
        "resolved_at", "incident_updates", "components",
    },
    "update": {
        "id", "incident_id", "status", "body", "created_at", "updated_at", "display_at", "affected_components",
    },
}


def expect(good, what):
    if not good:
        raise SystemExit(f"status_page: {what}")


def check_incident(incident, known):
    expect(set(incident) == FIELDS["incident"], f"fields of an incident: {sorted(incident)}")
    expect(incident["status"] in STATUSES and incident["impact"] in IMPACTS, f"{incident['id']}: status or impact")
    expect(0 < len(incident["name"]) <= LONGEST_NAME, f"{incident['id']}: name")
    updates = incident["incident_updates"]
    expect(updates and updates[0]["status"] == incident["status"], f"{incident['id']}: the newest update comes first")
    times = [update["created_at"] for update in updates]
    expect(times == sorted(times, reverse=True), f"{incident['id']}: updates out of order")
    expect((times[-1], times[0]) == (incident["created_at"], incident["updated_at"]), f"{incident['id']}: times")
    expect((incident["resolved_at"] is not None) == (incident["status"] == "resolved"), f"{incident['id']}: resolved_at")
    for update in updates:
        expect(set(update) == FIELDS["update"], f"fields of an update: {sorted(update)}")
        expect(update["status"] in STATUSES and 0 < len(update["body"]) <= LONGEST_BODY, f"{update['id']}: body")
        for change in update["affected_components"]:
            expect(change["code"] in known and change["new_status"] in COMPONENT_STATUSES, f"{update['id']}: components")


def check(program, scenario, folder):
    run = [program, "run", scenario, "--seed", "1", "--out", str(folder / "out")]
    subprocess.run(run, cwd=ROOT, check=True, capture_output=True)
    target = folder / "incidents.json"
    export = [program, "export", str(folder / "out"), "status-page", "--out", str(target)]
    subprocess.run(export, cwd=ROOT, check=True, capture_output=True)
    answer = json.loads(target.read_text(encoding="utf-8"))
    expect(set(answer) == FIELDS["answer"], f"fields: {sorted(answer)}")
    expect(set(answer["page"]) == FIELDS["page"], f"fields of the page: {sorted(answer['page'])}")
    known = {component["id"] for component in answer["components"]}
    for component in answer["components"]:
        expect(component["status"] in COMPONENT_STATUSES, f"component {component['id']}")
    for incident in answer["incidents"]:
        check_incident(incident, known)
        expect(incident["page_id"] == answer["page"]["id"], f"{incident['id']}: page_id")
    record = json.loads((folder / "out" / "record.json").read_text(encoding="utf-8"))
    posted = [
        (event["t"], event["subject"], event["status"], event["text"])
        for event in record["timeline"]
        if event["kind"] == "communication.posted" and event["channel"] == "external"
    ]
    shown = [
        (update["created_at"], incident["id"], update["status"], update["body"])
        for incident in answer["incidents"]
        for update in incident["incident_updates"]
    ]
    expect(sorted(posted) == sorted(shown), f"the record has {len(posted)} posts, the page {len(shown)}")
    expect(posted, "nothing was posted, so that nothing was looked at")
    print(f"{scenario}: {len(shown)} updates of {len(answer['incidents'])} incidents")


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    for scenario in sys.argv[2:] or SCENARIOS:
        with tempfile.TemporaryDirectory() as folder:
            check(program, scenario, pathlib.Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
