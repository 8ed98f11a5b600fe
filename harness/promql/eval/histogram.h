// histogram_quantile and histogram_fraction over classic histograms: series with an `le` label.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "promql/eval/node.h"

namespace firedrill::promql {

struct Bucket {
  double upper_bound;
  double count;  // cumulative
};

// Both take buckets sorted by their bounds, at least one, and mend them in place: equal bounds are summed, differences
// within rounding ignored, decreases flattened. NaN if there is no +Inf bucket or no observation.
double bucket_quantile(double q, std::vector<Bucket>& buckets, bool v2, std::optional<Mending>& mended);
// `from_zero`: a first bucket with an upper bound above 0 begins at 0, as the newest has it, and not at -Inf.
double bucket_fraction(double lower, double upper, std::vector<Bucket>& buckets, bool from_zero);

class HistogramCall final : public OwningVector {
 public:
  // Of histogram_quantile one argument, of histogram_fraction two, of histogram_quantiles all the quantiles.
  HistogramCall(const Call& call, VectorPtr input, std::vector<ScalarPtr> arguments);
  const Points& eval(Context& ctx) override;

 private:
  void extend(const Context& ctx);
  void collect(Context& ctx);
  void fill(Row group);
  double fraction(Context& ctx, Row group);
  double quantile(Context& ctx, Row group, double q);
  void put_out_quantiles(Context& ctx);
  Row labelled(Context& ctx, Row group, double q);

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
  std::map<std::pair<Row, std::string>, Row> labelled_;  // of histogram_quantiles
  NameDropper names_;
  std::uint64_t run_ = 0;
};

}  // namespace firedrill::promql
