#include "reports/expectation_words.h"

#include <algorithm>

#include "base/contains.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "incident/alerts/alert_match.h"
#include "incident/measures/measures.h"
#include "reports/words.h"

namespace firedrill::reports {
namespace {

using record::Expectation;
using record::ExpectationRecord;
using record::IncidentRecord;
using record::Record;
using record::Verdict;

// As declared; null of one that judging added.
const Expectation* declared(const Record& record, const ExpectationRecord& expectation) {
  const auto it = std::ranges::find(record.declared.expectations, expectation.id, &Expectation::id);
  return it == record.declared.expectations.end() ? nullptr : &*it;
}

// A label set that begins at `from`: its values; nothing if it is none.
struct LabelSet {
  std::string values;
  std::size_t end = 0;
};
std::optional<LabelSet> label_set_at(std::string_view text, std::size_t from) {
  LabelSet found;
  std::size_t i = from + 1;
  while (i < text.size() && text[i] != '}') {
    const std::size_t open = text.find('"', i);
    if (open == std::string_view::npos || text.substr(i, open - i).find_first_of("{}()") != std::string_view::npos)
      return std::nullopt;
    std::string value;
    std::size_t at = open + 1;
    for (; at < text.size() && text[at] != '"'; ++at) {
      if (text[at] == '\\' && at + 1 < text.size()) ++at;
      value += text[at];
    }
    if (at >= text.size()) return std::nullopt;
    found.values += (found.values.empty() ? "" : ", ") + value;
    i = at + 1;
  }
  if (i >= text.size() || found.values.empty()) return std::nullopt;
  found.end = i + 1;
  return found;
}

std::string span_of(const std::string& expected) {
  const std::size_t from = expected.rfind(" from ");
  return from == std::string::npos ? "" : expected.substr(from);
}

// What an expectation of kind promql asks, told by its id: an expression is for machines.
std::string condition(const ExpectationRecord& expectation) {
  return format("the condition {}", expectation.id);
}

std::string held(const Expectation* declared, const ExpectationRecord& expectation) {
  const std::string holds = declared == nullptr ? "always" : declared->fields.text("holds", "always");
  return format("{} {}{}", condition(expectation),
                holds == "always"  ? "held all the time"
                : holds == "never" ? "never held"
                                   : "held at some time",
                span_of(expectation.outcome.expected));
}

std::string bounds(const Expectation& declared) {
  std::string out;
  if (declared.fields.has("at_most")) out = "at most " + describe_duration(declared.fields.duration("at_most"));
  if (declared.fields.has("at_least")) {
    out += format("{}at least {}", out.empty() ? "" : " and ", describe_duration(declared.fields.duration("at_least")));
  }
  return out;
}

std::string title_of(std::string_view measure) {
  const auto specs = incident::measure_specs();
  const auto it = std::ranges::find(specs, measure, &incident::MeasureSpec::name);
  return it == specs.end() ? std::string(measure) : std::string(it->title);
}

std::string measured(const Record& record, const Expectation* declared, const ExpectationRecord& expectation) {
  if (declared == nullptr) return expectation.outcome.observed;
  const std::string wanted = bounds(*declared);
  const bool whose = record.incidents.size() > 1 && !expectation.outcome.subject.empty();
  return format("the {}{} was {}{}", title_of(declared->fields.text("measure")),
                whose ? " of " + expectation.outcome.subject : "", expectation.outcome.observed,
                wanted.empty() ? "" : format(" ({} was wanted)", wanted));
}

bool is_alert(const ExpectationRecord& expectation) {
  return expectation.kind == "alert_firing" || expectation.kind == "alert_pending" ||
         expectation.kind == "alert_not_firing";
}

// "SLOFastBurn (critical)".
std::string alert_of(const Expectation& declared) {
  std::string labels;
  const auto add = [&](const std::string& value) { labels += (labels.empty() ? "" : ", ") + value; };
  for (const auto& [name, value] : declared.fields.text_map("labels")) add(value);
  if (declared.fields.has("severity") && !declared.fields.text_map("labels").contains("severity"))
    add(declared.fields.text("severity"));
  return declared.fields.text("alert") + (labels.empty() ? "" : format(" ({})", labels));
}

// Without the near miss that stands behind it.
std::string first_part(const std::string& text) {
  return text.substr(0, text.find("; "));
}

}  // namespace

std::string without_label_syntax(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto labels = text[i] == '{' ? label_set_at(text, i) : std::nullopt;
    if (labels) {
      out += format("{}({})", out.empty() || out.ends_with(' ') ? "" : " ", labels->values);
      i = labels->end;
    } else {
      out += text[i++];
    }
  }
  return out;
}

