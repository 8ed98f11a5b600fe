#include "oncall/playbook/playbook_lints.h"

#include <algorithm>
#include <array>

#include "base/report.h"
#include "base/text/format.h"
#include "lint/run.h"
#include "oncall/playbook/sentences.h"

namespace firedrill::oncall {
namespace {

void warn_of(std::vector<Diagnostic>& findings, const Position& where, std::string what, std::string remedy) {
  findings.push_back({Severity::warning, where, std::move(what), std::move(remedy)});
}

const Playbook* find(std::span<const Playbook> playbooks, std::string_view name) {
  const auto found = std::ranges::find(playbooks, name, &Playbook::name);
  return found == playbooks.end() ? nullptr : &*found;
}

bool is_looked_at(const PlaybookLintInput& input, const Playbook& playbook) {
  return !input.looked_at || input.looked_at->contains(playbook.name);
}

void lint_missing(const PlaybookLintInput& input, std::vector<Diagnostic>& findings) {
  std::vector<std::string> names;
  for (const Playbook& playbook : input.playbooks) names.push_back(playbook.name);
  for (const PlaybookUse& use : input.uses) {
    if (find(input.playbooks, use.playbook) != nullptr) continue;
    warn_of(findings, use.where,
            format("the alert {} names the playbook '{}', which is not there", use.alert, use.playbook),
            names.empty() ? format("write {}.md", use.playbook) : suggest(use.playbook, names));
  }
}

void lint_unused(const PlaybookLintInput& input, std::vector<Diagnostic>& findings) {
  if (!input.all_rules_known) return;
  for (const Playbook& playbook : input.playbooks) {
    const bool used =
        std::ranges::any_of(input.uses, [&](const PlaybookUse& use) { return use.playbook == playbook.name; });
    if (used) continue;
    warn_of(findings, playbook.where, format("no alert names the playbook '{}'", playbook.name),
            format("give an alert the annotation `runbook_url: …/{}`, or remove the playbook", playbook.name));
  }
}

void lint_unknown_alert(const PlaybookLintInput& input, std::vector<Diagnostic>& findings) {
  if (!input.alerts) return;
  const std::vector<std::string> names(input.alerts->begin(), input.alerts->end());
  const auto check = [&](const std::string& alert, const Position& where) {
    if (alert.empty() || input.alerts->contains(alert)) return;
    warn_of(findings, where, format("there is no alert '{}'", alert), suggest(alert, names));
  };
  for (const Playbook& playbook : input.playbooks) {
    for (const PlaybookLine& alert : playbook.alerts) check(alert.text, alert.where);
    for (const PlaybookStep& step : playbook.steps) check(step.command.alert, step.where);
  }
}

void lint_unknown_tier(const PlaybookLintInput& input, std::vector<Diagnostic>& findings) {
  if (input.rosters.empty()) return;
  std::set<std::string> tiers, teams;
  for (const Roster& roster : input.rosters) {
    for (const Schedule& schedule : roster.schedules) {
      teams.insert(schedule.team);
      for (const Tier& tier : schedule.tiers) tiers.insert(as_name(tier.name));
    }
  }
  const std::vector<std::string> tier_names(tiers.begin(), tiers.end());
  const std::vector<std::string> team_names(teams.begin(), teams.end());
  for (const Playbook& playbook : input.playbooks) {
    if (!is_looked_at(input, playbook)) continue;
    for (const EscalationRule& rule : playbook.escalation) {
      if (!rule.pages && !tiers.contains(rule.who)) {
        warn_of(findings, rule.where, format("no schedule has a tier '{}'", rule.who), suggest(rule.who, tier_names));
      }
      const bool known =
          std::ranges::any_of(input.rosters, [&](const Roster& roster) { return roster.of_team(rule.who) != nullptr; });
      if (rule.pages && !known && !tiers.contains(as_name(rule.who))) {
        warn_of(findings, rule.where, format("there is no team '{}' in any schedule", rule.who),
                suggest(rule.who, team_names));
      }
    }
  }
}

void lint_unread(const PlaybookLintInput& input, std::vector<Diagnostic>& findings) {
  for (const Playbook& playbook : input.playbooks) {
    if (!is_looked_at(input, playbook)) continue;
    for (const PlaybookLine& line : playbook.unread) {
      warn_of(findings, line.where, line.text, "people read it all the same; a drill passes over it");
    }
  }
}

constexpr std::array kLints{
    PlaybookLint{{"missing-playbook", "an alert names a playbook that is not there",
                  "The annotation runbook_url, runbook or playbook of an alert ends in a name of which there is no "
                  "playbook among those that the scenario or the folder has.",
                  "The name of a file, without its .md.", "Who is woken by the alert opens a page that says nothing."},
                 lint_missing},
    PlaybookLint{{"unused-playbook", "no alert names the playbook",
                  "None of the rules of a folder that is checked as a whole has an annotation that leads to it.",
                  "An annotation `runbook_url` whose last part is the playbook's name, or no playbook.",
                  "Nobody is led to a page that no alert names, and nobody keeps it right."},
                 lint_unused},
    PlaybookLint{{"unknown-alert", "a playbook names an alert that is not there",
                  "What the symptoms name behind `Alert:`, or a step silences, is no alert of the rules.",
                  "The alert's name, as its rule has it.", "An alert that was renamed leaves its playbook behind."},
                 lint_unknown_alert},
    PlaybookLint{{"unknown-tier", "a playbook escalates to somebody who is in no schedule",
                  "`escalate to` names no tier of the on-call files that are checked beside it, or `page` no team.",
                  "A tier's name, or a schedule's `team`.", "Nobody is called."},
                 lint_unknown_tier},
    PlaybookLint{{"unread-step", "a line of a playbook that could not be read",
                  "A command whose effect is not known, an escalation or a cadence in other words than the template's. "
                  "People read it all the same.",
                  "One of the commands that are known, `- Action: NAME SERVICE`, or the template's sentences.",
                  "A drill follows the steps that it can read."},
                 lint_unread},
};

}  // namespace

std::span<const PlaybookLint> playbook_lints() {
  return kLints;
}

Diagnostics lint_playbooks(const PlaybookLintInput& input) {
  return lint::run(kLints, input);
}

std::string playbook_named(std::string_view annotation) {
  std::string_view text = annotation.substr(0, annotation.find_first_of("?#"));
  while (text.ends_with('/')) text.remove_suffix(1);
  if (const std::size_t slash = text.rfind('/'); slash != std::string_view::npos) text.remove_prefix(slash + 1);
  for (const std::string_view ending : {".md", ".html"}) {
    if (text.ends_with(ending)) text.remove_suffix(ending.size());
  }
  return std::string(text);
}

std::string service_of(const Command& command, std::span<const std::string> services) {
  for (const std::string& service : services) {
    if (service == command.service) return service;
    // "checkout-0", "checkout-7d9f8b6c5-x2x4z" are pods of checkout.
    if (command.service.empty() && command.pod.starts_with(service + "-")) return service;
    // And "checkout-tls" is a certificate of it.
    if (command.certificate == service || command.certificate.starts_with(service + "-")) return service;
  }
  return {};
}

void check_steps(const Playbook& playbook, std::span<const std::string> services, std::span<const std::string> nodes,
                 const StepCheck& why_not, Diagnostics& diagnostics) {
  for (const PlaybookStep& step : playbook.steps) {
    const Command& command = step.command;
    const std::string& named = command.service.empty() ? command.pod : command.service;
    const auto unknown = [&](std::string_view what, const std::string& name, std::span<const std::string> known) {
      report(diagnostics, step.where, format("`{}` names {} '{}', which is not of the topology", step.text, what, name),
             suggest_one(name, known, diagnostics));
    };
    if (!command.node.empty() && std::ranges::find(nodes, command.node) == nodes.end()) {
      unknown("a node", command.node, nodes);
    }
    // What runs in another namespace is no part of the topology: coredns in kube-system.
    const auto space = command.parameters.find("namespace");
    const bool elsewhere = space != command.parameters.end() && space->second.starts_with("kube-");
    if (named.empty() || elsewhere) continue;
    const std::string service = service_of(command, services);
    if (service.empty()) {
      unknown(command.service.empty() ? "a pod" : "a service", named, services);
    } else if (const std::string why = command.remedy ? why_not(command, service) : std::string(); !why.empty()) {
      report(diagnostics, step.where, why, "remove the step, or name another service");
    }
  }
}

}  // namespace firedrill::oncall
