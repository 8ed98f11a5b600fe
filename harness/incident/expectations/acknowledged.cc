// acknowledged: somebody takes it on, in time.
#include <algorithm>
#include <array>

#include "base/duration.h"
#include "base/text/format.h"
#include "incident/expectations/expectation_table.h"
#include "incident/people/walk.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr std::array<std::string_view, 2> kCommon{"since", "within"};

// What the on-call file asks of an incident so severe, where nothing is said.
void take_response_target(const Expectation& expectation, const Record& record, PeopleWindow& window,
                          Outcome& outcome) {
  if (expectation.fields.has("within")) return;
  const IncidentRecord* incident = incident_of(expectation, record);
  if (incident == nullptr || !incident->peak) return;
  const auto target = record.on_call->target_of(*incident->peak);
  if (!target) return;
  // Less than the target is wanted.
  window.deadline = std::min(window.since.t + *target - 1ms, record.judged_to);
  outcome.expected += format(" in less than {} after {}, as the on-call file asks of a {}", describe_duration(*target),
                             window.since.name, to_string(*incident->peak));
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable& /*series*/) {
  Outcome outcome;
  outcome.subject = expectation.fields.text("tier");
  outcome.expected = format("{} acknowledges{}", role_wanted(expectation), page_wanted(expectation));
  if (!has_people(record, outcome)) return outcome;
  auto window = people_window(expectation, record, "detected", outcome);
  if (!window) return outcome;
  take_response_target(expectation, record, *window, outcome);
  judge_first(walk(expectation, record, events::EventKind::oncall_acknowledged), *window, record, "acknowledged",
              outcome);
  return outcome;
}

}  // namespace

ExpectationKind acknowledged() {
  return {.name = "acknowledged",
          .doc =
              "Somebody who was called acknowledges (as the tier, if one is named), within the time given since the "
              "incident was detected (or since another step). Without `within` it is to take less than the on-call "
              "file's response target for the severity that the incident reached.",
          .common = kCommon,
          .own = page_fields(),
          .names_alert = false,
          .check = check_people,
          .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
