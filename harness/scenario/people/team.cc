#include "scenario/people/team.h"

#include <algorithm>
#include <filesystem>

#include "base/duration.h"
#include "base/hash.h"
#include "base/report.h"
#include "base/text/format.h"
#include "fake_services/actions/action_table.h"
#include "oncall/communication/template_folder.h"
#include "oncall/playbook/sentences.h"
#include "oncall/roster_lints.h"
#include "oncall/roster_yaml.h"
#include "scenario/playbooks.h"

namespace firedrill::scenario {
namespace {

namespace fs = fake_services;

// Whom a receiver calls must be known of each that calls somebody.
void check_receivers(const TeamInput& input, Diagnostics& diagnostics) {
  if (input.paging == nullptr) return;
  for (const std::string& receiver : *input.paging) {
    if (input.roster.of_receiver(receiver) != nullptr) continue;
    report(diagnostics, input.roster_at,
           format("'{}' does not say which of its schedules the receiver '{}' calls", input.roster.file, receiver),
           format("add `receivers: {{{}: {}}}` to it", receiver, input.roster.schedules.front().name));
  }
}

void check_person(const TeamInput& input, const ResponderEntry& entry, Diagnostics& diagnostics) {
  const std::vector<std::string> people = input.roster.people();
  if (std::ranges::find(people, entry.responder.person) != people.end()) return;
  report(diagnostics, entry.person_at, format("'{}' is never on call", entry.responder.person),
         suggest_one(entry.responder.person, people, diagnostics));
}

void check_action(const TeamInput& input, const ResponderEntry::Action& action, Diagnostics& diagnostics) {
  if (action.spec->target == fs::ActionTarget::alert) {
    const auto known = alert_names(input.rule_files);
    if (known.contains(action.subject)) return;
    const std::vector<std::string> names(known.begin(), known.end());
    return report(diagnostics, action.subject_at, format("there is no alert '{}'", action.subject),
                  suggest_one(action.subject, names, diagnostics));
  }
  if (const auto wrong = fs::misfit(*action.spec, action.subject, action.arguments, input.topology)) {
    report(diagnostics, action.subject_at, wrong->what, wrong->remedy);
  }
}

// It counts from an acknowledgement, which the run has to have before it.
void check_time(const TeamInput& input, const ResponderEntry::Action& action, Diagnostics& diagnostics) {
  if (action.after < input.lasts) return;
  report(diagnostics, action.arguments.where("after"),
         format("the run is over by then: it lasts {}", format_duration(input.lasts)),
         "give a time since the acknowledgement that lies within the run");
}

void check_silence(const TeamInput& input, const ResponderEntry::Action& action, Diagnostics& diagnostics) {
  if (action.spec->target != fs::ActionTarget::alert || input.paging != nullptr) return;
  report(diagnostics, action.where, "there is no Alertmanager that could silence anything",
         "add `alertmanager: {config_file: alertmanager.yml}`, or leave the action out");
}

// What somebody with a policy would follow.
void check_policy(const TeamInput& input, const ResponderEntry& entry, Diagnostics& diagnostics) {
  if (!entry.responder.follows_playbooks) return;
  const auto uses = playbook_uses(input.rule_files);
  const bool leads = std::ranges::any_of(uses, [&](const oncall::PlaybookUse& use) {
    return std::ranges::find(input.playbooks, use.playbook, &oncall::Playbook::name) != input.playbooks.end();
  });
  if (leads) return;
  report(diagnostics, entry.policy_at, "no alert leads to a playbook of this scenario",
         "name them with `playbooks:`, and give an alert the annotation `runbook_url: …/NAME`");
}

std::vector<std::string> service_names(const fs::Topology& topology) {
  std::vector<std::string> names;
  for (const fs::ServiceSpec& service : topology.services) names.push_back(service.name);
  return names;
}

// What a command is done to; empty: it leaves that to whoever reads it, or it is no part of the topology.
std::string subject_of(const fs::ActionSpec& spec, const oncall::Command& command,
                       const std::vector<std::string>& services) {
  const auto parameter = [&](std::string_view name) {
    const auto found = command.parameters.find(std::string(name));
    return found == command.parameters.end() ? std::string() : found->second;
  };
  switch (spec.target) {
    case fs::ActionTarget::service:
      return parameter("namespace").starts_with("kube-") ? std::string() : oncall::service_of(command, services);
    case fs::ActionTarget::node:
      return command.node;
    case fs::ActionTarget::alert:
      return command.alert;
    case fs::ActionTarget::severity:
      return parameter("severity");
  }
  std::unreachable();
}

// The tier, or the schedule, that a rule calls; empty: none that there is, or on a condition of which nobody is there
// to say whether it holds.
std::string called_by(const oncall::EscalationRule& rule, const oncall::Roster& roster) {
  if (!rule.unmitigated_for) return {};
  if (rule.pages) {
    const oncall::Schedule* schedule = roster.of_team(rule.who);
    return schedule == nullptr ? std::string() : schedule->name;
  }
  for (const oncall::Schedule& schedule : roster.schedules) {
    for (const oncall::Tier& tier : schedule.tiers) {
      if (oncall::as_name(tier.name) == rule.who) return tier.name;
    }
  }
  return {};
}

void add_plans(const TeamInput& input, oncall::Team& team) {
  for (const oncall::PlaybookUse& use : playbook_uses(input.rule_files)) {
    const auto playbook = std::ranges::find(input.playbooks, use.playbook, &oncall::Playbook::name);
    if (playbook == input.playbooks.end() || team.plans.contains(use.alert)) continue;
    team.plans.emplace(use.alert, std::make_shared<const oncall::Plan>(plan_of(*playbook, input)));
  }
}

}  // namespace

std::optional<oncall::Roster> load_roster(const std::string& file, const Position& named_at, yaml::Inputs& inputs,
                                          std::vector<InputFile>& templates, Diagnostics& diagnostics,
                                          Diagnostics& lints) {
  if (file.empty()) return std::nullopt;
  const yaml::Document* document = inputs.read(file, named_at, oncall::kRosterForm, yaml::Dialect::strict, diagnostics);
  if (document == nullptr) return std::nullopt;
  Diagnostics found;
  std::optional<oncall::Roster> roster = oncall::decode_roster(*document, found);
  if (roster) {
    const std::filesystem::path folder = std::filesystem::path(file).parent_path();
    oncall::CommunicationPolicy& policy = roster->communication;
    for (const SourcePtr& source : oncall::read_post_templates(policy, inputs.scope().from(folder), found)) {
      const auto path = folder / policy.template_folder / std::filesystem::path(source->name).filename();
      templates.push_back({path.lexically_normal().generic_string(), sha256_hex(source->text), source});
    }
  }
  const bool wrong = has_errors(found);
  std::ranges::move(found, std::back_inserter(diagnostics));
  if (!roster || wrong) return std::nullopt;
  roster->file = file;
  std::ranges::move(oncall::lint_roster(*roster), std::back_inserter(lints));
  return roster;
}

void add_people(const oncall::Roster& roster, std::span<const std::string> services, const fs::Topology* topology,
                incident::KnownNames& names) {
  std::set<std::string> tiers;
  for (const oncall::Schedule& schedule : roster.schedules) {
    for (const oncall::Tier& tier : schedule.tiers) tiers.insert(tier.name);
  }
  names.tiers.assign(tiers.begin(), tiers.end());
  for (const fs::ActionSpec& action : fs::action_table()) {
    if (action.is_of_world()) names.actions.emplace_back(action.name);
  }
  names.acted_upon.assign(services.begin(), services.end());
  if (topology != nullptr) std::ranges::move(fs::node_names(*topology), std::back_inserter(names.acted_upon));
}

oncall::Plan plan_of(const oncall::Playbook& playbook, const TeamInput& input) {
  oncall::Plan plan{.playbook = playbook.name, .cadence = playbook.cadence};
  const std::vector<std::string> services = service_names(input.topology);
  const oncall::PlaybookStep* last = nullptr;
  for (const oncall::PlaybookStep& step : playbook.steps) {
    if (step.part != oncall::PlaybookStep::Part::mitigation || !step.command.remedy) continue;
    const fs::ActionSpec& spec = *fs::find_action(oncall::action_of(*step.command.remedy));
    const std::string subject = subject_of(spec, step.command, services);
    const auto arguments = fs::read_arguments(spec, arguments_of(step.command));
    if (subject.empty() || !arguments) continue;
    if (fs::misfit(spec, subject, *arguments, input.topology)) continue;
    if (spec.target == fs::ActionTarget::alert && input.paging == nullptr) continue;
    const bool with_last =
        last != nullptr && last->heading == step.heading && last->command.remedy == step.command.remedy;
    plan.steps.push_back({fs::make_action(spec, subject, *arguments), with_last, step.where});
    last = &step;
  }
  for (const oncall::EscalationRule& rule : playbook.escalation) {
    const std::string who = called_by(rule, input.roster);
    if (!who.empty()) plan.escalations.push_back({*rule.unmitigated_for, rule.pages, who});
  }
  return plan;
}

std::shared_ptr<const oncall::Team> make_team(const TeamInput& input, Diagnostics& diagnostics) {
  Diagnostics found;
  check_receivers(input, found);
  auto team = std::make_shared<oncall::Team>();
  team->roster = input.roster;
  for (const ResponderEntry& entry : input.responders) {
    check_person(input, entry, found);
    check_policy(input, entry, found);
    oncall::Responder& responder = team->responders.emplace_back(entry.responder);
    for (const ResponderEntry::Action& action : entry.actions) {
      check_action(input, action, found);
      check_silence(input, action, found);
      check_time(input, action, found);
      responder.actions.push_back(
          {action.after, fs::make_action(*action.spec, action.subject, action.arguments), action.where});
    }
  }
  add_plans(input, *team);
  const bool wrong = has_errors(found);
  std::ranges::move(found, std::back_inserter(diagnostics));
  return wrong ? nullptr : team;
}

std::vector<std::string> limited_by(const oncall::Team& team) {
  std::set<std::string> services;
  const auto take = [&](const events::Action& action) {
    if (action.kind == events::ActionKind::rate_limit) services.insert(action.subject);
  };
  bool follows = false;
  for (const oncall::Responder& responder : team.responders) {
    follows = follows || responder.follows_playbooks;
    for (const oncall::ScriptedAction& each : responder.actions) take(each.action);
  }
  for (const auto& [alert, plan] : team.plans) {
    if (follows) std::ranges::for_each(plan->steps, take, &oncall::PlannedStep::action);
  }
  return {services.begin(), services.end()};
}

}  // namespace firedrill::scenario
