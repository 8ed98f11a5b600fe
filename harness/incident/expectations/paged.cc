// paged: somebody is called, in time.
#include <array>

#include "base/text/format.h"
#include "incident/expectations/expectation_table.h"
#include "incident/people/walk.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr std::array<std::string_view, 2> kCommon{"since", "within"};

// Where the walk went instead.
std::string nearest_miss(const Expectation& expectation, const Record& record, Time since) {
  Expectation any = expectation;
  any.fields = {};
  for (const events::Event* each : walk(any, record, events::EventKind::oncall_paged)) {
    if (each->t < since) continue;
    return format("{} was paged at {}, for {}", role_of(*each), when(record, each->t), each->text("alert"));
  }
  return "nobody at all was paged since";
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable& /*series*/) {
  Outcome outcome;
  outcome.subject = expectation.fields.text("tier");
  outcome.expected = format("{} is paged{}", role_wanted(expectation), page_wanted(expectation));
  if (!has_people(record, outcome)) return outcome;
  const auto window = people_window(expectation, record, "firing", outcome);
  if (!window) return outcome;
  judge_first(walk(expectation, record, events::EventKind::oncall_paged), *window, record, "was paged", outcome);
  if (outcome.result == Verdict::fail && outcome.why.empty()) {
    outcome.why = nearest_miss(expectation, record, window->since.t);
  }
  return outcome;
}

}  // namespace

ExpectationKind paged() {
  return {
      .name = "paged",
      .doc =
          "A person is called, by the on-call file: whoever is on call in the tier (in any, if none is named), within "
          "the time given since the first alert of the incident fired (or since another step). A failure says who "
          "was called instead.",
      .common = kCommon,
      .own = page_fields(),
      .names_alert = false,
      .check = check_people,
      .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
