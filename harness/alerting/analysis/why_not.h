// Why an alert's expression does not hold at an instant: what ended it, or kept it from beginning.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/time.h"
#include "model/labels.h"
#include "promql/options.h"
#include "promql/parse/ast.h"
#include "promql/queryable.h"

namespace firedrill::alerting {

struct WhyNot {
  enum class Kind {
    below,       // a comparison does not hold
    missing,     // what is compared has no value
    apart,       // both sides of `and` hold, for no series in common
    taken_away,  // by `unless`
    present,     // what `absent` asks about is there
  };
  Kind kind = Kind::below;
  std::string text;                       // "up was 1", "up had no value"
  const promql::Expr* missing = nullptr;  // of Kind::missing: what has no value
};

// Costs an evaluation of each part of the expression for each question.
class WhyNotWatch {
 public:
  WhyNotWatch(const std::shared_ptr<const promql::Expr>& expression, const promql::Queryable& data,
              const promql::Options& options);
  WhyNotWatch(WhyNotWatch&&) noexcept;
  WhyNotWatch& operator=(WhyNotWatch&&) noexcept;
  ~WhyNotWatch();

  // At `t`, the time of the evaluation less its query offset; of the series that have none of `labels` with another
  // value. Nothing if it holds for one of them then, or cannot be evaluated.
  std::optional<WhyNot> at(Time t, const model::Labels& labels = {});
  // Whether it holds for one of them then.
  bool holds(Time t, const model::Labels& labels);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace firedrill::alerting
