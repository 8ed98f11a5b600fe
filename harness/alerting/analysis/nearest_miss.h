// How near an alert came to firing: for the author of a rule who asks why it did not.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/time.h"
#include "model/labels.h"
#include "promql/options.h"
#include "promql/parse/ast.h"
#include "promql/queryable.h"

namespace firedrill::alerting {

// The best that an alert's expression did over the times looked at.
struct NearestMiss {
  std::string text;         // "error_ratio came to 0.0131 at 13:40:00, needed > 0.0144"
  bool held = false;        // the whole of it, at some time
  Duration longest_held{};  // of one series at a stretch; to be held against `for`
  // The part for which it cannot hold: it never had a value. The text is empty then.
  const promql::Expr* empty = nullptr;
  bool nan = false;     // it had values, and none of them was a number
  bool of_all = false;  // the text speaks of all the times looked at, and not of one: "was there at every evaluation"
};

// How instants are written: "13:40:00".
using ClockWords = std::function<std::string(Time)>;

// Watches the conditions of one alert: comparisons with a number, and what `and`, `or`, `unless` and `absent` make of
// them, each judged as a whole: two conditions may hold in turns and never at once. Costs one evaluation of each part
// an observation, so it is made only for the alerts that somebody asks about: while the run goes on, or afterwards over
// kept series.
class NearestMissWatch {
 public:
  // `labels`: only series that have these, or do not have labels of these names at all, are looked at.
  NearestMissWatch(const std::shared_ptr<const promql::Expr>& expression, const promql::Queryable& data,
                   const promql::Options& options, const model::Labels& labels = {}, ClockWords clock = format_clock);
  NearestMissWatch(NearestMissWatch&&) noexcept;
  NearestMissWatch& operator=(NearestMissWatch&&) noexcept;
  ~NearestMissWatch();

  // Times must rise. `t` is the time at which the rule is evaluated, less its query offset.
  void observe(Time t);
  // Nothing if nothing was observed.
  std::optional<NearestMiss> best() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The same over a past interval.
std::optional<NearestMiss> nearest_miss(const std::shared_ptr<const promql::Expr>& expression,
                                        const promql::Queryable& data, const promql::Options& options, Time from,
                                        Time to, Duration step, const model::Labels& labels = {},
                                        const ClockWords& clock = format_clock);

}  // namespace firedrill::alerting