std::string met_in_words(const Record& record, const ExpectationRecord& expectation) {
  const record::Outcome& outcome = expectation.outcome;
  const Expectation* wanted = declared(record, expectation);
  if (expectation.kind == "promql") return held(wanted, expectation);
  if (expectation.kind == "measure") return measured(record, wanted, expectation);
  if (expectation.kind == "no_other_alerts") return "no alert fired that should not have";
  if (expectation.kind == "severity") return format("the severity was as expected, {}", outcome.observed);
  if (expectation.kind == "alert_not_firing" && wanted != nullptr)
    return format("{} {}", alert_of(*wanted), first_part(outcome.observed));
  if (is_alert(expectation) && wanted != nullptr) return format("{} {}", alert_of(*wanted), outcome.observed);
  return without_label_syntax(format("{}: {}", outcome.expected, outcome.observed));
}

std::string unmet_in_words(const Record& record, const ExpectationRecord& expectation) {
  const record::Outcome& outcome = expectation.outcome;
  const Expectation* wanted = declared(record, expectation);
  std::string out;
  if (expectation.kind == "promql") {
    out = format("{} was to hold {}{}: {}", condition(expectation),
                 wanted == nullptr ? "always" : wanted->fields.text("holds", "always"), span_of(outcome.expected),
                 outcome.observed);
  } else if (expectation.kind == "severity") {
    out = format("the severity was not as expected ({}): {}", outcome.expected, outcome.observed);
  } else if (expectation.kind == "measure" && outcome.result == Verdict::fail) {
    out = measured(record, wanted, expectation);
  } else {
    out = without_label_syntax(format("{}: {}", outcome.expected, outcome.observed));
  }
  return outcome.why.empty() ? out : format("{}. {}", out, sentence_case(outcome.why));
}

std::string remedy_in_words(const Record& record, const ExpectationRecord& expectation) {
  const record::Outcome& outcome = expectation.outcome;
  const Expectation* wanted = declared(record, expectation);
  const std::string& why = outcome.why.empty() ? outcome.observed : outcome.why;
  if (outcome.result == Verdict::invalid) return format("Make it possible to judge {}: {}", expectation.id, why);
  if (wanted != nullptr && expectation.kind == "alert_not_firing")
    return format("Keep {} from firing then: {}", alert_of(*wanted), why);
  if (wanted != nullptr && is_alert(expectation)) {
    const std::string_view done = expectation.kind == "alert_pending" ? "be pending" : "fire";
    return format("Let {} {} as expected: {}", alert_of(*wanted), done, why);
  }
  if (expectation.kind == "no_other_alerts") return format("Keep other alerts quiet, or expect them: {}", why);
  if (wanted != nullptr && expectation.kind == "measure") {
    return format("Bring the {} to {}: it was {}", title_of(wanted->fields.text("measure")), bounds(*wanted),
                  outcome.observed);
  }
  return format("Make good {}: {}", expectation.id, why);
}

bool speaks_of(const Record& record, const IncidentRecord& incident, const ExpectationRecord& expectation) {
  if (record.incidents.size() == 1) return true;
  const Expectation* wanted = declared(record, expectation);
  if (wanted != nullptr && wanted->fields.has("incident")) return wanted->fields.text("incident") == incident.id;
  const std::string& subject = expectation.outcome.subject;
  if (subject == incident.id || contains(incident.blast_radius, subject)) return true;
  return wanted != nullptr && is_alert(expectation) &&
         std::ranges::any_of(record.alerts, [&](const record::AlertRecord& alert) {
           return alert.incident == incident.id && incident::matches(*wanted, alert);
         });
}

}  // namespace firedrill::reports
