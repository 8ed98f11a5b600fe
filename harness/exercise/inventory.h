// Which selectors match series that a production can give.
#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "lint/rule_lints.h"
#include "promql/parse/ast.h"

namespace firedrill::exercise {

class Inventory {
 public:
  // `known` must outlive it.
  explicit Inventory(const lint::MetricInventory& known);

  bool has_name(const std::string& metric) const { return by_name_.contains(metric); }
  // Labels that take values as they please (codes) match whatever is asked of them.
  bool matches(const promql::VectorSelector& selector) const;
  // What a target's health is asked of that the production does not have; empty: nothing of the kind.
  std::string gap(const promql::VectorSelector& selector) const;

 private:
  const lint::MetricInventory& known_;
  std::unordered_map<std::string, std::vector<const model::Labels*>> by_name_;
  std::set<std::string> jobs_;
};

}  // namespace firedrill::exercise
