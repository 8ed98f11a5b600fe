// budget_left: so much of an SLO's error budget is left.
#include <array>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "incident/expectations/bounds.h"
#include "incident/expectations/expectation_context.h"
#include "incident/expectations/expectation_table.h"
#include "incident/expectations/known_names.h"
#include "incident/slo/error_budget.h"
#include "incident/slo/slo.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr std::array kOwn{
    FieldSpec{.name = "slo", .required = true, .doc = "The name of the SLO."},
    FieldSpec{.name = "at_least",
              .type = FieldType::ratio,
              .doc = "The smallest share of the budget that may be left; below 0 when it may be overspent.",
              .max = 1},
    FieldSpec{.name = "at_most", .type = FieldType::ratio, .doc = "The largest share that may be left.", .max = 1},
    FieldSpec{.name = "at",
              .type = FieldType::duration,
              .doc = "When it is looked at, since the end of the warm-up; without it at the run's end."},
};

void check(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  check_known(expectation, "slo", "SLO", names.slos, diagnostics);
  check_bounds(expectation.fields, "a budget needs a bound", diagnostics);
}

std::string bounds(const Fields& fields) {
  std::string out;
  if (fields.has("at_least")) out = "at least " + describe_ratio(fields.number("at_least"));
  if (fields.has("at_most"))
    out += (out.empty() ? "at most " : " and at most ") + describe_ratio(fields.number("at_most"));
  return out;
}

Outcome invalid(Outcome outcome, std::string why) {
  outcome.result = Verdict::invalid;
  outcome.observed = "nothing to look at";
  outcome.why = std::move(why);
  return outcome;
}

// A share of the budget as time of total outage.
Duration part(const Slo& slo, double share) {
  return from_seconds(to_seconds(slo.budget()) * share);
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable&) {
  const Fields& fields = expectation.fields;
  const std::string name = fields.text("slo");
  const Time at = fields.has("at") ? record.judged_from + fields.duration("at") : record.judged_to;
  Outcome outcome;
  outcome.subject = name;
  outcome.expected = format("{} of the error budget of {} is left at {}", bounds(fields), name, when(record, at));
  const Slo* slo = record.slo(name);
  if (slo == nullptr) return invalid(std::move(outcome), format("the run has no SLO '{}'", name));
  if (at > record.judged_to) {
    return invalid(std::move(outcome), format("the run ended before, at {}", when(record, record.judged_to)));
  }
  const ErrorBudget budget(record, *slo);
  if (!budget.has_requests()) return invalid(std::move(outcome), "no request of the run counts for it");
  // The budget is known at the end of each minute; what is asked for is the last that had ended.
  std::size_t minute = minute_at(record, at);
  if (budget.end_of(minute) > at && minute > 0) --minute;
  const double left = budget.end_of(minute) > at ? 1 : budget.left(minute);
  const Duration burned = part(*slo, 1 - left);
  outcome.observed = format("{} left, {} of {} burned", describe_ratio(left), describe_duration(burned),
                            describe_duration(slo->budget()));
  if (fields.has("at_least") && left < fields.number("at_least")) {
    const Duration allowed = part(*slo, 1 - fields.number("at_least"));
    outcome.result = Verdict::fail;
    outcome.why =
        format("{} could be burned; it was {} more", describe_duration(allowed), describe_duration(burned - allowed));
  } else if (fields.has("at_most") && left > fields.number("at_most")) {
    const Duration wanted = part(*slo, 1 - fields.number("at_most"));
    outcome.result = Verdict::fail;
    outcome.why =
        format("{} were to be burned; it was {} less", describe_duration(wanted), describe_duration(wanted - burned));
  }
  return outcome;
}

}  // namespace

ExpectationKind budget_left() {
  return {
      .name = "budget_left",
      .doc =
          "At least, or at most, a share of an SLO's error budget is left at a time of the run. It counts all requests "
          "of the world, not what was scraped. What of the SLO's window lies before the run counts as time with the "
          "same traffic and without a failure, so that a drill is told how much of a month's budget it alone burned.",
      .common = {},
      .own = kOwn,
      .names_alert = false,
      .check = check,
      .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
