#include "incident/alerts/alert_expectation.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "base/contains.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "incident/alerts/alert_labels.h"
#include "incident/alerts/alert_match.h"
#include "incident/alerts/near_miss.h"
#include "incident/alerts/pending_episodes.h"
#include "incident/expectations/known_names.h"

namespace firedrill::incident {
using namespace record;
namespace {

// Steps that an alert may precede.
constexpr std::array<std::string_view, 3> kUpToBreach{"start", "injected", "breached"};

bool of_incident_named(const Expectation& expectation, const AlertRecord& alert) {
  const std::string wanted = expectation.fields.text("incident");
  return wanted.empty() || alert.incident == wanted;
}

}  // namespace

void check_alert(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  const std::string alert = expectation.fields.text("alert");
  const std::string rule = contains(names.alerts, alert) ? "" : renamed_rule(alert, names);
  if (rule.empty()) {
    check_known(expectation, "alert", "alert", names.alerts, diagnostics);
  } else {
    diagnostics.push_back({Severity::error, expectation.fields.where("alert"), format("unknown alert '{}'", alert),
                           format("alert_relabel_configs give this name to alerts of '{}': name the rule, and ask for "
                                  "labels: {{alertname: {}}}",
                                  rule, alert)});
  }
  check_known(expectation, "incident", "incident", names.incidents, diagnostics);
  check_labels(expectation, names, diagnostics);
}

std::optional<AlertWindow> alert_window(const Expectation& expectation, const Record& record, Outcome& outcome) {
  const Fields& fields = expectation.fields;
  auto since = resolve_since(expectation, record, record.incidents.empty() ? "start" : "injected");
  if (!since) {
    outcome.result = Verdict::invalid;
    outcome.observed = "nothing to count from";
    outcome.why = since.error();
    return std::nullopt;
  }
  AlertWindow window{*std::move(since), record.judged_to, {}};
  if (fields.has("within")) {
    window.deadline = std::min(window.since.t + fields.duration("within"), record.judged_to);
    outcome.expected += format(" within {} of {}, by {}", describe_duration(fields.duration("within")),
                               window.since.name, when(record, window.deadline));
  }
  window.earliest = window.since.t;
  const IncidentRecord* incident = incident_of(expectation, record);
  if (contains(kUpToBreach, fields.text("since", "injected")) && incident != nullptr && incident->times.injected_at) {
    window.earliest = std::min(window.earliest, *incident->times.injected_at);
  }
  return window;
}

std::string distance_from(const Since& since, Time t) {
  return format("{} {} {}", describe_duration(std::max(t - since.t, since.t - t)), t < since.t ? "before" : "after",
                since.name);
}

const AlertRecord* first_to_reach(const Expectation& expectation, const Record& record, AlertStepTime step,
                                  Time earliest) {
  const auto rank = [&](const AlertRecord& alert) {
    const Time t = *(alert.*step);
    return std::tuple(!of_incident_named(expectation, alert), t < earliest, t);
  };
  const AlertRecord* first = nullptr;
  std::set<model::Labels> from_before;  // what comes back was there
  for (const AlertRecord& alert : record.alerts) {
    if (!(alert.*step) || !matches(expectation, alert)) continue;
    if (const auto over = alert.over_at(); over && *over < earliest) continue;
    if (*(alert.*step) < earliest) {
      from_before.insert(alert.labels);
    } else if (from_before.contains(alert.labels)) {
      continue;
    }
    if (first == nullptr || rank(alert) < rank(*first)) first = &alert;
  }
  return first;
}

std::string why_not_meant(const Expectation& expectation, const Record& record, const AlertRecord& alert,
                          AlertStepTime step, const AlertWindow& window, std::string_view too_early) {
  const Time t = *(alert.*step);
  if (t < window.earliest) {
    const std::string since = expectation.fields.text("since", record.incidents.empty() ? "start" : "injected");
    if (since == "injected" || since == "breached") return std::string(too_early);
    return format("it began at {} already, and has to begin after {}", when(record, t), window.since.name);
  }
  if (of_incident_named(expectation, alert)) return {};
  const std::string wanted = expectation.fields.text("incident");
  const IncidentRecord* owner = record.incident(alert.incident);
  if (owner != nullptr && owner->times.injected_at) {
    return format("it belongs to {}, injected at {}, and not to {}", owner->id, when(record, *owner->times.injected_at),
                  wanted);
  }
  return format("it belongs to no incident: its expression held from {} on, before the injection of {}",
                when(record, alert.pending_at.value_or(t)), wanted);
}

std::string describe_end(const Record& record, const AlertRecord& alert) {
  const auto over = alert.over_at();
  if (!over) return {};
  if (!alert.heard.empty() && alert.heard.back().expired)
    return format("expired at {}, since it was not sent again in time", when(record, *over));
  if (alert.heard.empty() && !alert.resolved_at) return format("forgotten at {} by its monitor", when(record, *over));
  return format("resolved at {}", when(record, *over));
}

std::string how_near(const Expectation& expectation, const Record& record, const promql::Queryable& series, Time from,
                     Time to) {
  const RuleRecord* rule = rule_for(expectation, record);
  if (rule == nullptr) return "no rule has this name";
  std::string never = never_labelled(expectation, record, *rule, series);
  return never.empty() ? near_miss(record, *rule, series, from, to, wanted_labels(expectation)) : never;
}

std::string why_not_reached(const Expectation& expectation, const Record& record, const promql::Queryable& series,
                            AlertStepTime step, std::string_view did, Time from, Time to) {
  for (const AlertRecord& alert : record.alerts) {
    if (alert.alert != expectation.fields.text("alert") || !(alert.*step)) continue;
    if (const auto over = alert.over_at(); over && *over < from) continue;
    return format("it {} {} as {}, without the labels wanted", did, when(record, *(alert.*step)), describe(alert));
  }
  // It never got there, also after the deadline.
  if (const RuleRecord* rule = rule_for(expectation, record)) {
    std::string pending = pending_too_briefly(expectation, record, *rule, series, {from, record.judged_to});
    if (!pending.empty()) return pending;
  }
  const std::string near = how_near(expectation, record, series, from, to);
  return near.empty() ? "its expression never held, and the record keeps no series to tell how near it came" : near;
}

}  // namespace firedrill::incident
