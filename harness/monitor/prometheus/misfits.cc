#include "monitor/prometheus/misfits.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/contains.h"
#include "base/duration.h"
#include "base/maths.h"
#include "base/report.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "fake_services/faults/live_forms.h"
#include "monitor/prometheus/changing_jobs.h"
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

void check_rules(const scenario::LoadedScenario& loaded, Diagnostics& found) {
  for (const alerting::RuleFile& file : loaded.rule_files) {
    for (const alerting::RuleGroup& group : file.groups) {
      for (const alerting::Rule& rule : group.rules) {
        const std::string what = what_reads_clock(*rule.expression);
        if (what.empty()) continue;
        report(found, rule.expr.where,
               format("{} reads the clock by {}, and a real Prometheus has the machine's, not the scenario's",
                      rule.name(), what),
               format("{}; or at another speed than that of the clock (--speed 2), for which rules are rewritten",
                      kEmbedded));
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

// Whether it may be of the `up` of that service's processes.
bool reads_up(const promql::VectorSelector& selector, const fake_services::ServiceSpec& service) {
  const auto named = [](const model::Matcher& each) { return each.name() == model::kMetricName; };
  const auto fits = [&](const model::Matcher& each) {
    if (named(each)) return each.matches("up");
    if (each.name() == "job") return each.matches(service.job);
    return each.name() != "service" || each.matches(service.name);
  };
  return std::ranges::any_of(selector.matchers, named) && std::ranges::all_of(selector.matchers, fits);
}

// Of a process that has gone `up` is 0 until Prometheus finds that it has, which takes longer at a higher speed.
void check_up(const scenario::LoadedScenario& loaded, const TargetChange& change, double speed, Diagnostics& found) {
  const fake_services::ServiceSpec* service = loaded.topology.find(change.service);
  if (service == nullptr) return;
  const auto reads = [&](const promql::VectorSelector* each) { return reads_up(*each, *service); };
  for (const alerting::RuleFile& file : loaded.rule_files) {
    for (const alerting::RuleGroup& group : file.groups) {
      for (const alerting::Rule& rule : group.rules) {
        if (!rule.alerting() || rule.hold >= found_within(speed)) continue;
        if (std::ranges::none_of(promql::selectors(*rule.expression), reads)) continue;
        const double highest = maths::floor(10 * to_seconds(rule.hold) / to_seconds(kDiscovery)) / 10;
        report(
            found, rule.expr.where,
            format("{} reads `up`, which at {} times its speed stays 0 for up to {} of a process of {} that has gone "
                   "({}): a real Prometheus finds that within {} of the machine's clock",
                   rule.name(), format_number(speed), describe_duration(found_within(speed)), change.service,
                   change.what, describe_duration(kDiscovery)),
            highest > 1 ? format("the highest speed that its `for` allows is --speed {}", format_number(highest))
                        : "leave --speed away, or " + std::string(kEmbedded));
      }
    }
  }
}

// In real time Prometheus finds what comes and goes as it does in production. By a faster incident it is late.
void check_targets(const scenario::LoadedScenario& loaded, double speed, Diagnostics& found) {
  const std::vector<TargetChange> changes = target_changes(loaded);
  if (changes.empty() || speed <= 1) return;
  warn(found, loaded.scenario.duration_at,
       format("{} changes the targets of {}, and a real Prometheus finds that within {} of the machine's clock, which "
              "are {} of the incident at {} times its speed",
              changes.front().what, changes.front().service, describe_duration(kDiscovery),
              describe_duration(found_within(speed)), format_number(speed)),
       "so much later rules see what comes, and for so long `up` of what has gone is 0");
  std::set<std::string> told;
  for (const TargetChange& change : changes) {
    if (change.takes_away && told.insert(change.service).second) check_up(loaded, change, speed, found);
  }
}

// What a real Alertmanager sends to the real service, wherever its configuration says: nothing may leave the machine.
void check_addresses(const notify::Integration& integration, Diagnostics& found) {
  const notify::Value& settings = integration.settings;
  if (integration.kind == "pagerduty") {
    for (const std::string_view key : {"service_key", "service_key_file"}) {
      if (!settings.filled(key)) continue;
      report(found, settings.where_of(key),
             format("{} is of PagerDuty's Events API v1, which a real Alertmanager sends to events.pagerduty.com "
                    "whatever `url` says",
                    key),
             "write a `routing_key`, of Events API v2, or " + std::string(kEmbedded));
    }
  }
  if (integration.kind == "slack" && settings.is_true("update_message")) {
    report(found, settings.where_of("update_message"),
           "a real Alertmanager changes messages of Slack at slack.com alone, and takes `update_message` with no "
           "other address",
           "leave update_message away, or " + std::string(kEmbedded));
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
      check_addresses(each, found);
      if (find_recorded_kind(each.kind) != nullptr || !told.insert(each.kind).second) continue;
      warn(found, each.where, format("notifications by {} are recorded by a webhook in their place", each.kind),
           "when and of what they are sent is as it would be; their own texts are not rendered");
    }
  }
}

void warn_of_part(const std::string& key, const Position& where, Diagnostics& found) {
  warn(found, where, format("the real programs of a run are not given `{}`", key),
       "nothing is sent off the machine, and their files go with the run");
}

}  // namespace

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

Diagnostics program_misfits(const scenario::LoadedScenario& loaded, double speed) {
  Diagnostics found;
  // Rewritten rules are given the incident's clock.
  if (speed == 1) check_rules(loaded, found);
  check_rules_at(loaded, speed, Evaluator::prometheus, found);
  check_faults(loaded, speed, found);
  check_targets(loaded, speed, found);
  for (const fake_services::MetricSpec& metric : loaded.metrics) {
    if (!metric.value) continue;
    report(found, loaded.scenario.duration_at,
           format("{} of the scenario's `metrics` has a `value` that is made up, and no process exposes it to a real "
                  "Prometheus",
                  metric.name),
           std::string(kEmbedded));
  }
  for (const auto& each : loaded.scenario.prometheus.elsewhere) warn_of_part(each.key, each.where, found);
  if (loaded.alertmanager) {
    check_alertmanager(*loaded.alertmanager, found);
    for (const auto& each : loaded.alertmanager->configuration->elsewhere) warn_of_part(each.key, each.where, found);
  }
  if (loaded.scenario.prometheus.scrape_phase == scenario::ScrapePhase::aligned) {
    warn(found, loaded.scenario.duration_at, "a real Prometheus scrapes each target at an offset of its own",
         "`scrape_phase: aligned` holds for the embedded monitor alone");
  }
  tidy(found);
  return found;
}

}  // namespace firedrill::monitor
