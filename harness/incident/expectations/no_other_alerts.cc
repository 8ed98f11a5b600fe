// no_other_alerts: whatever no expectation names does not fire.
#include <algorithm>
#include <array>

#include "base/contains.h"
#include "base/text/format.h"
#include "incident/alerts/alert_match.h"
#include "incident/alerts/near_miss.h"
#include "incident/expectations/expectation_context.h"
#include "incident/expectations/expectation_table.h"
#include "incident/expectations/known_names.h"
#include "incident/incidents/incidents.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr std::array<std::string_view, 3> kCommon{"from", "to", "except"};
constexpr std::array kOwn{
    FieldSpec{.name = "strict",
              .type = FieldType::boolean,
              .doc = "Nor do alerts of services within an incident's reach, unless an expectation names them.",
              .default_text = "false"},
};
constexpr std::size_t kNamed = 5;  // in a message; the report lists them all

void check(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  for (const std::string& name : expectation.fields.texts("except")) {
    check_name(expectation, "except", "alert", name, names.alerts, diagnostics);
  }
}

bool expected(const Record& record, const AlertRecord& alert) {
  return std::ranges::any_of(record.declared.expectations, [&](const Expectation& e) {
    return names(e, alert) || (e.kind == "dead_mans_switch" && matches(e, alert));
  });
}

bool named(const Record& record, const std::string& alert) {
  return std::ranges::any_of(record.declared.expectations,
                             [&](const Expectation& e) { return e.fields.text("alert") == alert; });
}

// Others of one name: a rule that fires for twenty replicas is told once.
struct Others {
  const AlertRecord* first = nullptr;
  std::size_t count = 0;
  std::vector<const model::Labels*> label_sets;  // each once
};

std::vector<Others> others_of(const Expectation& expectation, const Record& record, Span span) {
  const std::vector<std::string> except = expectation.fields.texts("except");
  const bool strict = expectation.fields.boolean("strict");
  std::vector<Others> found;
  for (const AlertRecord& alert : record.alerts) {
    if (!fires_in(alert, span.from, span.to) || contains(except, alert.alert) || expected(record, alert)) continue;
    if (!strict && !alert.incident.empty()) continue;
    auto it = std::ranges::find_if(found, [&](const Others& o) { return o.first->alert == alert.alert; });
    if (it == found.end()) it = found.insert(found.end(), Others{&alert, 0, {}});
    ++it->count;
    const auto same = [&](const model::Labels* labels) { return *labels == alert.labels; };
    if (std::ranges::none_of(it->label_sets, same)) it->label_sets.push_back(&alert.labels);
    if (*alert.firing_at < *it->first->firing_at) it->first = &alert;
  }
  return found;
}

std::string whose(const Record& record, const AlertRecord& alert) {
  if (!alert.incident.empty()) {
    return format("{} {}", tells_of_nothing(alert.labels) ? "while there was" : "in the blast radius of",
                  alert.incident);
  }
  const std::string why = why_spurious(record, alert);
  return "of no incident" + (why.empty() ? "" : format(" ({})", why));
}

// "X fired 2 times for 2 label sets, first as X {…} at …"; of one label set "X {…} fired 2 times, first at …".
std::string describe_others(const Others& others, const Record& record) {
  const AlertRecord& first = *others.first;
  const std::size_t sets = others.label_sets.size();
  std::string fired = describe(first) + " fired ";
  if (sets > 1) {
    fired =
        format("{} fired {} times with {} label sets, first as {} ", first.alert, others.count, sets, describe(first));
  } else if (others.count > 1) {
    fired += format("{} times, first ", others.count);
  }
  return format("{}at {}, {}", fired, when(record, *first.firing_at), whose(record, first));
}

// Rules that could not have fired, so that their silence says nothing.
std::vector<std::string> vacuous_rules(const Record& record, const std::vector<std::string>& except) {
  std::vector<std::string> found;
  for (const RuleRecord& rule : record.rules) {
    if (!rule.alerting || contains(except, rule.name) || named(record, rule.name)) continue;
    const bool always_failed = rule.evaluations > 0 && rule.failures >= rule.evaluations;
    if (rule.evaluations == 0) found.push_back(format("{} ({})", rule.name, never_evaluated(rule)));
    if (rule.vacuous()) found.push_back(format("{} (no series matches {})", rule.name, rule.empty_selectors.front()));
    if (always_failed) found.push_back(format("{} (every evaluation failed: {})", rule.name, rule.last_error));
  }
  return found;
}

std::string join(const std::vector<std::string>& items) {
  std::string out;
  for (std::size_t i = 0; i < std::min(items.size(), kNamed); ++i) out += (i == 0 ? "" : "; ") + items[i];
  if (items.size() > kNamed) out += format("; and {} more", items.size() - kNamed);
  return out;
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable&) {
  const std::vector<std::string> except = expectation.fields.texts("except");
  const Span span = judged_span(expectation, record);
  Outcome outcome;
  outcome.expected = expectation.fields.boolean("strict") ? "no alert fires that no expectation names"
                                                          : "no alert fires that belongs to no incident";
  if (!except.empty()) outcome.expected += format(" (except {})", join(except));
  std::vector<std::string> others;
  std::size_t count = 0;
  for (const Others& group : others_of(expectation, record, span)) {
    others.push_back(describe_others(group, record));
    count += group.count;
    if (outcome.subject.empty()) outcome.subject = group.first->alert;
  }
  const std::vector<std::string> vacuous = vacuous_rules(record, except);
  if (!others.empty()) {
    outcome.result = Verdict::fail;
    outcome.observed = format("{} other alert{} fired", count, count == 1 ? "" : "s");
    outcome.why = join(others);
  } else if (!vacuous.empty()) {
    outcome.result = Verdict::invalid;
    outcome.observed =
        format("none fired, but {} rule{} could not have", vacuous.size(), vacuous.size() == 1 ? "" : "s");
    outcome.why = join(vacuous);
  } else {
    outcome.observed = "none fired";
  }
  return outcome;
}

}  // namespace

ExpectationKind no_other_alerts() {
  return {
      .name = "no_other_alerts",
      .doc =
          "No alert fires that belongs to no incident: one that no expectation names and whose service is not within "
          "the reach of a fault (its target and what depends on it), or that fired before the fault or long after it. "
          "One whose labels tell of no service belongs to the only incident that is going on; with several, an "
          "expectation has to say whose it is. With `strict`, no alert fires that no expectation names. `except` lists "
          "alerts that may fire at any time. A scenario that does not "
          "say it has it all the same. If a rule that is meant to keep silent is vacuous (no series matches its "
          "selectors), its silence proves nothing and the result is invalid.",
      .common = kCommon,
      .own = kOwn,
      .names_alert = false,
      .check = check,
      .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
