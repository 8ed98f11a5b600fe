// restarts: the containers of a service are restarted so often.
#include <array>
#include <map>

#include "base/duration.h"
#include "base/text/format.h"
#include "incident/expectations/bounds.h"
#include "incident/expectations/expectation_context.h"
#include "incident/expectations/expectation_table.h"
#include "incident/expectations/known_names.h"
#include "record/clock.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr std::array<std::string_view, 2> kCommon{"from", "to"};
// As Kubernetes names how a container ended.
constexpr std::array<std::string_view, 3> kReasons{"OOMKilled", "Error", "Completed"};
constexpr std::array kOwn{
    FieldSpec{.name = "service", .required = true, .doc = "The service, all replicas together."},
    FieldSpec{.name = "at_least", .type = FieldType::integer, .doc = "The fewest restarts.", .min = 0},
    FieldSpec{.name = "at_most", .type = FieldType::integer, .doc = "The most restarts.", .min = 0},
    FieldSpec{.name = "reason",
              .doc = "Count only those after a container that ended so: OOMKilled, Error, Completed.",
              .choices = kReasons},
};

void check(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  check_known(expectation, "service", "service", names.services, diagnostics);
  check_bounds(expectation.fields, "restarts need a bound", diagnostics);
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable&) {
  const Fields& fields = expectation.fields;
  const std::string service = fields.text("service");
  const std::string reason = fields.text("reason");
  const Span span = judged_span(expectation, record);
  std::int64_t count = 0;
  std::string log;
  std::map<std::string, std::int64_t> others;  // after what else they were
  for (const events::Event& event : record.timeline) {
    if (event.kind != events::EventKind::container_restarted || event.text("service") != service) continue;
    if (event.t < span.from || event.t > span.to) continue;
    if (!event.text("reason").starts_with(reason)) {
      const std::string ended = event.text("reason");  // "Error, exit code 1"
      ++others[ended.substr(0, ended.find(','))];
      continue;
    }
    if (++count <= 3) log += format("{}{} at {}", log.empty() ? "" : ", ", event.subject, clock_of(record, event.t));
  }
  Outcome outcome;
  outcome.subject = service;
  outcome.expected = format("{} restart{} of {}{}", count_bounds(fields), counts_one(fields) ? "" : "s", service,
                            reason.empty() ? "" : " after " + reason);
  outcome.observed = count == 0 ? "none" : format("{}: {}{}", count, log, count > 3 ? ", …" : "");
  for (const auto& [other, times] : others) {
    outcome.observed += format("{}{} after {}", &other == &others.begin()->first ? "; besides " : ", ", times, other);
  }
  outcome.why = beyond_bounds(fields, count);
  if (!outcome.why.empty()) outcome.result = Verdict::fail;
  return outcome;
}

}  // namespace

ExpectationKind restarts() {
  return {.name = "restarts",
          .doc =
              "The containers of a service are restarted at least, or at most, so many times in all between two "
              "times; with a reason, only restarts after a container that ended so count.",
          .common = kCommon,
          .own = kOwn,
          .names_alert = false,
          .check = check,
          .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
