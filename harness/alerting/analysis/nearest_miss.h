// How near an alert came to firing: for the author of a rule who asks why it did not.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "alerting/rule_file.h"
#include "base/time.h"
#include "model/labels.h"
#include "promql/engine.h"
#include "promql/queryable.h"

namespace firedrill::alerting {

// "error_ratio was 0.0131 at 10:10, threshold 0.0144": the best that one comparison of the expression ever did.
struct NearestMiss {
  std::string expression;  // the compared side, printed
  std::string op;          // > >= < <= == !=, with the expression on its left
  double threshold = 0;
  double value = 0;      // the nearest, or, if it was met, the one farthest beyond the threshold
  model::Labels labels;  // of the series it was
  Time t{};
  bool met = false;        // the comparison held then
  Duration longest_met{};  // for how long at a stretch it held, at the most; to be held against `for`
};

// Watches the comparisons of one alert: of `X cmp scalar`, `scalar cmp X`, and of these joined by and/or/unless the one
// that kept the whole from holding. Costs one evaluation of each X per observation, so it is made only for the alerts
// that somebody asks about: while the run goes on, or afterwards over kept series.
class NearestMissWatch {
 public:
  // `labels`: only series that have these, or do not have labels of these names at all, are looked at.
  NearestMissWatch(const Rule& rule, const promql::Queryable& data, const promql::Options& options,
                   const model::Labels& labels = {});
  NearestMissWatch(NearestMissWatch&&) noexcept;
  NearestMissWatch& operator=(NearestMissWatch&&) noexcept;
  ~NearestMissWatch();

  // Times must rise. `t` is the time at which the rule is evaluated, less its query offset.
  void observe(Time t);
  // Nothing if the expression has no such comparison, or its side never had a value.
  std::optional<NearestMiss> best() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The same over a past interval.
std::optional<NearestMiss> nearest_miss(const Rule& rule, const promql::Queryable& data, const promql::Options& options,
                                        Time from, Time to, Duration step, const model::Labels& labels = {});

// "error_ratio came to 0.0131 at 13:40:00, needed > 0.0144", for reports.
std::string describe(const NearestMiss& miss);

}  // namespace firedrill::alerting
