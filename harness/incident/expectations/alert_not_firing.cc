// alert_not_firing: this alert keeps quiet, and could have fired.
#include <algorithm>
#include <array>

#include "base/duration.h"
#include "base/text/format.h"
#include "incident/alerts/alert_expectation.h"
#include "incident/alerts/alert_labels.h"
#include "incident/alerts/alert_match.h"
#include "incident/alerts/near_miss.h"
#include "incident/alerts/pending_episodes.h"
#include "incident/expectations/expectation_table.h"
#include "incident/left_open.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr std::array<std::string_view, 2> kCommon{"from", "to"};
constexpr std::array kOwn{
    FieldSpec{.name = "alert", .required = true, .doc = "The alert's name, as its rule has it."},
    FieldSpec{.name = "labels",
              .type = FieldType::text_map,
              .doc = "Labels that it carries, among others: with others it may fire."},
    FieldSpec{.name = "severity", .doc = "Its label severity; short for labels: {severity: …}."},
};

// Why the rule could not have fired, so that its silence says nothing; empty if it could.
std::string incapable(const Expectation& expectation, const Record& record, const RuleRecord* rule,
                      const promql::Queryable& series) {
  if (rule == nullptr) return "no rule has this name";
  if (rule->vacuous()) return format("the rule is vacuous: no series matches {}", rule->empty_selectors.front());
  if (rule->evaluations == 0) return never_evaluated(*rule);
  if (rule->failures >= rule->evaluations) return format("every evaluation of the rule failed: {}", rule->last_error);
  return never_labelled(expectation, record, *rule, series);
}

struct Firings {
  const AlertRecord* first = nullptr;
  std::size_t count = 0;
};

Firings firings_of(const Expectation& expectation, const Record& record, Span span) {
  Firings found;
  for (const AlertRecord& alert : record.alerts) {
    if (!matches(expectation, alert)) continue;
    if (!fires_in(alert, span.from, span.to)) continue;
    ++found.count;
    if (found.first == nullptr || *alert.firing_at < *found.first->firing_at) found.first = &alert;
  }
  return found;
}

// How near it came, for one that kept quiet as it should.
std::string quiet(const Expectation& expectation, const Record& record, const RuleRecord& rule,
                  const promql::Queryable& series, Span span) {
  const std::string pending = pending_too_briefly(expectation, record, rule, series, span);
  if (!pending.empty()) return "did not fire; " + pending;
  const std::string near = how_near(expectation, record, series, span.from, span.to);
  return near.empty() ? "did not fire" : "did not fire; " + near;
}

std::string loud(const Record& record, const RuleRecord& rule, const Firings& found) {
  const AlertRecord& alert = *found.first;
  std::string out = format("{} fired at {}", describe(alert), when(record, *alert.firing_at));
  if (alert.value) out += format(" with the value {:.4g}", *alert.value);
  out += format("; its rule is {}", rule.expr);
  if (rule.hold > 0ms) out += format(" for {}", describe_duration(rule.hold));
  if (found.count > 1) out += format("; it fired {} times in all", found.count);
  return out;
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable& series) {
  const Fields& fields = expectation.fields;
  const Span span = judged_span(expectation, record);
  Outcome outcome;
  outcome.subject = fields.text("alert");
  outcome.expected = format("{} does not fire", describe_alert(expectation));
  if (fields.duration("from") > 0ms || fields.has("to")) {
    outcome.expected += format(" from {} to {}", describe_duration(span.from - record.judged_from),
                               describe_duration(span.to - record.judged_from));
  }
  const RuleRecord* rule = rule_for(expectation, record);
  const Firings found = firings_of(expectation, record, span);
  const std::string reason = incapable(expectation, record, rule, series);
  if (found.first != nullptr && rule != nullptr) {
    outcome.result = Verdict::fail;
    outcome.observed = format("fired at {}", when(record, *found.first->firing_at));
    outcome.observed += found.first->over_at()  ? "; " + describe_end(record, *found.first)
                        : alerts_unseen(record) ? "; still firing when it was last seen"
                                                : "; still firing when the run ended";
    outcome.why = loud(record, *rule, found);
  } else if (!reason.empty()) {
    outcome.result = Verdict::invalid;
    outcome.observed = "did not fire, but could not have";
    outcome.why = reason;
  } else {
    outcome.observed = quiet(expectation, record, *rule, series, span);
  }
  return outcome;
}

}  // namespace

ExpectationKind alert_not_firing() {
  return {.name = "alert_not_firing",
          .doc =
              "The alert does not fire between two times (in the whole run, unless said), with these labels among its "
              "own. One that fired before and is still firing counts. If its rule could not have fired so, since its "
              "selectors match no series, each of its evaluations failed, or nothing that it reads has the labels "
              "asked for, its silence proves nothing and the result is invalid.",
          .common = kCommon,
          .own = kOwn,
          .names_alert = false,
          .check = check_alert,
          .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
