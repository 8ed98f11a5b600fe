// Objectives, key metrics and queries as judged.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/labels.h"
#include "record/slo.h"

namespace firedrill::record {

// The fastest that a budget burned over any window of a length within the run.
struct BurnRecord {
  Duration window{};
  double rate = 0;
  std::optional<Time> at;  // the end of that window; absent: nothing burned
  bool operator==(const BurnRecord&) const = default;
};

struct SloRecord {
  std::string name;
  SliCount count;                   // over the judged window
  std::optional<Time> breached_at;  // an objective is missed or a severity threshold crossed
  // Share of the budget left at the run's end, over the SLO's window that ends then. What of the window lies before the
  // judged time counts as time with the same traffic and no failure (error_budget.h).
  double budget_left = 1;
  Duration budget{};
  Duration burned{};                         // in minutes of total outage
  double worst_burn_rate = 0;                // over the worst minute
  std::vector<BurnRecord> worst_burn_rates;  // over 1 h, 6 h, 1 d and 3 d
  bool operator==(const SloRecord&) const = default;
};

struct KpiRecord {
  std::string name;   // "MTTD"
  std::string title;  // "Mean time to detect"
  std::optional<double> value;
  std::string unit;       // "s", "ratio"
  std::string text;       // "2 m 30 s", "> 50 min", "no pages"
  std::string target;     // "< 5 min"
  std::string threshold;  // "> 10 min"
  std::string status;     // met | missed | alert | none (no data)
  bool operator==(const KpiRecord&) const = default;
};

struct QueryValue {
  model::Labels labels;  // empty of a scalar
  double value = 0;
  bool operator==(const QueryValue&) const = default;
};

struct QueryRecord {
  std::string name;
  std::string expr;
  Time at;                         // the end of the run
  std::vector<QueryValue> values;  // sorted by labels; of a scalar, one
  // How far back it looks, and how much of that the run's data cover: what they show counts for the whole, as it does
  // in a Prometheus that is as young. Absent: all of it.
  std::optional<Duration> looks_back;
  std::optional<Duration> covered;
  std::string error;  // why it could not be evaluated; empty: it was
  bool operator==(const QueryRecord&) const = default;
};

}  // namespace firedrill::record
