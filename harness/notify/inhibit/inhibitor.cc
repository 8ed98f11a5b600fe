#include "notify/inhibit/inhibitor.h"

#include <algorithm>

namespace firedrill::notify {

Inhibitor::Inhibitor(std::shared_ptr<const Configuration> configuration)
    : configuration_(std::move(configuration)), rules_(configuration_->inhibit_rules.size()) {}

bool Inhibitor::empty() const {
  return std::ranges::all_of(rules_, [](const Rule& rule) { return rule.sources.empty(); });
}

const Inhibitor::Sides& Inhibitor::sides_of(const Alert& alert) const {
  const auto [entry, is_new] = sides_.try_emplace(alert.fingerprint);
  if (is_new) {
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      const InhibitRule& rule = configuration_->inhibit_rules[i];
      if (matches_all(rule.source_matchers, alert.labels)) entry->second.source.push_back(i);
      if (matches_all(rule.target_matchers, alert.labels)) entry->second.target.push_back(i);
    }
  }
  return entry->second;
}

Inhibitor::EqualValues Inhibitor::equal_values(std::size_t rule, const Alert& alert) const {
  EqualValues values;
  for (const std::string& name : configuration_->inhibit_rules[rule].equal) values.emplace_back(alert.labels.get(name));
  return values;
}

void Inhibitor::take(const AlertPtr& alert) {
  for (const std::size_t i : sides_of(*alert).source) {
    Rule& rule = rules_[i];
    const bool is_known = !rule.sources.insert_or_assign(alert->fingerprint, alert).second;
    const EqualValues values = equal_values(i, *alert);
    if (configuration_->version >= Version::v0_33) {
      index_newest(rule, values, *alert);
    } else if (!is_known) {
      rule.by_equal[values].push_back(alert->fingerprint);
    }
  }
}

void Inhibitor::index_newest(Rule& rule, const EqualValues& values, const Alert& alert) {
  std::vector<Fingerprint>& indexed = rule.by_equal[values];
  if (indexed.empty()) {
    indexed.push_back(alert.fingerprint);
    return;
  }
  const auto existing = rule.sources.find(indexed.front());
  const bool replaces = existing == rule.sources.end() || existing->second->is_resolved_at(alert.ends_at);
  if (replaces) indexed.front() = alert.fingerprint;
}

AlertPtr Inhibitor::source_for(std::size_t rule, const Alert& alert, bool is_two_sided, Time now) const {
  const auto candidates = rules_[rule].by_equal.find(equal_values(rule, alert));
  if (candidates == rules_[rule].by_equal.end()) return nullptr;
  for (const Fingerprint each : candidates->second) {
    const auto source = rules_[rule].sources.find(each);
    if (source == rules_[rule].sources.end() || source->second->is_resolved_at(now)) continue;
    if (is_two_sided && std::ranges::binary_search(sides_of(*source->second).target, rule)) continue;
    return source->second;
  }
  return nullptr;
}

Inhibitor::Verdict Inhibitor::inhibited_by(const Alert& alert, Time now) const {
  const Sides& sides = sides_of(alert);
  for (const std::size_t rule : sides.target) {
    const bool is_two_sided = std::ranges::binary_search(sides.source, rule);
    if (AlertPtr source = source_for(rule, alert, is_two_sided, now); source != nullptr) {
      return {rule, std::move(source)};
    }
  }
  return {};
}

void Inhibitor::collect(Time now) {
  for (std::size_t i = 0; i < rules_.size(); ++i) collect(i, now);
}

void Inhibitor::collect(std::size_t rule, Time now) {
  std::unordered_map<Fingerprint, AlertPtr>& sources = rules_[rule].sources;
  auto& by_equal = rules_[rule].by_equal;
  const bool keeps_one = configuration_->version >= Version::v0_33;
  for (auto each = sources.begin(); each != sources.end();) {
    if (!each->second->is_resolved_at(now)) {
      ++each;
      continue;
    }
    if (const auto found = by_equal.find(equal_values(rule, *each->second)); found != by_equal.end()) {
      if (!keeps_one) std::erase(found->second, each->first);
      if (keeps_one || found->second.empty()) by_equal.erase(found);
    }
    each = sources.erase(each);
  }
}

}  // namespace firedrill::notify
