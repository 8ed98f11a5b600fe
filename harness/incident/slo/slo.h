// Service level objectives and their error budgets (SRE workbook, chapters 2 and 5), in the form that teams write them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/fields.h"
#include "base/result.h"
#include "base/time.h"

namespace firedrill::incident {

enum class SliKind {
  success_rate,  // requests that did not fail ÷ all requests
  latency,       // requests that took at most the threshold ÷ all requests
};

struct Slo {
  std::string name;
  std::string service;  // empty: all entry points
  SliKind sli = SliKind::success_rate;
  std::string sli_name = "success_rate";  // as written: success_rate, p95_latency, p99_latency, ...
  double objective = 0.999;               // the share of good requests wanted, 0 to 1; of p95_latency: 0.95
  Duration threshold{};                   // of latency: the longest time that is good
  Duration window = 30 * 24h;
  std::optional<Duration> stated_budget;  // as the file states it

  // (1 − objective) × window: how long the service may be wholly down.
  Duration budget() const;
  bool operator==(const Slo&) const = default;
};

// The fields of an SLO in a file: name, sli, target, window, error_budget, service. `target` and `error_budget` are
// texts, since their unit depends on the SLI (99.9%, 0.999, 200ms) or is not Prometheus's (43.2min).
std::span<const FieldSpec> slo_fields();
// Errors: an unknown SLI, a target of the wrong unit or outside (0, 1), a window of 0, and a stated budget that
// disagrees with target × window by more than its rounding (one percent).
Result<Slo> make_slo(const Fields& fields);
// The checks of make_slo alone, for an Slo made in code; empty if all is well, else the reason.
std::string validate(const Slo& slo);

// "43.2min", "1.5h", "200ms", "90s", "1h30m" — also with a decimal point, which Prometheus's durations do not have.
std::expected<Duration, std::string> parse_decimal_duration(std::string_view text);

// Good and all requests of a stretch of time.
struct SliCount {
  double good = 0;
  double total = 0;
  // 1 without requests: nothing asked, nothing broken.
  double ratio() const { return total > 0 ? good / total : 1.0; }
  double bad() const { return total - good; }
  SliCount& operator+=(const SliCount& other) {
    good += other.good;
    total += other.total;
    return *this;
  }
  bool operator==(const SliCount&) const = default;
};

// How many times faster than allowed the budget is being spent: bad share ÷ (1 − objective). 1 spends exactly the
// budget.
double burn_rate(const Slo& slo, const SliCount& count);
// The share of the window's budget that is left, counting the bad requests of `count` (which may cover less than the
// window) against the requests expected in a whole window at the same rate. May be negative.
double budget_left(const Slo& slo, const SliCount& count, Duration covered);

}  // namespace firedrill::incident
