// Which labels the samples of an expression can have, whatever the data.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "promql/parse/ast.h"

namespace firedrill::alerting {

struct LabelFlow {
  bool exact = false;  // no label but those in `possible`
  std::set<std::string> possible;
  std::map<std::string, std::string> fixed;  // every sample has the label, with this value
  std::set<std::string> demanded;            // every sample has the label, with some value
  std::set<std::string> absent;              // no sample has the label

  bool may_have(const std::string& label) const {
    return !absent.contains(label) && (!exact || possible.contains(label));
  }
  bool must_have(const std::string& label) const { return fixed.contains(label) || demanded.contains(label); }
};

// What is known of series by their names, where rules record them (recorded_labels.h).
using RecordedLabels = std::map<std::string, LabelFlow, std::less<>>;

// __name__ is not followed.
LabelFlow label_flow(const promql::Expr& expression, const RecordedLabels* recorded = nullptr);

// Of samples that may be either's.
LabelFlow either(const LabelFlow& a, const LabelFlow& b);

// Why no sample of the one side can match one of the other: "the left side has no label pod"; nothing if some may.
std::optional<std::string> cannot_meet(const promql::Binary& binary, const RecordedLabels* recorded = nullptr);

}  // namespace firedrill::alerting
