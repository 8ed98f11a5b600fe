#include "incident/expectations/expectation_context.h"

#include <algorithm>
#include <array>

#include "base/contains.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "incident/alerts/alert_match.h"
#include "incident/truth.h"
#include "record/clock.h"

namespace firedrill::incident {
using namespace record;
namespace {

constexpr std::array<std::string_view, 9> kSince{"start",    "injected",     "breached",  "firing",   "detected",
                                                 "notified", "acknowledged", "mitigated", "recovered"};

struct Reference {
  std::optional<Time> t;
  std::string_view name;
  std::string_view never;
};

std::optional<Time> last_recovery(const Record& record, const IncidentRecord& incident) {
  std::optional<Time> last;
  for (const std::string& id : incident.faults) {
    const FaultRecord* fault = record.fault(id);
    if (fault == nullptr || !fault->recovered_at) return std::nullopt;
    if (!last || *fault->recovered_at > *last) last = fault->recovered_at;
  }
  return last;
}

Reference reference(std::string_view since, const Record& record, const IncidentRecord& incident) {
  const IncidentTimes& t = incident.times;
  if (since == "injected") return {t.injected_at, "the injection", "its fault was never injected"};
  if (since == "breached") return {t.breached_at, "the breach", nothing_broke(record, incident)};
  if (since == "firing") return {t.first_sign_at, "the first alert", "no alert of it fired"};
  if (since == "detected") return {t.detected_at, "the detection", "nobody detected it"};
  if (since == "notified") return {t.notified_at, "the notification", "nobody was notified"};
  if (since == "acknowledged") return {t.acknowledged_at, "the acknowledgement", "nobody acknowledged"};
  if (since == "mitigated") return {t.mitigated_at, "the mitigation", "it was not mitigated"};
  return {last_recovery(record, incident), "the end of the fault", "its fault was not removed"};
}

}  // namespace

std::string_view nothing_broke(const Record& record, const IncidentRecord& incident) {
  if (!judged_by_minutes(record)) return "no full minute was judged, by which objectives are";
  return incident.peak && *incident.peak < SeverityLevel::p3
             ? "no SLO was missed, and no severity threshold that was crossed is put down to it"
             : "no SLO was missed and no severity threshold crossed";
}

const IncidentRecord* incident_of(const Expectation& expectation, const Record& record) {
  if (const std::string id = expectation.fields.text("incident"); !id.empty()) return record.incident(id);
  const auto owner = std::ranges::find_if(
      record.alerts, [&](const AlertRecord& alert) { return !alert.incident.empty() && matches(expectation, alert); });
  if (owner != record.alerts.end()) return record.incident(owner->incident);
  return record.incidents.empty() ? nullptr : &record.incidents.front();
}

std::span<const std::string_view> since_choices() {
  return kSince;
}

std::expected<Since, std::string> resolve_since(const Expectation& expectation, const Record& record,
                                                std::string_view fallback) {
  const std::string since = expectation.fields.text("since", fallback);
  if (since == "start") return Since{record.judged_from, "the start"};
  const IncidentRecord* incident = incident_of(expectation, record);
  if (incident == nullptr) return std::unexpected(format("it counts from '{}', and the run has no incident", since));
  const Reference found = reference(since, record, *incident);
  if (!found.t)
    return std::unexpected(format("it counts from {} of {}, and {}", found.name, incident->id, found.never));
  return Since{*found.t, std::string(found.name)};
}

Span judged_span(const Expectation& expectation, const Record& record) {
  const Duration whole = record.judged_to - record.judged_from;
  return {record.judged_from + expectation.fields.duration("from"),
          record.judged_from + std::min(whole, expectation.fields.duration("to", whole))};
}

std::string when(const Record& record, Time t) {
  if (t < record.judged_from) return format("{}, in the warm-up", clock_of(record, t));
  // Cut as a clock is, which stands beside it.
  return format("{} ({})", describe_at_least(t - record.judged_from), clock_of(record, t));
}

std::string describe_alert(const Expectation& expectation) {
  std::vector<model::Label> labels;
  for (const auto& [name, value] : expectation.fields.text_map("labels")) labels.push_back({name, value});
  if (expectation.fields.has("severity")) labels.push_back({"severity", expectation.fields.text("severity")});
  const std::string alert = expectation.fields.text("alert");
  return labels.empty() ? alert : format("{} {}", alert, model::Labels::from(std::move(labels)).to_string());
}

void check_name(const Expectation& expectation, std::string_view field, std::string_view what,
                const std::string& written, std::span<const std::string> names, Diagnostics& diagnostics) {
  if (contains(names, written)) return;
  const std::string remedy =
      names.empty() ? format("the scenario has no {}; remove it, or add one", what) : suggest(written, names);
  diagnostics.push_back(
      {Severity::error, expectation.fields.where(field), format("unknown {} '{}'", what, written), remedy});
}

void check_known(const Expectation& expectation, std::string_view field, std::string_view what,
                 std::span<const std::string> names, Diagnostics& diagnostics) {
  if (!expectation.fields.has(field)) return;
  check_name(expectation, field, what, expectation.fields.text(field), names, diagnostics);
}

}  // namespace firedrill::incident
