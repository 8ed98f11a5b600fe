#include "alerting/analysis/recorded_labels.h"

#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill::alerting {
namespace {

// What a recording rule's label sets: its text as it stands, and nothing where it is empty.
void set_label(LabelFlow& flow, const std::string& name, const std::string& value) {
  flow.possible.erase(name);
  flow.fixed.erase(name);
  flow.demanded.erase(name);
  flow.absent.erase(name);
  if (value.empty()) {
    flow.absent.insert(name);
    return;
  }
  if (flow.exact) flow.possible.insert(name);
  flow.demanded.insert(name);
  flow.fixed.emplace(name, value);
}

constexpr std::array<std::string_view, 3> kNeverAdded = {"instance", "le", "quantile"};

// Records of records of …: nothing is known of what lies deeper.
constexpr int kMaxDepth = 100;

class Recorder {
 public:
  explicit Recorder(std::span<const Rule* const> rules) {
    for (const Rule* rule : rules) {
      if (rule->record && rule->expression && rule->name().contains(':')) by_name_[rule->name()].push_back(rule);
    }
  }

  RecordedLabels all() {
    for (const auto& [name, rules] : by_name_) find(name, 0);
    return std::move(found_);
  }

 private:
  void find(const std::string& name, int depth) {
    const auto rules = by_name_.find(name);
    if (depth > kMaxDepth || rules == by_name_.end() || !under_way_.insert(name).second) return;
    std::optional<LabelFlow> flow;
    for (const Rule* rule : rules->second) {
      for (const promql::VectorSelector* selector : promql::selectors(*rule->expression)) {
        find(selector->name, depth + 1);
      }
      LabelFlow one = labels_recorded_by(*rule, found_);
      flow = flow ? either(*flow, one) : std::move(one);
    }
    if (flow) found_.emplace(name, *std::move(flow));
  }

  std::map<std::string, std::vector<const Rule*>, std::less<>> by_name_;
  std::set<std::string> under_way_;
  RecordedLabels found_;
};

}  // namespace

RecordedLabels recorded_labels(std::span<const Rule* const> rules) {
  return Recorder(rules).all();
}

LabelFlow labels_recorded_by(const Rule& rule, const RecordedLabels& others) {
  LabelFlow flow = label_flow(*rule.expression, &others);
  for (const NamedText& label : rule.labels) set_label(flow, label.name, label.text.value);
  return flow;
}

LabelFlow with_labels_added(LabelFlow flow) {
  std::set<std::string> absent;
  for (const std::string_view name : kNeverAdded) {
    const std::string label(name);
    if (!flow.may_have(label)) absent.insert(label);
  }
  flow.exact = false;
  flow.possible.clear();
  flow.absent = std::move(absent);
  return flow;
}

RecordedLabels with_labels_added(RecordedLabels recorded) {
  for (auto& [name, flow] : recorded) flow = with_labels_added(std::move(flow));
  return recorded;
}

}  // namespace firedrill::alerting
