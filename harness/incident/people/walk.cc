#include "incident/people/walk.h"

#include <algorithm>

#include "base/contains.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "incident/incidents/incidents.h"

namespace firedrill::incident {
using namespace record;

std::span<const FieldSpec> page_fields() {
  static constexpr std::array kFields{
      FieldSpec{.name = "tier", .doc = "The tier, as the on-call file names it; without it any."},
      FieldSpec{.name = "alert", .doc = "Only pages with this alert."},
      FieldSpec{.name = "incident", .doc = "Only pages of this incident; `since` is about it, or about the first one."},
  };
  return kFields;
}

void check_people(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  if (names.tiers.empty()) {
    diagnostics.push_back({Severity::error, expectation.fields.where("kind"),
                           format("'{}' is about people, and nobody is on call", expectation.kind),
                           "add `oncall_file: oncall.yaml`"});
    return;
  }
  check_known(expectation, "tier", "tier", names.tiers, diagnostics);
  check_known(expectation, "alert", "alert", names.alerts, diagnostics);
  check_known(expectation, "incident", "incident", names.incidents, diagnostics);
}

bool has_people(const Record& record, Outcome& outcome) {
  if (record.on_call) return true;
  outcome.result = Verdict::invalid;
  outcome.observed = "nobody is on call";
  outcome.why = "the run has no on-call file";
  return false;
}

std::string role_wanted(const Expectation& expectation) {
  return expectation.fields.text("tier", "somebody");
}

std::string page_wanted(const Expectation& expectation) {
  std::string out;
  if (expectation.fields.has("alert")) out += " for " + expectation.fields.text("alert");
  if (expectation.fields.has("incident")) out += " in " + expectation.fields.text("incident");
  return out;
}

std::string role_of(const events::Event& event) {
  const std::string tier = event.text("tier");
  return tier.empty() ? event.subject : tier;
}

std::vector<const events::Event*> walk(const Expectation& expectation, const Record& record, events::EventKind kind) {
  const Fields& fields = expectation.fields;
  const IncidentRecord* incident = fields.has("incident") ? record.incident(fields.text("incident")) : nullptr;
  std::vector<const events::Event*> found;
  for (const events::Event& event : record.timeline) {
    if (event.kind != kind || event.t < record.judged_from) continue;
    if (fields.has("tier") && role_of(event) != fields.text("tier")) continue;
    if (fields.has("alert") && !contains(split_alerts(event.text("alert")), fields.text("alert"))) continue;
    if (fields.has("incident") && (incident == nullptr || !concerns(record, *incident, event))) continue;
    found.push_back(&event);
  }
  return found;
}

std::optional<PeopleWindow> people_window(const Expectation& expectation, const Record& record,
                                          std::string_view fallback, Outcome& outcome) {
  const Fields& fields = expectation.fields;
  auto since = resolve_since(expectation, record, record.incidents.empty() ? "start" : fallback);
  if (!since) {
    outcome.result = Verdict::invalid;
    outcome.observed = "nothing to count from";
    outcome.why = since.error();
    return std::nullopt;
  }
  PeopleWindow window{*std::move(since), record.judged_to};
  if (!fields.has("within")) return window;
  window.deadline = std::min(window.since.t + fields.duration("within"), record.judged_to);
  outcome.expected += format(" within {} of {}, by {}", describe_duration(fields.duration("within")), window.since.name,
                             when(record, window.deadline));
  return window;
}

void judge_first(const std::vector<const events::Event*>& events, const PeopleWindow& window, const Record& record,
                 std::string_view did, Outcome& outcome) {
  const auto first = std::ranges::find_if(events, [&](const events::Event* each) { return each->t >= window.since.t; });
  if (first == events.end()) {
    outcome.result = Verdict::fail;
    outcome.observed = format("nobody {}", did);
    if (!events.empty()) {
      outcome.why =
          format("only before that: {} {} at {}", role_of(*events.back()), did, when(record, events.back()->t));
    }
    return;
  }
  const events::Event& event = **first;
  outcome.observed = format("{} {} at {}, {} after {}", role_of(event), did, when(record, event.t),
                            describe_duration(event.t - window.since.t), window.since.name);
  if (event.t <= window.deadline) return;
  outcome.result = Verdict::fail;
  outcome.why = format("{} late", describe_duration(event.t - window.deadline));
}

}  // namespace firedrill::incident
