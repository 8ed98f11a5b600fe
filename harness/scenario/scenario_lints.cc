#include "scenario/scenario_lints.h"

#include <algorithm>
#include <array>
#include <optional>

#include "alerting/analysis/presence.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "lint/comments.h"
#include "lint/rule_lints.h"
#include "lint/run.h"
#include "notify/lints/config_lints.h"
#include "oncall/playbook/playbook_lints.h"
#include "oncall/roster_lints.h"
#include "ruletest/unit_test_lints.h"
#include "yaml/decode.h"

namespace firedrill::scenario {
namespace {

void warn(std::vector<Diagnostic>& findings, const Position& where, std::string what, std::string remedy) {
  findings.push_back({Severity::warning, where, std::move(what), std::move(remedy)});
}

void lint_side_dependency(const TopologyLintInput& input, std::vector<Diagnostic>& findings) {
  for (const fake_services::ServiceSpec& service : input.topology.services) {
    for (const std::string& check : service.readiness_checks) {
      const auto dependency = std::ranges::find(service.dependencies, check, &fake_services::DependencySpec::name);
      if (dependency == service.dependencies.end() || dependency->critical) continue;
      const std::vector<std::string> path = {"services", service.name, "readiness_checks"};
      warn(findings, position_of_path(input.root, path),
           format("readiness of {} asks {}, which is not critical: without it all replicas are taken out of service, "
                  "although requests are answered without it",
                  service.name, check),
           format("leave '{}' out, or say `critical: true` of the dependency", check));
    }
  }
}

// How long a container has at least until this probe can have failed often enough to end it: where the first of its
// ticks comes at once, as it may.
Duration least_time_given(const fake_services::ProbeSpec& probe) {
  return std::chrono::seconds(probe.initial_delay_seconds + (probe.failure_threshold - 1) * probe.period_seconds);
}

void lint_ends_while_starting(const TopologyLintInput& input, std::vector<Diagnostic>& findings) {
  for (const fake_services::ServiceSpec& service : input.topology.services) {
    // Until the startup probe has succeeded, no other runs.
    const bool startup = service.startup_probe.has_value();
    const auto& probe = startup ? service.startup_probe : service.liveness_probe;
    if (!probe || least_time_given(*probe) >= service.startup) continue;
    // What never comes up is told elsewhere.
    if (least_time_given(*probe) + std::chrono::seconds(probe->period_seconds) < service.startup) continue;
    const std::string name = startup ? "startupProbe" : "livenessProbe";
    const std::vector<std::string> path = {"services", service.name, name};
    warn(findings, position_of_path(input.root, path),
         format("a replica of {} accepts connections {} after its start (`startup`), and its {} can have failed {} "
                "{} by {}: whether one ever comes up is chance",
                service.name, format_duration(service.startup), name, probe->failure_threshold,
                probe->failure_threshold == 1 ? "time" : "times", format_duration(least_time_given(*probe))),
         startup ? "raise its `failureThreshold` or `periodSeconds`, or shorten `startup`"
                 : "give it a startupProbe, for which the livenessProbe waits, or shorten `startup`");
  }
}

// The shortest `for` of the rules of that name; nothing if there is none, or one that does not wait for a fault.
std::optional<Duration> shortest_hold(const ExpectationLintInput& input, const std::string& alert) {
  std::optional<Duration> hold;
  for (const alerting::RuleFile& file : input.rule_files) {
    for (const alerting::RuleGroup& group : file.groups) {
      for (const alerting::Rule& rule : group.rules) {
        if (!rule.alert || rule.name() != alert) continue;
        if (rule.expression == nullptr || alerting::always_there(*rule.expression)) return std::nullopt;
        hold = std::min(hold.value_or(rule.hold), rule.hold);
      }
    }
  }
  return hold;
}

// It must have begun to be pending before there was anything wrong.
void lint_within_for(const ExpectationLintInput& input, std::vector<Diagnostic>& findings) {
  for (const record::Expectation& expectation : input.expectations) {
    const Fields& fields = expectation.fields;
    if (expectation.kind != "alert_firing") continue;
    const std::string alert = fields.text("alert");
    const auto hold = shortest_hold(input, alert);
    if (!hold) continue;
    // Ahead of a breach, or of what is noticed of it, the alert may be pending already.
    if (fields.has("within") && fields.text("since", "injected") == "injected") {
      const Duration within = fields.duration("within");
      if (*hold > within) {
        warn(findings, fields.where("within"),
             format("{} waits `for` {}, so that within {} of the fault it fires only if it was pending before", alert,
                    format_duration(*hold), format_duration(within)),
             format("give it more than {}, or shorten `for`", format_duration(*hold)));
        continue;
      }
    }
    if (!input.after_first_fault || *hold < *input.after_first_fault) continue;
    warn(findings, fields.where("alert"),
         format("{} waits `for` {}, and the run ends {} after the first fault: it fires only if it was pending before",
                alert, format_duration(*hold), format_duration(*input.after_first_fault)),
         "let the run last longer, or begin with the fault");
  }
}

// "A (3d), B (6h15m) and 4 more".
std::string longest_of(std::span<const HistoryNeed> needs) {
  constexpr std::size_t kNamed = 5;
  std::string out;
  for (std::size_t i = 0; i < std::min(needs.size(), kNamed); ++i) {
    out += format("{}{} ({})", i == 0 ? "" : ", ", needs[i].what, format_duration(needs[i].needs));
  }
  if (needs.size() > kNamed) out += format(" and {} more", needs.size() - kNamed);
  return out;
}

// As a file would write it: without parts of a second that are none.
std::string written(Time t) {
  constexpr std::string_view kNoParts = ".000Z";
  std::string text = format_instant(t);
  if (text.ends_with(kNoParts)) text.replace(text.size() - kNoParts.size(), kNoParts.size(), "Z");
  return text;
}

void lint_short_warm_up(const WarmUpLintInput& input, std::vector<Diagnostic>& findings) {
  const Scenario& scenario = input.scenario;
  const std::vector<HistoryNeed> beyond = beyond_history(input.needs, scenario);
  if (beyond.empty()) return;
  if (scenario.warmup_follows) {
    return warn(findings, scenario.warmup_at,
                format("what looks back farther than the {} of history that `auto` gives at most finds less than in "
                       "production: {}",
                       format_duration(scenario.warmup), longest_of(beyond)),
                "shorten the window, if the scenario is to test it");
  }
  const Time judged_from = scenario.start + scenario.warmup;
  warn(findings, scenario.warmup_at,
       scenario.warmup == Duration(0)
           ? format("there is no warm-up, and so much of the time before is looked back at: {}", longest_of(beyond))
           : format("the warm-up of {} is shorter than the time that is looked back at: {}",
                    format_duration(scenario.warmup), longest_of(beyond)),
       format("write `warmup: auto` and `start: {}`, where the judged part begins", written(judged_from)));
}

constexpr std::array kWarmUpLints{
    WarmUpLint{{"short-warmup", "rules look back farther than the warm-up",
                "A window, an offset or a `for` reaches back beyond the beginning of the run. In production there is "
                "history; here the window holds only what the run has had, and a short fault is a large part of it: "
                "an alert fires, or goes on firing, that would not. The finding names what looks back farthest and "
                "how far, windows, recorded series, `for`, `keep_firing_for` and all.",
                "`warmup: auto`, with `start` where the judged part begins: the history before it is as long as "
                "anything looks back, up to 30 days.",
                "`rate` and its kin take what samples there are in a window, however short the part of it is that has "
                "any."},
               lint_short_warm_up},
};

constexpr std::array kTopologyLints{
    TopologyLint{
        {"ends-while-starting", "a probe may end replicas that are still starting",
         "The `startupProbe` of a service, or its `livenessProbe` where there is none, can have failed as often "
         "as its `failureThreshold` says before `startup` is over. The container is then ended and started "
         "anew, and fares likewise; whether it does goes by where in its period the first probe comes.",
         "A startupProbe whose `failureThreshold` times `periodSeconds` is well above the longest start.",
         "Kubelets probe from `initialDelaySeconds` after the container's start on, and do not know that it is "
         "starting but by a startupProbe."},
        lint_ends_while_starting},
    TopologyLint{{"side-dependency", "readiness asks a dependency that is not critical",
                  "`readiness_checks` names a dependency of which `critical: false` says that requests are answered "
                  "without it. When it fails, every replica becomes unready at once, and nobody serves what could be "
                  "served.",
                  "Readiness that asks what no request can do without, and the replica itself.",
                  "Kubernetes takes a pod whose readiness probe fails out of its service's endpoints; it does not know "
                  "why the probe failed, nor that all the others fail, too."},
                 lint_side_dependency},
};

constexpr std::array kExpectationLints{
    ExpectationLint{
        {"within-for", "an expectation is over before the rule's `for`",
         "The scenario expects an alert within a time of the fault that is shorter than the rule's `for`, or "
         "ends so soon after its first fault. An alert that the fault makes pending cannot fire by then.",
         "`within` of `for`, the window of the expression, and a scrape and an evaluation; a run that lasts "
         "as long after the fault.",
         "An alert fires at the first evaluation at which it has been pending for `for`."},
        lint_within_for},
};

}  // namespace

std::span<const TopologyLint> topology_lints() {
  return kTopologyLints;
}

std::span<const ExpectationLint> expectation_lints() {
  return kExpectationLints;
}

std::span<const WarmUpLint> warm_up_lints() {
  return kWarmUpLints;
}

Diagnostics lint_topology(const TopologyLintInput& input) {
  return lint::run(kTopologyLints, input);
}

Diagnostics lint_expectations(const ExpectationLintInput& input) {
  return lint::run(kExpectationLints, input);
}

Diagnostics lint_warm_up(const WarmUpLintInput& input) {
  return lint::run(kWarmUpLints, input);
}

std::vector<lint::LintWords> all_lints() {
  std::vector<lint::LintWords> all;
  for (const auto& each : lint::rule_lints()) all.push_back(each);
  for (const auto& each : ruletest::unit_test_lints()) all.push_back(each);
  for (const auto& each : topology_lints()) all.push_back(each);
  for (const auto& each : expectation_lints()) all.push_back(each);
  for (const auto& each : warm_up_lints()) all.push_back(each);
  for (const auto& each : notify::config_lints()) all.push_back(each);
  for (const auto& each : oncall::roster_lints()) all.push_back(each);
  for (const auto& each : oncall::playbook_lints()) all.push_back(each);
  std::ranges::sort(all, {}, &lint::LintWords::name);
  return all;
}

Diagnostics unknown_lints(const SourcePtr& source) {
  const std::vector<lint::LintWords> all = all_lints();
  std::vector<const lint::LintWords*> known;
  for (const lint::LintWords& each : all) known.push_back(&each);
  return lint::Comments(source).unknown(known);
}

}  // namespace firedrill::scenario
