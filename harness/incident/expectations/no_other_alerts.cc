// no_other_alerts: whatever no expectation names does not fire.
#include <algorithm>
#include <array>
#include <map>

#include "base/report.h"
#include "base/text/format.h"
#include "base/text/glob.h"
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
constexpr std::array<std::string_view, 3> kVacuous{"ignore", "report", "invalid"};
constexpr std::array kOwn{
    FieldSpec{.name = "strict",
              .type = FieldType::boolean,
              .doc = "Nor do alerts of services within an incident's reach, unless an expectation names them.",
              .default_text = "false"},
    FieldSpec{
        .name = "except_groups",
        .type = FieldType::texts,
        .doc = "Groups of rules whose alerts may fire at any time; * and ? stand for any rest and any character."},
    FieldSpec{.name = "vacuous",
              .type = FieldType::text,
              .doc = "What is made of alerts that could not have fired, since no series matches their selectors, and "
                     "that no expectation names: ignore; report: said, and no more; invalid: silence proves nothing.",
              .default_text = "report",
              .choices = kVacuous},
};
constexpr std::size_t kNamed = 5;  // in a message; the report lists them all

// What of a list of patterns is none: `[` alone.
void check_patterns(const Expectation& expectation, std::string_view field, Diagnostics& diagnostics) {
  for (const std::string& pattern : expectation.fields.texts(field)) {
    if (!is_pattern(pattern) || is_sound_pattern(pattern)) continue;
    report(diagnostics, expectation.fields.where(field), format("'{}' is no pattern", pattern),
           "* stands for any rest, ? for any character, [ab] for one of these");
  }
}

void check(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  check_patterns(expectation, "except", diagnostics);
  check_patterns(expectation, "except_groups", diagnostics);
  for (const std::string& name : expectation.fields.texts("except")) {
    if (!is_pattern(name)) check_name(expectation, "except", "alert", name, names.alerts, diagnostics);
  }
}

// The alerts that may fire: by name or pattern, or by the group of their rule.
class Exceptions {
 public:
  explicit Exceptions(const Expectation& expectation)
      : names_(expectation.fields.texts("except")), groups_(expectation.fields.texts("except_groups")) {}

  bool has(std::string_view alert, std::string_view group) const { return any(names_, alert) || any(groups_, group); }
  std::vector<std::string> all() const {
    std::vector<std::string> out = names_;
    for (const std::string& group : groups_) out.push_back("group " + group);
    return out;
  }

 private:
  // Names of groups may have slashes, which no pattern matches.
  static bool any(const std::vector<std::string>& patterns, std::string_view name) {
    return std::ranges::any_of(patterns, [&](const std::string& pattern) {
      return pattern == name || (is_sound_pattern(pattern) && matches_pattern(pattern, name));
    });
  }

  std::vector<std::string> names_;
  std::vector<std::string> groups_;
};

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
  const Exceptions except(expectation);
  const bool strict = expectation.fields.boolean("strict");
  std::vector<Others> found;
  for (const AlertRecord& alert : record.alerts) {
    if (!fires_in(alert, span.from, span.to) || except.has(alert.alert, alert.rule_group) || expected(record, alert))
      continue;
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

// Rules that were never evaluated with success, so that their silence says nothing.
std::vector<std::string> dead_rules(const Record& record, const Exceptions& except) {
  std::vector<std::string> found;
  for (const RuleRecord& rule : record.rules) {
    if (!rule.alerting || except.has(rule.name, rule.group) || named(record, rule.name)) continue;
    const bool always_failed = rule.evaluations > 0 && rule.failures >= rule.evaluations;
    if (rule.evaluations == 0) found.push_back(format("{} ({})", rule.name, never_evaluated(rule)));
    if (always_failed) found.push_back(format("{} (every evaluation failed: {})", rule.name, rule.last_error));
  }
  return found;
}

// Those whose selectors no series matches, by the first of these.
struct Vacuous {
  std::size_t rules = 0;
  std::map<std::string, std::vector<std::string>> by_selector;
};

Vacuous vacuous_rules(const Record& record, const Exceptions& except) {
  Vacuous found;
  for (const RuleRecord& rule : record.rules) {
    if (!rule.alerting || !rule.vacuous() || except.has(rule.name, rule.group) || named(record, rule.name)) continue;
    ++found.rules;
    found.by_selector[rule.empty_selectors.front()].push_back(rule.name);
  }
  return found;
}

// "no series matches node_load1 (HighLoad, LoadRises); no series matches …": all of them.
std::string describe_vacuous(const Vacuous& vacuous) {
  std::string out;
  for (const auto& [selector, rules] : vacuous.by_selector) {
    std::string names;
    for (const std::string& rule : rules) names += (names.empty() ? "" : ", ") + rule;
    out += format("{}{} (no series matches {})", out.empty() ? "" : "; ", names, selector);
  }
  return out;
}

std::string not_able(std::size_t rules) {
  return format("none fired, but {} rule{} could not have", rules, rules == 1 ? "" : "s");
}

std::string join(const std::vector<std::string>& items) {
  std::string out;
  for (std::size_t i = 0; i < std::min(items.size(), kNamed); ++i) out += (i == 0 ? "" : "; ") + items[i];
  if (items.size() > kNamed) out += format("; and {} more", items.size() - kNamed);
  return out;
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable&) {
  const Exceptions except(expectation);
  const Span span = judged_span(expectation, record);
  Outcome outcome;
  outcome.expected = expectation.fields.boolean("strict") ? "no alert fires that no expectation names"
                                                          : "no alert fires that belongs to no incident";
  if (!except.all().empty()) outcome.expected += format(" (except {})", join(except.all()));
  std::vector<std::string> others;
  std::size_t count = 0;
  for (const Others& group : others_of(expectation, record, span)) {
    others.push_back(describe_others(group, record));
    count += group.count;
    if (outcome.subject.empty()) outcome.subject = group.first->alert;
  }
  const std::vector<std::string> dead = dead_rules(record, except);
  const std::string what = expectation.fields.text("vacuous", "report");
  const Vacuous vacuous = what == "ignore" ? Vacuous() : vacuous_rules(record, except);
  if (!others.empty()) {
    outcome.result = Verdict::fail;
    outcome.observed = format("{} other alert{} fired", count, count == 1 ? "" : "s");
    outcome.why = join(others);
  } else if (!dead.empty() || vacuous.rules > 0) {
    const bool invalid = !dead.empty() || what == "invalid";
    outcome.result = invalid ? Verdict::invalid : Verdict::pass;
    outcome.observed = not_able(dead.size() + vacuous.rules);
    outcome.why = join(dead);
    if (vacuous.rules > 0) outcome.why += (dead.empty() ? "" : "; ") + describe_vacuous(vacuous);
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
          "alerts that may fire at any time, by name or by a pattern (Kube*), `except_groups` groups of rules. A "
          "scenario "
          "that does not say it has it all the same. Rules that are vacuous (no series matches their selectors) could "
          "not have fired: `vacuous` says what is made of that. The silence of a rule whose evaluations all failed "
          "proves nothing, and the result is invalid.",
      .common = kCommon,
      .own = kOwn,
      .names_alert = false,
      .check = check,
      .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
