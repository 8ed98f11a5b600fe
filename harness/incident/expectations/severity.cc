// severity: how bad an incident became, and how soon.
#include "incident/severity/severity.h"
#include "incident/expectations/expectation_table.h"

#include <algorithm>
#include <array>

#include "base/duration.h"
#include "base/text/format.h"
#include "incident/expectations/expectation_context.h"
#include "incident/expectations/known_names.h"
#include "incident/incidents/incidents.h"
#include "incident/severity/severity_distance.h"
#include "incident/truth.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr std::array<std::string_view, 2> kCommon{"since", "within"};
constexpr std::array<std::string_view, 4> kLevels{"P0", "P1", "P2", "P3"};
constexpr std::array kOwn{
    FieldSpec{.name = "incident", .doc = "The incident; without it the first one."},
    FieldSpec{.name = "peak", .doc = "The worst severity that it reaches; with `within`, so soon.", .choices = kLevels},
    FieldSpec{.name = "no_worse_than",
              .doc = "A severity that it does not exceed; `since` and `within` have no say in it.",
              .choices = kLevels},
};

void check(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  check_known(expectation, "incident", "incident", names.incidents, diagnostics);
  const Fields& fields = expectation.fields;
  const auto fault = [&](std::string_view field, std::string what, std::string remedy) {
    diagnostics.push_back({Severity::error, fields.where(field), std::move(what), std::move(remedy)});
  };
  if (!fields.has("peak") && !fields.has("no_worse_than")) {
    diagnostics.push_back({Severity::error, fields.where(), "a severity is missing", "add peak or no_worse_than"});
  } else if (fields.has("peak") && fields.has("no_worse_than")) {
    fault("no_worse_than", "the peak says already how bad it may become", "leave one of the two out");
  }
  if (!fields.has("peak") && fields.has("within")) {
    fault("within", "only a peak can be reached within a time", "add peak");
  }
}

std::string evolution(const Record& record, const IncidentRecord& incident) {
  std::string out;
  for (const SeverityChange& change : incident.severity) {
    out += format("{}{} from {}", out.empty() ? "" : ", ", to_string(change.level), when(record, change.t));
  }
  return out;
}

// The first change to this level.
const SeverityChange* reached(const IncidentRecord& incident, SeverityLevel level) {
  const auto it = std::ranges::find(incident.severity, level, &SeverityChange::level);
  return it == incident.severity.end() ? nullptr : &*it;
}

std::string why_not(const Record& record, const IncidentRecord& incident, SeverityLevel wanted) {
  if (*incident.peak < wanted) {
    const SeverityChange* worst = reached(incident, *incident.peak);
    return format("it was worse: {} from {}, since {}", to_string(*incident.peak), when(record, worst->t), worst->why);
  }
  return format("it was milder: for {}, {}", to_string(wanted), nearest_threshold(record, incident, wanted));
}

void judge_peak(const Expectation& expectation, const Record& record, const IncidentRecord& incident,
                SeverityLevel wanted, std::optional<Time> deadline, Outcome& outcome) {
  if (!incident.peak) {
    outcome.result = Verdict::fail;
    outcome.observed = format("{} never opened", incident.id);
    outcome.why = "it missed no objective, crossed no severity threshold, and no alert of it fired, so it has none";
    return;
  }
  outcome.observed = format("peak {}: {}", to_string(*incident.peak), evolution(record, incident));
  if (*incident.peak != wanted) {
    outcome.result = Verdict::fail;
    outcome.why = why_not(record, incident, wanted);
    return;
  }
  const Time t = reached(incident, wanted)->t;
  if (!deadline || t <= *deadline) return;
  outcome.result = Verdict::fail;
  outcome.why = format("{} was reached at {}, {} late; by then, {}", expectation.fields.text("peak"), when(record, t),
                       describe_duration(t - *deadline), nearest_threshold(record, incident, wanted, *deadline));
}

void judge_bound(const Record& record, const IncidentRecord& incident, SeverityLevel bound, Outcome& outcome) {
  outcome.observed =
      incident.peak ? format("peak {}: {}", to_string(*incident.peak), evolution(record, incident))
                    : format(
                          "{} never opened: it missed no objective, crossed no severity threshold, and no alert of "
                          "it fired",
                          incident.id);
  if (!incident.peak || *incident.peak >= bound) return;
  outcome.result = Verdict::fail;
  outcome.why = why_not(record, incident, bound);
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable&) {
  const Fields& fields = expectation.fields;
  const IncidentRecord* incident = incident_of(expectation, record);
  const bool peak = fields.has("peak");
  const std::string written = fields.text(peak ? "peak" : "no_worse_than");
  const SeverityLevel wanted = parse_severity(written).value_or(SeverityLevel::p3);
  Outcome outcome;
  outcome.subject = incident != nullptr ? incident->id : fields.text("incident");
  outcome.expected = format("{} {} {} ({})", outcome.subject.empty() ? "the incident" : outcome.subject,
                            peak ? "peaks at" : "is no worse than", written, describe(wanted));
  const auto invalid = [&](std::string why) {
    outcome.result = Verdict::invalid;
    outcome.observed = "nothing to look at";
    outcome.why = std::move(why);
    return outcome;
  };
  if (incident == nullptr) return invalid("the run has no incident");
  if (!incident->times.injected_at) return invalid("its fault was never injected");
  if (!judged_by_minutes(record)) return invalid("less than a full minute was judged, and severity goes by them");
  if (minute_count(record) == 0) return invalid("the record keeps no minutes of the entry points");
  std::optional<Time> deadline;
  if (peak && fields.has("within")) {
    const auto since = resolve_since(expectation, record, "injected");
    if (!since) return invalid(since.error());
    deadline = since->t + fields.duration("within");
    outcome.expected += format(" within {} of {}, by {}", describe_duration(fields.duration("within")), since->name,
                               when(record, *deadline));
  }
  peak ? judge_peak(expectation, record, *incident, wanted, deadline, outcome)
       : judge_bound(record, *incident, wanted, outcome);
  return outcome;
}

}  // namespace

ExpectationKind severity() {
  return {.name = "severity",
          .doc =
              "The worst severity of an incident, P0 to P3, is this one, and is reached within a time; or it is no "
              "worse than that. Severity follows from the error rate, the 95th percentile, the users affected and the "
              "availability of the entry points over the last five minutes, each minute, by the thresholds that the "
              "scenario may set under `severity`. A failure names the threshold that was crossed, or the one that was "
              "nearest to being crossed.",
          .common = kCommon,
          .own = kOwn,
          .names_alert = false,
          .check = check,
          .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
