// What does not fit between playbooks and what they are about: alerts, services, people.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "lint/lint.h"
#include "oncall/playbook/playbook.h"
#include "oncall/roster.h"

namespace firedrill::oncall {

// An alert that names a playbook, by its annotation runbook_url, runbook or playbook.
struct PlaybookUse {
  std::string alert{};
  std::string playbook{};  // playbook_named
  Position where{};        // of the annotation
};

// What a playbook's steps may be done to.
struct KnownService {
  std::string name{};
  bool external = false;  // a third party's
  bool has_certificate = false;
  bool has_disk = false;
  bool has_cache = false;  // itself is one, or it calls by one
};

struct PlaybookLintInput {
  using Finding = Diagnostic;
  std::span<const Playbook> playbooks;
  std::span<const PlaybookUse> uses{};                         // of all alerts that are known
  std::optional<std::set<std::string, std::less<>>> alerts{};  // all of their names; nothing: they are not known
  bool all_rules_known = false;  // no others name these playbooks; what none of them names is told
  // Of which playbooks more is said than that they are there, by name; nothing: of all.
  std::optional<std::set<std::string, std::less<>>> looked_at{};
  std::span<const Roster> rosters{};  // empty: nothing is known of people
};
using PlaybookLint = lint::Lint<PlaybookLintInput>;

std::span<const PlaybookLint> playbook_lints();
// Warnings, each with its lint's name in brackets. With it, what the playbooks have that could not be read.
Diagnostics lint_playbooks(const PlaybookLintInput& input);

// "https://wiki/runbooks/slo-fast-burn.md#top" names the playbook "slo-fast-burn"; so does the name alone.
std::string playbook_named(std::string_view annotation);

// Steps that cannot be taken: of services that are not there, and actions that a service cannot take. Errors.
void check_steps(const Playbook& playbook, std::span<const KnownService> services, Diagnostics& diagnostics);

}  // namespace firedrill::oncall
