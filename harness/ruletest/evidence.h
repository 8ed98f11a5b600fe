// The values of an expression and of its parts around a time: why a case failed.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "promql/options.h"
#include "promql/parse/ast.h"
#include "promql/queryable.h"
#include "ruletest/test_result.h"

namespace firedrill::ruletest {

// What the recording rules at hand write, by the name of the series.
using RecordedExpressions = std::map<std::string, std::vector<std::shared_ptr<const promql::Expr>>, std::less<>>;

struct EvidencePlan {
  std::vector<Time> times;  // rising
  std::vector<Time> until;  // of each: samples later than that are not seen
  std::size_t at = 0;       // the one that failed
  Time start{};             // of the test
  Duration step{};          // between the times
};

// Rows of the whole and of its vector and scalar parts, the outer before the inner; of each only a few series, those
// named first. Of a range selector the samples themselves, since what a function makes of them hides where they begin
// and end. A part that has the same values as one above it says nothing new and is left out, as is what has no
// value because of its own parts. Below a series that a recording rule writes stand the rows of what it is made of,
// down to series that no rule writes.
void add_evidence(const std::shared_ptr<const promql::Expr>& expression, const RecordedExpressions& records,
                  const promql::Queryable& data, const promql::Options& options, const EvidencePlan& plan,
                  Evidence& evidence);

}  // namespace firedrill::ruletest
