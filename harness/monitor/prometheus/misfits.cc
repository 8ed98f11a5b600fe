#include "monitor/prometheus/misfits.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/contains.h"
#include "base/report.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "fake_services/faults/live_forms.h"
#include "monitor/prometheus/recorded_kinds.h"
#include "monitor/speed/faster_rules.h"
#include "promql/functions/functions.h"
#include "promql/parse/ast.h"

namespace firedrill::monitor {
namespace {

constexpr std::string_view kEmbedded = "run it with --monitor embedded";
// Those whose value hangs on where the clock stands: the programs have the machine's, and the scenario its own.
constexpr std::array<std::string_view, 8> kOfClock = {"hour",         "minute",      "month",       "year",
                                                      "day_of_month", "day_of_week", "day_of_year", "days_in_month"};
// Of faults of the monitor these befall receivers, which are firedrill's in both cases.
constexpr std::array<std::string_view, 2> kOfReceivers = {"receiver_error", "receiver_slow"};

// The first part of an expression that reads the clock, in words; empty: none does.
std::string what_reads_clock(const promql::Expr& expression) {
  std::string found;
  promql::walk(expression, [&](const promql::Expr& each) {
    if (!found.empty()) return;
    const promql::Modifiers* modifiers = nullptr;
    if (each.kind == promql::Kind::call) {
      const std::string_view name = promql::as<promql::Call>(each).function->name;
      if (contains(kOfClock, name)) found = format("{}()", name);
    } else if (each.kind == promql::Kind::vector_selector) {
      modifiers = &promql::as<promql::VectorSelector>(each).modifiers;
    } else if (each.kind == promql::Kind::subquery) {
      modifiers = &promql::as<promql::Subquery>(each).modifiers;
    } else if (each.kind == promql::Kind::matrix_selector) {
      modifiers = &promql::as<promql::MatrixSelector>(each).vector->modifiers;
    }
    if (modifiers != nullptr && modifiers->at == promql::Modifiers::At::time) found = "`@` with a time";
  });
  return found;
}

void check_rules(const scenario::LoadedScenario& loaded, Diagnostics& found) {
  for (const alerting::RuleFile& file : loaded.rule_files) {
    for (const alerting::RuleGroup& group : file.groups) {
      for (const alerting::Rule& rule : group.rules) {
        const std::string what = what_reads_clock(*rule.expression);
        if (what.empty()) continue;
        report(found, rule.expr.where,
               format("{} reads the clock by {}, and a real Prometheus has the machine's, not the scenario's",
                      rule.name(), what),
               std::string(kEmbedded));
      }
    }
  }
}

void check_faults(const scenario::LoadedScenario& loaded, double speed, Diagnostics& found) {
  for (const fake_services::FaultSpec& fault : loaded.faults) {
    const std::string_view kind = fault.kind->name;
    const bool of_monitor = fake_services::live_form(kind).form == fake_services::LiveForm::monitor;
    if (!of_monitor) continue;
    const bool of_receiver = contains(kOfReceivers, kind);
    if (of_receiver && speed == 1) continue;
    const auto entry = std::ranges::find(loaded.scenario.faults, fault.id, &scenario::FaultEntry::id);
    const Position where = entry == loaded.scenario.faults.end() ? loaded.scenario.duration_at : entry->where;
    report(found, where,
           of_receiver
               ? format("fault {}: how long a real Alertmanager tries a receiver, and how often, is no shorter at {} "
                        "times its speed",
                        fault.id, format_number(speed))
               : format("fault {}: {} is done within the monitor, and a real one cannot be made to", fault.id, kind),
           std::string(kEmbedded));
  }
}

// A real Prometheus is given its targets once, and processes that come and go change them.
void check_targets(const scenario::LoadedScenario& loaded, Diagnostics& found) {
  const auto refuse = [&](const std::string& what) {
    report(found, loaded.scenario.duration_at,
           format("{} adds and takes away processes, and a real Prometheus is given its targets once", what),
           std::string(kEmbedded));
  };
  for (const fake_services::FaultSpec& fault : loaded.faults) {
    if (fault.kind->name == "bad_deploy") refuse(format("fault {}", fault.id));
  }
  if (loaded.team == nullptr) return;
  const auto check = [&](const events::Action& action, const std::string& who) {
    const bool deploys = action.kind == events::ActionKind::scale || action.kind == events::ActionKind::rollback;
    if (deploys) refuse(format("what {} does to {}", who, action.subject));
  };
  bool follow = false;
  for (const oncall::Responder& responder : loaded.team->responders) {
    follow = follow || responder.follows_playbooks;
    for (const oncall::ScriptedAction& scripted : responder.actions) check(scripted.action, responder.person);
  }
  for (const auto& [alert, plan] : loaded.team->plans) {
    if (!follow) break;
    for (const oncall::PlannedStep& step : plan->steps) check(step.action, "the playbook " + plan->playbook);
  }
}

void check_alertmanager(const scenario::AlertmanagerSettings& settings, Diagnostics& found) {
  const notify::Configuration& configuration = *settings.configuration;
  for (const notify::Route& route : configuration.routes) {
    if (route.mute_time_intervals.empty() && route.active_time_intervals.empty()) continue;
    report(
        found, route.where,
        "the time intervals of a route go by the clock, and a real Alertmanager has the machine's, not the scenario's",
        std::string(kEmbedded));
  }
  std::set<std::string> told;
  for (const notify::Receiver& receiver : configuration.receivers) {
    for (const notify::Integration& each : receiver.integrations) {
      if (find_recorded_kind(each.kind) != nullptr || !told.insert(each.kind).second) continue;
      warn(found, each.where, format("notifications by {} are recorded by a webhook in their place", each.kind),
           "when and of what they are sent is as it would be; their own texts are not rendered");
    }
  }
}

}  // namespace

Diagnostics program_misfits(const scenario::LoadedScenario& loaded, double speed) {
  Diagnostics found;
  // Rewritten rules are given the incident's clock.
  if (speed == 1) check_rules(loaded, found);
  check_rules_at(loaded, speed, Evaluator::prometheus, found);
  check_faults(loaded, speed, found);
  check_targets(loaded, found);
  if (loaded.alertmanager) check_alertmanager(*loaded.alertmanager, found);
  if (loaded.scenario.prometheus.scrape_phase == scenario::ScrapePhase::aligned) {
    warn(found, loaded.scenario.duration_at, "a real Prometheus scrapes each target at an offset of its own",
         "`scrape_phase: aligned` holds for the embedded monitor alone");
  }
  tidy(found);
  return found;
}

}  // namespace firedrill::monitor
