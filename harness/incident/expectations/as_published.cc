// as_published: the run takes the published course.
#include <algorithm>

#include "base/duration.h"
#include "base/report.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "incident/course/course.h"
#include "incident/expectations/expectation_context.h"
#include "incident/expectations/expectation_table.h"
#include "incident/expectations/known_names.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

void check(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  if (names.compares_course) return;
  report(diagnostics, expectation.fields.where("kind"), "the scenario retells nothing with which its run is compared",
         "add `published:` with times that say what stands for them here");
}

std::string apart(const Record& record, const CourseStep& step, Time start) {
  if (!step.here_at)
    return format("'{}' did not happen, and was published as {}", step.what, describe_duration(step.after));
  return format("'{}' came after {} ({}), and was published as {}{}", step.what,
                describe_duration(*step.here_at - start), when(record, *step.here_at), describe_duration(step.after),
                step.standing == "out of order" ? ", after what comes later here" : "");
}

Outcome evaluate(const Expectation& /*expectation*/, const Record& record, const promql::Queryable& /*series*/) {
  Outcome outcome;
  const std::optional<Time> start = course_start(record);
  if (!record.course || !start) {
    outcome.result = Verdict::invalid;
    outcome.expected = "the published course";
    outcome.observed = "nothing to compare with";
    outcome.why = "the run's scenario retells nothing that was published";
    return outcome;
  }
  std::size_t compared = 0;
  std::size_t agreeing = 0;
  for (const CourseStep& step : *record.course) {
    if (step.standing == "not compared") continue;
    ++compared;
    if (step.standing == "agrees") {
      ++agreeing;
      continue;
    }
    outcome.result = Verdict::fail;
    outcome.why += format("{}{}", outcome.why.empty() ? "" : "; ", apart(record, step, *start));
  }
  outcome.expected = format("{} published time{} in their order, each within a factor of {}", compared,
                            compared == 1 ? "" : "s", format_number(record.declared.published->factor));
  outcome.observed = format("{} of {} agree", agreeing, compared);
  return outcome;
}

}  // namespace

ExpectationKind as_published() {
  return {.name = "as_published",
          .doc =
              "The run takes the course that was published of the incident which the scenario retells: each time of "
              "`published:` that says what stands for it here is as long as it was published, within the factor given "
              "there, and they come in the published order. A minute is allowed for either way beside the factor, "
              "since minutes are what people write down.",
          .common = {},
          .own = {},
          .names_alert = false,
          .check = check,
          .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
