// Random, well-typed expressions over the metrics of random_series.h. The generator keeps track of the labels that each
// part carries, so that most vector matches find something.
#pragma once

#include <optional>

#include "base/random.h"
#include "expression.h"
#include "promql/options.h"

namespace firedrill::differential {

class ExpressionGenerator {
 public:
  // `end` is about where the series end: `@` looks at times before it.
  ExpressionGenerator(promql::Version version, Duration end, RandomStream& random)
      : v3_(version == promql::Version::v3_5), end_(end), random_(random) {}

  // A vector most of the time, else a scalar.
  NodePtr expression();

 private:
  using Wanted = std::optional<LabelNames>;
  // What a position allows of its expression. Functions whose last digits may differ from Go's are kept away from where
  // a small difference becomes a large one (comparisons, rounding, counting).
  struct Place {
    int depth;
    bool inexact;
    Place below(bool keeps_differences_small = false) const { return {depth - 1, inexact && keeps_differences_small}; }
  };

  bool chance(double probability) { return random_.uniform() < probability; }
  template <typename T>
  const T& pick(const std::vector<T>& from) {
    return from[random_.below(from.size())];
  }
  LabelNames subset(const LabelNames& of, double keep);
  std::string list(const LabelNames& names);
  std::string duration();
  std::string modifiers(std::vector<std::string>& features);

  NodePtr scalar(Place place);
  NodePtr number();
  NodePtr vector(Place place, const Wanted& wanted);
  NodePtr selector(const Wanted& wanted, bool counter);
  NodePtr instant(const Wanted& wanted);
  NodePtr matrix(Place place, const Wanted& wanted, bool counter);
  NodePtr any_selector();

  NodePtr over_range(Place place, const Wanted& wanted);
  NodePtr elementwise(Place place, const Wanted& wanted);
  NodePtr calendar(Place place, const Wanted& wanted);
  NodePtr aggregate(Place place, const Wanted& wanted);
  NodePtr scalar_binary(Place place, const Wanted& wanted);
  NodePtr vector_binary(Place place, const Wanted& wanted);
  NodePtr many_to_one(Place place, const Wanted& wanted);
  NodePtr set_binary(Place place, const Wanted& wanted);
  NodePtr relabelled(Place place, const Wanted& wanted);
  NodePtr histogram(Place place, const Wanted& wanted);
  NodePtr sorted(Place place, const Wanted& wanted);
  NodePtr without_labels(Place place);
  NodePtr absent(Place place);
  NodePtr wrapped(Place place, const Wanted& wanted);
  std::string arithmetic(Place& place);

  bool v3_;
  Duration end_;
  RandomStream& random_;
};

}  // namespace firedrill::differential
