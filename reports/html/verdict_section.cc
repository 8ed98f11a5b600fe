// The top of the page: what it is, how it went, and the few figures that matter.
#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "reports/escape.h"
#include "reports/html/sections.h"
#include "reports/words.h"

namespace firedrill::reports::html {
namespace {

using record::IncidentRecord;
using record::Record;
using record::Verdict;

std::string_view css_of(Verdict verdict) {
  return verdict == Verdict::pass ? "good" : verdict == Verdict::fail ? "bad" : "warn";
}

std::string tile(std::string_view label, const std::string& value, std::string_view note) {
  return format("<div class=\"tile\"><dt>{}</dt><dd><span class=\"value\">{}</span>{}</dd></div>", label,
                escape_markup(value),
                note.empty() ? "" : format("<span class=\"quiet\">{}</span>", escape_markup(note)));
}

const IncidentRecord* worst(const Record& record) {
  const auto level = [](const IncidentRecord& incident) {
    return incident.peak ? static_cast<int>(*incident.peak) : 9;
  };
  const auto it = std::ranges::min_element(record.incidents, {}, level);
  return it == record.incidents.end() ? nullptr : &*it;
}

std::string joined(std::string_view a, std::string_view b) {
  return a.empty() || b.empty() ? format("{}{}", a, b) : format("{}, {}", a, b);
}

// `of` is whose time it is, where that is not plain.
std::string measure_tile(const IncidentRecord& incident, std::string_view of, std::string_view name,
                         std::string_view label) {
  const record::Measure* measure = incident.measure(name);
  if (measure == nullptr || !measure->value) return "";
  // The words in brackets stand in the table of times.
  const std::string value = measure->text.substr(0, measure->text.find(" ("));
  const std::string_view note = measure->early      ? "ahead of the breach"
                                : measure->censored ? "not when the run ended"
                                                    : "";
  return tile(label, value, joined(note, of));
}

std::string failed_tile(const IncidentRecord& incident, std::string_view name) {
  const double share = incident.requests > 0 ? incident.requests_failed / incident.requests : 0;
  return tile("Requests failed", grouped(incident.requests_failed),
              format("{} while {} lasted", describe_ratio(share), name));
}

std::string budget_tile(const Record& record) {
  const auto least = std::ranges::min_element(record.slos, {}, &record::SloRecord::budget_left);
  if (least == record.slos.end()) return "";
  return tile("Error budget left", describe_ratio(least->budget_left), least->name);
}

std::string tiles(const Record& record) {
  std::string out;
  if (const IncidentRecord* incident = worst(record); incident != nullptr) {
    // Of several the worst one stands here, by its name.
    const bool several = record.incidents.size() > 1;
    const std::string of = several ? incident->id : "";
    const std::string level = incident->peak ? std::string(record::to_string(*incident->peak)) : "none";
    out += incident->peak ? tile("Peak severity", level, joined(record::describe(*incident->peak), of))
                          : tile("Peak severity", level, several ? "none ever opened" : "never opened");
    out += measure_tile(*incident, of, "ttd", "Time to detect");
    out += measure_tile(*incident, of, "ttr", "Time to resolve");
    out += incident->peak ? failed_tile(*incident, several ? incident->id : "it") : "";
  } else {
    const auto fired = std::ranges::count_if(
        record.alerts, [](const auto& alert) { return alert.firing_at && alert.attribution == "spurious"; });
    out += tile("Alerts out of place", format("{}", fired), "");
  }
  const auto passed =
      std::ranges::count_if(record.expectations, [](const auto& e) { return e.outcome.result == Verdict::pass; });
  out += tile("Expectations met", format("{} of {}", passed, record.expectations.size()), "");
  return "<dl class=\"tiles\">" + out + budget_tile(record) + "</dl>";
}

std::string failures(const Record& record) {
  const auto all = unmet(record);
  const bool blind = std::ranges::any_of(record.faults, [](const auto& fault) { return !fault.witness.seen_at; });
  if (all.empty() && !blind) return "";
  std::string out = "<div class=\"unmet\"><h2>Why</h2><ul>";
  for (const auto& fault : record.faults) {
    if (fault.witness.seen_at) continue;
    out += format(
        "<li>{} <strong>{}</strong><p>No symptom of {} on {} was measured in the traffic. A drill whose fault has no "
        "effect shows nothing.</p></li>",
        badge("warn", "!", "invalid"), escape_markup(fault.id), escape_markup(fault.kind), escape_markup(fault.target));
  }
  for (const auto* expectation : all) {
    const auto& outcome = expectation->outcome;
    const std::string& cause = outcome.why.empty() ? outcome.observed : outcome.why;
    out += format(
        "<li>{} <strong>{}</strong> <span class=\"kind\">{}</span><p>{}.</p><p class=\"quiet\">Expected: {}. Observed: "
        "{}.</p></li>",
        badge(css_of(outcome.result), verdict_sign(outcome.result), record::to_string(outcome.result)),
        escape_markup(expectation->id), escape_markup(expectation->kind), escape_markup(sentence_case(cause)),
        escape_markup(outcome.expected), escape_markup(outcome.observed));
  }
  return out + "</ul></div>";
}

}  // namespace

std::string banner(const Record& record) {
  return format("<p class=\"drill\" role=\"note\"><strong>DRILL</strong> {}</p>",
                record.world == "live" ? "Real processes, broken on purpose on one machine. No production was touched."
                                       : "A simulated incident. Nothing here happened in production.");
}

std::string verdict(const Record& record) {
  return format(
      "<header class=\"verdict {}\"><p class=\"crumb\">Game-day report</p><h1>{}</h1>"
      "<p class=\"result\">{} <span>{}.</span></p><p class=\"headline\">{}</p>{}<p class=\"quiet\">{}</p>"
      "<p class=\"quiet\">{} · seed {} · {} world, {} monitor · all times UTC</p></header>{}",
      css_of(record.verdict), escape_markup(record.scenario),
      badge(css_of(record.verdict), verdict_sign(record.verdict), verdict_word(record.verdict)),
      escape_markup(sentence_case(record.verdict_why)), escape_markup(headline(record)), tiles(record),
      escape_markup(record.summary), escape_markup(span_words(record)), record.seed, escape_markup(record.world),
      escape_markup(record.monitor), failures(record));
}

}  // namespace firedrill::reports::html
