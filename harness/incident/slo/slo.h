// Service level objectives and their error budgets (SRE workbook, chapters 2 and 5), in the form that teams write them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/fields.h"
#include "base/result.h"
#include "base/time.h"
#include "record/slo.h"

namespace firedrill::incident {

// The fields of an SLO in a file: name, sli, target, window, error_budget, service. `target` and `error_budget` are
// texts, since their unit depends on the SLI (99.9%, 0.999, 200ms) or is not Prometheus's (43.2min).
std::span<const FieldSpec> slo_fields();
// Errors: an unknown SLI, a target of the wrong unit or outside (0, 1), a window of 0, and a stated budget that
// disagrees with target × window by more than its rounding (one percent).
Result<record::Slo> make_slo(const Fields& fields);
// The checks of make_slo alone, for an Slo made in code; empty if all is well, else the reason.
std::string validate(const record::Slo& slo);

// "43.2min", "1.5h", "200ms", "90s", "1h30m" — also with a decimal point, which Prometheus's durations do not have.
std::expected<Duration, std::string> parse_decimal_duration(std::string_view text);

// How many times faster than allowed the budget is being spent: bad share ÷ (1 − objective). 1 spends exactly the
// budget.
double burn_rate(const record::Slo& slo, const record::SliCount& count);
// The share of the window's budget that is left, counting the bad requests of `count` (which may cover less than the
// window) against the requests expected in a whole window at the same rate. May be negative.
double budget_left(const record::Slo& slo, const record::SliCount& count, Duration covered);

}  // namespace firedrill::incident
