#include "exercise/inventory.h"

#include <algorithm>

#include "base/text/format.h"

namespace firedrill::exercise {

Inventory::Inventory(const lint::MetricInventory& known) : known_(known) {
  for (const model::Labels& series : known.series) {
    by_name_[std::string(series.metric_name())].push_back(&series);
    jobs_.emplace(series.get("job"));
  }
}

bool Inventory::matches(const promql::VectorSelector& selector) const {
  const auto fits = [&](const model::Labels* series) {
    return std::ranges::all_of(selector.matchers, [&](const model::Matcher& m) {
      return (known_.open_labels.contains(m.name()) && series->has(m.name())) || m.matches(*series);
    });
  };
  if (!selector.name.empty()) {
    const auto named = by_name_.find(selector.name);
    return named != by_name_.end() && std::ranges::any_of(named->second, fits);
  }
  return std::ranges::any_of(by_name_, [&](const auto& named) { return std::ranges::any_of(named.second, fits); });
}

std::string Inventory::gap(const promql::VectorSelector& selector) const {
  if (selector.name != "up") return {};
  const auto job = std::ranges::find(selector.matchers, "job", &model::Matcher::name);
  if (job == selector.matchers.end()) return {};
  const bool known = std::ranges::any_of(jobs_, [&](const std::string& name) { return job->matches(name); });
  return known ? std::string() : format("the topology has no target with {}", job->to_string());
}

}  // namespace firedrill::exercise
