#include "reports/response.h"

#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "incident/measures/measures.h"

namespace firedrill::reports {
namespace {

using record::IncidentRecord;
using record::Measure;
using record::Record;

Standing worse(Standing a, Standing b) {
  return std::max(a, b);
}

Standing against(const Measure& measure, const incident::DefaultTarget& target) {
  if (*measure.value > target.alarming) return Standing::bad;
  // A lower bound below the target does not show that it was met.
  return *measure.value < target.target && !measure.censored ? Standing::good : Standing::late;
}

Standing against(const Measure& measure, const Target& expected) {
  if (!expected.at_most) return Standing::none;
  return expected.exceeded_by(measure) ? Standing::late : Standing::good;
}

// What is not grave may wait, or be for a ticket alone: that it was noticed late is the worst to be said.
bool may_wait(const IncidentRecord& incident) {
  return incident.peak && *incident.peak >= record::SeverityLevel::p2 && incident.times.first_sign_at;
}

std::string state_of(const IncidentRecord& incident, const Measure& measure, Standing standing) {
  if (measure.censored && measure.name == "ttd")
    return incident.times.first_sign_at ? "nobody was paged" : "nobody detected it";
  if (measure.censored) return "not when the run ended";
  if (measure.early) return "ahead of the breach";
  switch (standing) {
    case Standing::good:
      return "in time";
    case Standing::late:
      return "late";
    case Standing::bad:
      return "alarmingly late";
    case Standing::none:
      break;
  }
  return "no target";
}

// "2 m 30 s" of what has a note in brackets behind it.
std::string value_of(const Measure& measure) {
  return measure.text.substr(0, measure.text.find(" ("));
}

std::string detection(const Record& record, const IncidentRecord& incident) {
  const Measure* ttd = incident.measure("ttd");
  if (ttd == nullptr || !ttd->value) return "";
  const TimeStanding found = standing_of(record, incident, "ttd");
  if (ttd->censored || ttd->early) return ttd->early ? "detected ahead of the breach" : found.state;
  return format("detected {}, after {} ({})", found.state, value_of(*ttd), found.target());
}

std::string others(const Record& record, const IncidentRecord& incident) {
  std::string out;
  for (const auto& spec : incident::measure_specs()) {
    if (spec.name == "ttd") continue;
    const Measure* measure = incident.measure(spec.name);
    const TimeStanding found = standing_of(record, incident, spec.name);
    if (measure == nullptr || found.standing <= Standing::good) continue;
    const std::string target = found.target();
    out += format("; {} {}: {}{}", spec.title, found.state, value_of(*measure),
                  target.empty() ? "" : format(" ({})", target));
  }
  return out;
}

// What was in time, of what broke nothing: there is no detection to tell of.
std::string kept(const Record& record, const IncidentRecord& incident) {
  std::string out;
  for (const auto& spec : incident::measure_specs()) {
    const Measure* measure = incident.measure(spec.name);
    const TimeStanding found = standing_of(record, incident, spec.name);
    if (measure == nullptr || found.standing != Standing::good) continue;
    out += format("; {} {}: {} ({})", spec.title, found.state, value_of(*measure), found.target());
  }
  return out;
}

// Of the on-call file; half as much again is alarming.
std::optional<incident::DefaultTarget> response_target(const Record& record, const IncidentRecord& incident) {
  if (!record.on_call || !incident.peak) return std::nullopt;
  const auto target = record.on_call->target_of(*incident.peak);
  if (!target) return std::nullopt;
  return incident::DefaultTarget{.target = *target, .alarming = *target * 3 / 2};
}

}  // namespace

std::string_view sign_of(Standing standing) {
  return standing == Standing::good ? "✓" : standing == Standing::late ? "◷" : standing == Standing::bad ? "✕" : "–";
}

std::string_view css_of(Standing standing) {
  return standing == Standing::good   ? "good"
         : standing == Standing::late ? "warn"
         : standing == Standing::bad  ? "bad"
                                      : "plain";
}

std::string TimeStanding::wanted() const {
  std::string out = default_target ? "< " + describe_duration(default_target->target) : "";
  if (expected.any()) out += format("{}expected: {}", out.empty() ? "" : "; ", expected.words());
  return out;
}

std::string TimeStanding::target() const {
  return (default_target ? "target " : "") + wanted();
}

TimeStanding standing_of(const Record& record, const IncidentRecord& incident, std::string_view name) {
  TimeStanding found;
  found.state = "no target";
  const Measure* measure = incident.measure(name);
  if (measure == nullptr || !measure->value) return found;
  found.default_target =
      name == "tta" ? response_target(record, incident) : incident::default_target(name, incident.peak);
  found.expected = target_of(record, incident, name);
  found.standing = against(*measure, found.expected);
  if (found.default_target) found.standing = worse(found.standing, against(*measure, *found.default_target));
  if (measure->censored && (name == "ttd" || name == "ttr")) found.standing = Standing::bad;
  if (name == "ttd" && may_wait(incident)) found.standing = std::min(found.standing, Standing::late);
  found.state = state_of(incident, *measure, found.standing);
  return found;
}

Response response_of(const Record& record, const IncidentRecord& incident) {
  Response response;
  for (const auto& spec : incident::measure_specs())
    response.standing = worse(response.standing, standing_of(record, incident, spec.name).standing);
  if (response.standing == Standing::none) return response;
  response.words = detection(record, incident) + others(record, incident);
  if (response.words.empty()) response.words = kept(record, incident);
  if (response.words.starts_with("; ")) response.words.erase(0, 2);
  return response;
}

namespace {

// Of several incidents none of which broke anything: of how many a time was late.
std::string times_of_all(const Record& record) {
  std::size_t late = 0, all = 0;
  for (const IncidentRecord& incident : record.incidents) {
    const Response response = response_of(record, incident);
    if (response.standing == Standing::none) continue;
    ++all;
    late += response.standing > Standing::good ? 1 : 0;
  }
  return format("of {} incident{} with a time that is asked, it was late in {}", all, all == 1 ? "" : "s", late);
}

}  // namespace

Response response_of(const Record& record) {
  if (record.incidents.size() == 1) return response_of(record, record.incidents.front());
  Response response;
  std::size_t all = 0, in_time = 0, late = 0, unheard = 0, open = 0;
  for (const IncidentRecord& incident : record.incidents) {
    response.standing = worse(response.standing, response_of(record, incident).standing);
    const Measure* ttd = incident.measure("ttd");
    if (ttd == nullptr || !ttd->value) continue;
    const bool good = standing_of(record, incident, "ttd").standing <= Standing::good;
    ++all;
    ++(ttd->censored ? unheard : good ? in_time : late);
    const Measure* ttr = incident.measure("ttr");
    open += ttr != nullptr && ttr->value && ttr->censored;
  }
  if (response.standing == Standing::none) return response;
  if (all > 0) {
    response.words = format("of {} incident{} that broke something, {} in time", all, all == 1 ? "" : "s",
                            in_time == 1 ? "1 was detected" : format("{} were detected", in_time));
    if (late > 0) response.words += format(", {} late", late);
    if (unheard > 0) response.words += format(", {} undetected", unheard);
  }
  if (all == 0 && open == 0) response.words = times_of_all(record);
  if (open > 0)
    response.words += format("{}{} not resolved when the run ended", response.words.empty() ? "" : "; ", open);
  return response;
}

std::string_view response_word(Standing standing) {
  switch (standing) {
    case Standing::good:
      return "Response in time";
    case Standing::late:
      return "Response late";
    case Standing::bad:
      return "Response poor";
    case Standing::none:
      break;
  }
  return "";
}

}  // namespace firedrill::reports
