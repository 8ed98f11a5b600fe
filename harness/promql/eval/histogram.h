// histogram_quantile and histogram_fraction over classic histograms: series with an `le` label.
#pragma once

#include "promql/eval/node.h"

namespace firedrill::promql {

struct Bucket {
  double upper_bound;
  double count;  // cumulative
};

// Both take buckets sorted by their bounds, at least one, and mend them in place: equal bounds are summed, differences
// within rounding ignored, decreases flattened. NaN if there is no +Inf bucket or no observation.
double bucket_quantile(double q, std::vector<Bucket>& buckets, bool v2, bool& forced_monotonic);
double bucket_fraction(double lower, double upper, std::vector<Bucket>& buckets);

class HistogramCall final : public OwningVector {
 public:
  // One argument: the quantile; two: the bounds of the fraction.
  HistogramCall(const Call& call, VectorPtr input, std::vector<ScalarPtr> arguments);
  const Points& eval(Context& ctx) override;

 private:
  void extend(const Context& ctx);
  double evaluate(Context& ctx, Row group);

  struct Place {
    Row group = kNoRow;  // none: the label is not a number
    double upper_bound = 0;
    std::uint32_t slot = 0;  // in the group, by rising bounds
  };
  struct Slot {
    std::uint64_t run = 0;  // of the evaluation that set the count
    Bucket bucket{};
  };
  struct Group {
    std::uint64_t run = 0;
    std::vector<Slot> slots;
  };
  void assign_slots();

  const Call& call_;
  VectorPtr input_;
  std::vector<ScalarPtr> arguments_;
  std::vector<double> values_;
  std::vector<Place> places_;  // by row of the input
  std::vector<Group> groups_;
  std::vector<Bucket> buckets_;  // of the group at hand
  std::vector<Row> met_;
  Table group_table_;
  NameDropper names_;
  std::uint64_t run_ = 0;
};

}  // namespace firedrill::promql
