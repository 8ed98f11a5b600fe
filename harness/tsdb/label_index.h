// From matchers to series: for each label, the series that have each of its values.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/labels.h"
#include "model/matcher.h"
#include "promql/queryable.h"

namespace firedrill::tsdb {

class LabelIndex {
 public:
  // Series are added in rising order of their refs.
  void add(promql::SeriesRef series, const model::Labels& labels);

  // The series that satisfy all matchers, in rising order of their refs; all series for no matchers.
  std::vector<promql::SeriesRef> select(std::span<const model::Matcher> matchers) const;

 private:
  using Postings = std::vector<promql::SeriesRef>;  // rising
  using Values = std::map<std::string, Postings, std::less<>>;

  const Values* values_of(const std::string& name) const;
  // The series whose label has a value that matches; the label is present.
  Postings present(const Values& values, const model::Matcher& matcher) const;

  std::unordered_map<std::string, Values> values_;
  promql::SeriesRef count_ = 0;
};

}  // namespace firedrill::tsdb
