// The top of the page: what it is, how it went, and the few figures that matter.
#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "record/record.h"
#include "reports/escape.h"
#include "reports/html/incidents.h"
#include "reports/html/sections.h"
#include "reports/incident_words.h"
#include "reports/response.h"
#include "reports/words.h"

namespace firedrill::reports::html {
namespace {

using record::IncidentRecord;
using record::Record;
using record::Verdict;

std::string_view css_of(Verdict verdict) {
  return verdict == Verdict::pass     ? "good"
         : verdict == Verdict::fail   ? "bad"
         : verdict == Verdict::scored ? "plain"
                                      : "warn";
}

// `state` is markup.
std::string tile(std::string_view label, const std::string& value, std::string_view note,
                 const std::string& state = "") {
  return format("<div class=\"tile\"><dt>{}</dt><dd><span class=\"value\">{}</span>{}{}</dd></div>", label,
                escape_markup(value), state,
                note.empty() ? "" : format("<span class=\"quiet\">{}</span>", escape_markup(note)));
}

std::string measure_tile(const Record& record, const IncidentRecord& incident, std::string_view name,
                         std::string_view label) {
  const record::Measure* measure = incident.measure(name);
  if (measure == nullptr || !measure->value) return "";
  // The words in brackets stand in the table of times.
  const std::string value = measure->text.substr(0, measure->text.find(" ("));
  const TimeStanding standing = standing_of(record, incident, name);
  const std::string target = standing.target();
  return tile(label, value, target.empty() ? "no target" : target,
              standing.standing == Standing::none ? "" : state_badge(standing));
}

std::string failed_tile(const IncidentRecord& incident) {
  const double share = incident.requests > 0 ? incident.requests_failed / incident.requests : 0;
  return tile("Requests failed", grouped(incident.requests_failed), describe_ratio(share) + " while it lasted");
}

std::string budget_tile(const Record& record) {
  const auto least = std::ranges::min_element(record.slos, {}, &record::SloRecord::budget_left);
  if (least == record.slos.end()) return "";
  return tile("Error budget left", describe_ratio(least->budget_left), least->name);
}

std::string tiles_of_one(const Record& record, const IncidentRecord& incident) {
  const std::string level = incident.peak ? std::string(record::to_string(*incident.peak)) : "none";
  std::string out =
      tile("Peak severity", level, incident.peak ? record::describe(*incident.peak) : without_peak(record));
  out += measure_tile(record, incident, "ttd", "Time to detect");
  out += measure_tile(record, incident, "ttr", "Time to resolve");
  return out + (incident.peak ? failed_tile(incident) : "");
}

// The rest stands in the table of incidents.
std::string tiles_of_several(const Record& record) {
  const auto opened =
      std::ranges::count_if(record.incidents, [](const auto& incident) { return incident.peak.has_value(); });
  const IncidentRecord& worst = *worst_incident(record);
  std::string out = tile("Incidents", format("{}", record.incidents.size()), format("{} opened", opened));
  return out + (worst.peak ? tile("Worst severity", std::string(record::to_string(*worst.peak)), worst.id)
                           : tile("Worst severity", "none", "none ever opened"));
}

std::string tiles(const Record& record) {
  std::string out;
  if (record.incidents.size() == 1) {
    out = tiles_of_one(record, record.incidents.front());
  } else if (!record.incidents.empty()) {
    out = tiles_of_several(record);
  } else if (!record.drill) {
    const auto fired = std::ranges::count_if(
        record.alerts, [](const auto& alert) { return alert.firing_at && alert.attribution == "spurious"; });
    out = tile("Alerts out of place", format("{}", fired), "");
  }
  if (record.drill) {
    const record::DrillRecord& drill = *record.drill;
    out += tile("Points", format("{:.0f} of {:.0f}", drill.points(), drill.most()), drill.name);
    return "<dl class=\"tiles\">" + out + budget_tile(record) + "</dl>";
  }
  const auto passed =
      std::ranges::count_if(record.expectations, [](const auto& e) { return e.outcome.result == Verdict::pass; });
  out += tile("Expectations met", format("{} of {}", passed, record.expectations.size()), "");
  return "<dl class=\"tiles\">" + out + budget_tile(record) + "</dl>";
}

std::string response_line(const Response& response) {
  if (response.standing == Standing::none) return "";
  return format("<p class=\"result\">{} <span>{}.</span></p>",
                badge(css_of(response.standing), sign_of(response.standing), response_word(response.standing)),
                escape_markup(sentence_case(response.words)));
}

// A drill that passes is green only if the response was in time too.
std::string_view css_of(const Record& record, const Response& response) {
  const bool late = response.standing > Standing::good;
  return record.verdict == Verdict::pass && late ? "warn" : css_of(record.verdict);
}

std::string failures(const Record& record) {
  if (record.drill) return "";
  const auto all = unmet(record);
  const bool blind = std::ranges::any_of(record.faults, [](const auto& fault) { return !fault.witness.seen_at; });
  if (all.empty() && !blind) return "";
  std::string out = "<div class=\"unmet\"><h2>Why</h2><ul>";
  for (const auto& fault : record.faults) {
    if (fault.witness.seen_at) continue;
    out += format(
        "<li>{} <strong>{}</strong><p>{} on {} was not witnessed in the traffic{}. A drill whose fault is not seen "
        "shows "
        "nothing.</p></li>",
        badge("warn", "!", "invalid"), escape_markup(fault.id), escape_markup(fault.kind), escape_markup(fault.target),
        fault.witness.what.empty() ? "" : ": " + escape_markup(fault.witness.what));
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
  const std::string strain = strain_words(record);
  const Response response = response_of(record);
  return format(
      "<header class=\"verdict {}\"><p class=\"crumb\">Game-day report</p><h1>{}</h1>"
      "<p class=\"result\">{} <span>{}.</span></p>{}<p class=\"headline\">{}</p>{}{}{}<p class=\"quiet\">{}</p>"
      "<p class=\"quiet\">{} · seed {} · {} world, {} monitor · all times UTC</p></header>{}",
      css_of(record, response), escape_markup(record.scenario),
      badge(css_of(record.verdict), verdict_sign(record.verdict), verdict_word(record.verdict)),
      escape_markup(sentence_case(record.verdict_why)), response_line(response), escape_markup(headline(record)),
      strain.empty() ? "" : format("<p>{} {}</p>", badge("warn", "!", "machine"), escape_markup(strain)), tiles(record),
      incident_rows(record), escape_markup(record.summary), escape_markup(span_words(record)), record.seed,
      escape_markup(record.world), escape_markup(record.monitor), failures(record));
}

}  // namespace firedrill::reports::html
