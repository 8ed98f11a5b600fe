// endpoints: so many replicas of a service are ready.
#include <algorithm>
#include <array>

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
constexpr std::array<std::string_view, 2> kHolds{"always", "eventually"};
constexpr std::array kOwn{
    FieldSpec{.name = "service", .required = true, .doc = "The service."},
    FieldSpec{.name = "at_least", .type = FieldType::integer, .doc = "The fewest ready replicas.", .min = 0},
    FieldSpec{.name = "at_most", .type = FieldType::integer, .doc = "The most ready replicas.", .min = 0},
    FieldSpec{.name = "holds",
              .doc = "At all times between `from` and `to`, or at some.",
              .default_text = "always",
              .choices = kHolds},
};

void check(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  check_known(expectation, "service", "service", names.services, diagnostics);
  check_bounds(expectation.fields, "endpoints need a bound", diagnostics);
}

// Ready replicas from an instant on.
struct Count {
  Time t;
  std::int64_t ready = 0;
};

std::vector<Count> counts_over(const Record& record, std::string_view service, std::int64_t replicas, Span span) {
  std::vector<Count> counts{{span.from, replicas}};
  for (const events::Event& event : record.timeline) {
    const bool up = event.kind == events::EventKind::endpoint_ready;
    if ((!up && event.kind != events::EventKind::endpoint_unready) || event.text("service") != service) continue;
    if (event.t > span.to) continue;
    const Count next{std::max(event.t, span.from), counts.back().ready + (up ? 1 : -1)};
    if (counts.back().t == next.t) {
      counts.back() = next;  // what changes at one instant is one change
    } else {
      counts.push_back(next);
    }
  }
  return counts;
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable&) {
  const Fields& fields = expectation.fields;
  const std::string name = fields.text("service");
  const Span span = judged_span(expectation, record);
  const bool always = fields.text("holds", "always") == "always";
  Outcome outcome;
  outcome.subject = name;
  outcome.expected =
      format("{} {} replica{} of {} ready from {} to {}", always ? "always" : "at some time", count_bounds(fields),
             counts_one(fields) ? "" : "s", name + (counts_one(fields) ? " is" : " are"),
             describe_duration(span.from - record.judged_from), describe_duration(span.to - record.judged_from));
  const auto service = std::ranges::find(record.services, name, &ServiceSummary::name);
  if (service == record.services.end() || span.from > span.to) {
    outcome.result = Verdict::invalid;
    outcome.observed = "nothing to look at";
    outcome.why = service == record.services.end() ? format("the run has no service '{}'", name)
                                                   : std::string("the run ended before that time");
    return outcome;
  }
  const auto counts = counts_over(record, name, service->replicas, span);
  const auto holds = [&](const Count& count) { return beyond_bounds(fields, count.ready).empty(); };
  const auto [fewest, most] = std::ranges::minmax_element(counts, {}, &Count::ready);
  outcome.observed = fewest->ready == most->ready
                         ? format("{} all the time", fewest->ready)
                         : format("from {} (at {}) to {}", fewest->ready, clock_of(record, fewest->t), most->ready);
  if (always) {
    const auto miss = std::ranges::find_if_not(counts, holds);
    if (miss == counts.end()) return outcome;
    outcome.result = Verdict::fail;
    outcome.why =
        format("{} were ready at {}, {}", miss->ready, when(record, miss->t), beyond_bounds(fields, miss->ready));
  } else if (std::ranges::none_of(counts, holds)) {
    outcome.result = Verdict::fail;
    outcome.why = "there never were";
  }
  return outcome;
}

}  // namespace

ExpectationKind endpoints() {
  return {.name = "endpoints",
          .doc =
              "At least, or at most, so many pods of a service are ready, that is, among the addresses that the load "
              "balancer is told to send requests to, always or at some time between two times.",
          .common = kCommon,
          .own = kOwn,
          .names_alert = false,
          .check = check,
          .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
