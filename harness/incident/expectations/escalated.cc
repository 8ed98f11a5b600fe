// escalated: the next tier is called, since the one before did not answer.
#include <array>

#include "base/text/format.h"
#include "incident/expectations/expectation_table.h"
#include "incident/people/walk.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr std::array<std::string_view, 2> kCommon{"since", "within"};

// Who answered instead.
std::string who_acknowledged(const Expectation& expectation, const Record& record, Time since) {
  Expectation any = expectation;
  any.fields = {};
  for (const events::Event* each : walk(any, record, events::EventKind::oncall_acknowledged)) {
    if (each->t >= since) return format("{} acknowledged at {}", role_of(*each), when(record, each->t));
  }
  return {};
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable& /*series*/) {
  Outcome outcome;
  outcome.subject = expectation.fields.text("tier");
  const std::string whom = expectation.fields.has("tier") ? expectation.fields.text("tier") : "another tier";
  outcome.expected = format("it is escalated to {}{}", whom, page_wanted(expectation));
  if (!has_people(record, outcome)) return outcome;
  const auto window = people_window(expectation, record, "firing", outcome);
  if (!window) return outcome;
  judge_first(walk(expectation, record, events::EventKind::oncall_escalated), *window, record, "was escalated to",
              outcome);
  if (outcome.result == Verdict::fail && outcome.why.empty()) {
    outcome.observed = "it was not escalated";
    outcome.why = who_acknowledged(expectation, record, window->since.t);
  }
  return outcome;
}

}  // namespace

ExpectationKind escalated() {
  return {
      .name = "escalated",
      .doc =
          "A page goes on to the tier (to any other, if none is named): whoever was called before has not "
          "acknowledged in time, nobody was on call there, or somebody hands it on. Within the time given since the "
          "first alert of the incident fired (or since another step).",
      .common = kCommon,
      .own = page_fields(),
      .names_alert = false,
      .check = check_people,
      .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
