#include "record/record.h"

#include <algorithm>

namespace firedrill::record {
namespace {

template <typename Items, typename Key>
auto find_by(const Items& items, Key key, std::string_view name) -> decltype(items.data()) {
  const auto it = std::ranges::find(items, name, key);
  return it == items.end() ? nullptr : &*it;
}

}  // namespace

const Measure* IncidentRecord::measure(std::string_view wanted) const {
  return find_by(measures, &Measure::name, wanted);
}

const FaultRecord* Record::fault(std::string_view id) const {
  return find_by(faults, &FaultRecord::id, id);
}

const IncidentRecord* Record::incident(std::string_view id) const {
  return find_by(incidents, &IncidentRecord::id, id);
}

const RuleRecord* Record::alerting_rule(std::string_view name) const {
  const auto it =
      std::ranges::find_if(rules, [&](const RuleRecord& rule) { return rule.alerting && rule.name == name; });
  return it == rules.end() ? nullptr : &*it;
}

const Slo* Record::slo(std::string_view name) const {
  return find_by(declared.slos, &Slo::name, name);
}

}  // namespace firedrill::record
