// burn_rate: an SLO's budget burns faster, or more slowly, than a rate.
#include <algorithm>
#include <array>

#include "base/duration.h"
#include "base/text/format.h"
#include "incident/expectations/expectation_context.h"
#include "incident/expectations/expectation_table.h"
#include "incident/expectations/known_names.h"
#include "incident/slo/error_budget.h"
#include "incident/slo/slo.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr std::array<std::string_view, 2> kCommon{"from", "to"};
constexpr std::array<std::string_view, 3> kHolds{"always", "eventually", "never"};
constexpr std::array kOwn{
    FieldSpec{.name = "slo", .required = true, .doc = "The name of the SLO."},
    FieldSpec{.name = "window",
              .type = FieldType::duration,
              .doc = "The window over which it burns, in whole minutes, rounded up.",
              .default_text = "1h"},
    FieldSpec{.name = "over", .type = FieldType::number, .doc = "It is greater than this.", .min = 0, .max = 1e6},
    FieldSpec{.name = "under", .type = FieldType::number, .doc = "It is smaller than this.", .min = 0, .max = 1e6},
    FieldSpec{.name = "holds",
              .doc = "At which minutes between `from` and `to`; without it `over` eventually, `under` always.",
              .choices = kHolds},
};

void check(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  check_known(expectation, "slo", "SLO", names.slos, diagnostics);
  const Fields& fields = expectation.fields;
  const auto fault = [&](std::string_view field, std::string what, std::string remedy = {}) {
    diagnostics.push_back({Severity::error, fields.where(field), std::move(what), std::move(remedy)});
  };
  if (!fields.has("over") && !fields.has("under")) {
    diagnostics.push_back({Severity::error, fields.where(), "a burn rate needs a bound", "add over or under"});
  } else if (fields.has("over") && fields.has("under") && fields.number("under") <= fields.number("over")) {
    fault("under", "no rate is over and under these", "exchange them");
  }
  if (fields.has("window") && fields.duration("window") <= 0ms)
    fault("window", "the window must be longer than 0", "expected a duration such as 1h");
}

std::string holds_of(const Fields& fields) {
  return fields.text("holds", fields.has("under") ? "always" : "eventually");
}

std::string bounds(const Fields& fields) {
  std::string out;
  if (fields.has("over")) out = format("over {:.4g}", fields.number("over"));
  if (fields.has("under")) out += format("{}under {:.4g}", out.empty() ? "" : " and ", fields.number("under"));
  return out;
}

struct Reading {
  double rate = 0;
  Time t;
};

// What the minutes of a span say.
struct Watch {
  std::size_t minutes = 0;
  std::size_t held = 0;
  std::optional<Reading> first_held, first_missed, highest, lowest;

  void see(const Reading& reading, bool holds) {
    ++minutes;
    held += holds;
    if (holds && !first_held) first_held = reading;
    if (!holds && !first_missed) first_missed = reading;
    if (!highest || reading.rate > highest->rate) highest = reading;
    if (!lowest || reading.rate < lowest->rate) lowest = reading;
  }
};

Watch watch(const ErrorBudget& budget, const Fields& fields, Span span) {
  const Duration window = fields.duration("window", 1h);
  Watch seen;
  for (std::size_t minute = 0; minute < budget.minutes(); ++minute) {
    const Time t = budget.end_of(minute);
    if (t <= span.from || t > span.to) continue;
    const double rate = budget.burn_rate(minute, window);
    const bool over = !fields.has("over") || rate > fields.number("over");
    const bool under = !fields.has("under") || rate < fields.number("under");
    seen.see({rate, t}, over && under);
  }
  return seen;
}

std::string told(const Reading& reading, const Record& record) {
  return format("{:.4g} at {}", reading.rate, when(record, reading.t));
}

void judge_watch(const Watch& seen, const Fields& fields, const Record& record, Outcome& outcome) {
  const std::string holds = holds_of(fields);
  const std::string highest = format("{:.4g}", seen.highest->rate);
  outcome.observed = format("{:.4g}", seen.lowest->rate) == highest
                         ? highest + " all the time"
                         : format("highest {}, lowest {}", told(*seen.highest, record), told(*seen.lowest, record));
  if (holds == "always" && seen.held < seen.minutes) {
    outcome.result = Verdict::fail;
    outcome.why = format("it was not so at {} of {} minutes, first {}", seen.minutes - seen.held, seen.minutes,
                         told(*seen.first_missed, record));
  } else if (holds == "never" && seen.held > 0) {
    outcome.result = Verdict::fail;
    outcome.why =
        format("it was so at {} of {} minutes, first {}", seen.held, seen.minutes, told(*seen.first_held, record));
  } else if (holds == "eventually" && seen.held == 0) {
    const bool high = fields.has("over") && seen.highest->rate <= fields.number("over");
    outcome.result = Verdict::fail;
    outcome.why = format("it came nearest with {}", told(high ? *seen.highest : *seen.lowest, record));
  }
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable&) {
  const Fields& fields = expectation.fields;
  const std::string name = fields.text("slo");
  const std::string holds = holds_of(fields);
  const Span span = judged_span(expectation, record);
  Outcome outcome;
  outcome.subject = name;
  outcome.expected = format(
      "the burn rate of {} over {} is {} {} from {} to {}", name, describe_duration(fields.duration("window", 1h)),
      holds == "eventually" ? "at some time" : holds, bounds(fields), describe_duration(span.from - record.judged_from),
      describe_duration(span.to - record.judged_from));
  const Slo* slo = record.slo(name);
  Watch seen;
  if (slo == nullptr) {
    outcome.why = format("the run has no SLO '{}'", name);
  } else if (const ErrorBudget budget(record, *slo); !budget.has_requests()) {
    outcome.why = "no request of the run counts for it";
  } else if (seen = watch(budget, fields, span); seen.minutes == 0) {
    outcome.why = "no minute of the run ends within the time given";
  }
  if (!outcome.why.empty()) {
    outcome.result = Verdict::invalid;
    outcome.observed = "nothing to look at";
    return outcome;
  }
  judge_watch(seen, fields, record, outcome);
  return outcome;
}

}  // namespace

ExpectationKind burn_rate() {
  return {
      .name = "burn_rate",
      .doc =
          "The rate at which an SLO's error budget burns over a window (1 spends exactly the budget over the SLO's own "
          "window) is over or under a number at some time, always or never between two times. It is looked at at the "
          "end of each minute and counts all requests of the world, not what was scraped; what of the window lies "
          "before the run counts as time with the same traffic and without a failure.",
      .common = kCommon,
      .own = kOwn,
      .names_alert = false,
      .check = check,
      .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
