#!/usr/bin/env python3
"""What can be added to firedrill (a fault, an expectation, a report format, a command) is one file, one row in a table,
one test and one paragraph. Checks that none of the four is missing for any of them."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Room:
    """A folder whose files are rows of a table."""

    def __init__(self, what, folder, table, tests, documents, skip=(), spell=lambda stem: stem, row=lambda stem: stem,
                 files="*.cc"):
        self.what, self.folder, self.table, self.documents = what, ROOT / folder, ROOT / table, documents
        self.tests = [p.read_text(encoding="utf-8", errors="replace")
                      for folder in tests for p in sorted((ROOT / folder).rglob("*")) if p.is_file()]
        self.skip, self.spell, self.row, self.files = skip, spell, row, files

    def names(self):
        return sorted(p.stem for p in self.folder.glob(self.files) if p.stem not in self.skip)

    def problems(self):
        table = self.table.read_text(encoding="utf-8")
        for stem in self.names():
            # The row names the function that the kind's file defines; tests and documentation what people write.
            name = self.spell(stem)
            if not re.search(r'\(%s\)' % self.row(stem), table):
                yield f"{self.what} {name}: no row in {self.table.relative_to(ROOT)}"
            if not any(re.search(r'\b%s\b' % name, text) for text in self.tests):
                yield f"{self.what} {name}: no test names it"
            for document in self.documents:
                if not re.search(r'\b%s\b' % name, (ROOT / document).read_text(encoding="utf-8")):
                    yield f"{self.what} {name}: no word about it in {document}"


def rooms():
    yield Room("fault", "fake_services/faults", "fake_services/faults/fault_table.cc",
               ["tests/unit/fake_services", "tests/unit/driver"], ["docs/reference/faults.md"], files="*/*.cc")
    yield Room("action", "fake_services/actions/kinds", "fake_services/actions/action_table.cc",
               ["tests/unit/fake_services", "tests/unit/driver"], ["docs/reference/actions.md"])
    yield Room("expectation", "harness/incident/expectations", "harness/incident/expectations/expectation_table.cc",
               ["tests/unit/incident"], ["docs/reference/expectations.md"], skip=("bounds", "expectation_context", "expectation_table"))
    yield Room("command", "harness/cli/commands", "harness/cli/cli.cc", ["tests/cli"], ["docs/commands.md"],
               # test_scenarios, test_alertmanager and test_playbooks are commands below `test`.
               skip=("test_scenarios", "test_alertmanager", "test_playbooks", "test_choice", "drill_list", "drill_places"),
               spell=lambda stem: stem.replace("_", "-"))
    yield Room("report format", "reports", "reports/format.cc", ["tests/unit/reports", "tests/cli"], [],
               spell=lambda stem: stem.removesuffix("_report"), row=lambda stem: stem.removesuffix("_report"),
               files="*_report.cc")
    yield Room("lint", "harness/lint/rules", "harness/lint/rule_lint_table.cc", ["tests/bad_inputs"],
               ["docs/reference/lints.md"], spell=lambda stem: stem.replace("_", "-"))
    yield Room("lint of configurations", "harness/notify/lints/rules", "harness/notify/lints/config_lint_table.cc",
               ["tests/bad_inputs"], ["docs/alertmanager.md"], spell=lambda stem: stem.replace("_", "-"))
    yield Room("integration", "harness/notify/config/receivers", "harness/notify/config/receivers/kinds.cc",
               ["tests/alertmanager"], [], skip=("kinds",), spell=lambda stem: f"{stem}_configs")
    yield Room("payload", "harness/notify/payload/kinds", "harness/notify/payload/kinds/kinds.cc",
               ["tests/unit/notify/payload", "tests/alertmanager", "tests/cli"], [], skip=("kinds",))


def main():
    found, count = [], 0
    for room in rooms():
        count += len(room.names())
        found += room.problems()
    print("\n".join(found) if found else f"{count} rows with file, test and documentation")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
