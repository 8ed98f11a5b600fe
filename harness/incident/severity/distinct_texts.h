// Two values that are not the same, in words that are not the same either: "99.97 %" and "99.9 %" where both would be
// rounded to "99.9 %" otherwise.
#pragma once

#include <string>

namespace firedrill::incident {

struct DistinctTexts {
  std::string first, second;
};

// As describe_ratio and describe_duration have them, with more digits where those read the same.
DistinctTexts distinct_texts(double first, double second);
DistinctTexts distinct_seconds(double first, double second);

}  // namespace firedrill::incident
