// What does not fit between playbooks and what they are about: alerts, services, people.
#pragma once

#include <functional>
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

// The service that a command is about, by its workload, by a pod or by a certificate of it; empty: by none of these.
std::string service_of(const Command& command, std::span<const std::string> services);

// Why an action cannot be done to a service, as a whole sentence; empty: it can.
using StepCheck = std::function<std::string(const Command& command, const std::string& service)>;

// Steps that cannot be taken: of services and nodes that are not there, and actions that a service cannot take. Errors.
void check_steps(const Playbook& playbook, std::span<const std::string> services, std::span<const std::string> nodes,
                 const StepCheck& why_not, Diagnostics& diagnostics);

}  // namespace firedrill::oncall
