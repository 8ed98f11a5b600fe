#include "alerting/analysis/relabel_flow.h"

#include <algorithm>
#include <vector>

namespace firedrill::alerting {
namespace {

using enum RelabelAction;

constexpr std::size_t kMostCombinations = 256;
constexpr std::string_view kAnything = "\x01";  // for a value that has no say in the step

bool sets_a_label(RelabelAction action) {
  return action == replace || action == hash_mod || action == lowercase || action == uppercase;
}

bool computes_names(const RelabelText& text) {
  return text.action == label_map || (sets_a_label(text.action) && text.target_label.find('$') != std::string::npos);
}

bool of_reference(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// What stands between the references ($1, ${name}) of a replacement.
std::vector<std::string> literals(std::string_view text) {
  std::vector<std::string> found{""};
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c != '$' || text.starts_with('$')) {
      found.back() += c;
      text.remove_prefix(c == '$' ? 1 : 0);
      continue;
    }
    if (text.starts_with('{')) {
      text.remove_prefix(std::min(text.size(), text.find('}') == text.npos ? text.size() : text.find('}') + 1));
    } else {
      while (!text.empty() && of_reference(text.front())) text.remove_prefix(1);
    }
    found.emplace_back();
  }
  return found;
}

// Whether a replacement may come to this name, whatever its references stand for.
bool may_become(std::string_view replacement, std::string_view name) {
  const std::vector<std::string> parts = literals(replacement);
  if (parts.size() == 1) return name == parts.front();
  if (!name.starts_with(parts.front())) return false;
  name.remove_prefix(parts.front().size());
  if (!name.ends_with(parts.back())) return false;
  name.remove_suffix(parts.back().size());
  for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
    const std::size_t at = name.find(parts[i]);
    if (at == std::string_view::npos) return false;
    name.remove_prefix(at + parts[i].size());
  }
  return true;
}

class Flow {
 public:
  explicit Flow(KnownValues known) : known_(std::move(known)) {}

  void apply(const RelabelStep& step) {
    const RelabelText& text = step.text();
    if (computes_names(text)) {
      const std::string& made = text.action == label_map ? text.replacement : text.target_label;
      for (auto& [name, values] : known_) values.any |= may_become(made, name);
    } else if (text.action == label_drop || text.action == label_keep) {
      filter_names(step);
    } else if (std::ranges::any_of(text.source_labels, [&](const auto& name) { return known_[name].any; })) {
      from_unknown(text);
    } else {
      from_known(step);
    }
  }

  const KnownValues& known() const { return known_; }
  bool may_be_dropped() const { return may_be_dropped_; }

 private:
  void filter_names(const RelabelStep& step) {
    for (auto& [name, values] : known_) {
      model::Labels one{{name, "x"}};
      step.apply(one);
      if (!one.has(name)) values = {false, {""}};
    }
  }

  void from_unknown(const RelabelText& text) {
    if (!sets_a_label(text.action)) {
      may_be_dropped_ = true;
      return;
    }
    LabelValues& target = known_[text.target_label];
    if (text.action == replace && text.replacement.find('$') == std::string::npos) {
      target.values.insert(text.replacement);
    } else {
      target.any = true;
    }
  }

  // Each combination of the values that the step looks at is taken through it.
  void from_known(const RelabelStep& step) {
    const RelabelText& text = step.text();
    std::set<std::string> names(text.source_labels.begin(), text.source_labels.end());
    if (!text.target_label.empty()) names.insert(text.target_label);
    std::vector<model::Labels> combinations{model::Labels()};
    for (const std::string& name : names) {
      std::set<std::string> values = known_[name].values;
      if (known_[name].any) values = {std::string(kAnything)};
      std::vector<model::Labels> longer;
      for (const model::Labels& labels : combinations) {
        for (const std::string& value : values) {
          longer.push_back(labels);
          if (!value.empty()) longer.back().set(name, value);
        }
      }
      combinations = std::move(longer);
      if (combinations.size() > kMostCombinations) return from_unknown(text);
    }
    std::map<std::string, LabelValues> after;
    for (model::Labels& labels : combinations) {
      // Whether the target equals the sources is not known of one that can be anything.
      const bool compares = text.action == keep_equal || text.action == drop_equal;
      const bool open = compares && labels.get(text.target_label) == kAnything;
      const bool kept = step.apply(labels);
      may_be_dropped_ |= !kept || open;
      if (!kept && !open) continue;
      for (const std::string& name : names) {
        const std::string value(labels.get(name));
        value == kAnything ? void(after[name].any = true) : void(after[name].values.insert(value));
      }
    }
    for (auto& [name, values] : after) known_[name] = std::move(values);
  }

  KnownValues known_;
  bool may_be_dropped_ = false;
};

}  // namespace

KnownValues after_relabelling(std::span<const RelabelStep> steps, const std::set<std::string>& labels,
                              const std::function<LabelValues(const std::string& label)>& before) {
  std::set<std::string> followed = labels;
  for (const RelabelStep& step : steps) {
    followed.insert(step.text().source_labels.begin(), step.text().source_labels.end());
    if (!step.text().target_label.empty()) followed.insert(step.text().target_label);
  }
  KnownValues at_first;
  for (const std::string& label : followed) at_first[label] = before(label);
  Flow flow(at_first);
  for (const RelabelStep& step : steps) flow.apply(step);
  KnownValues after;
  for (const std::string& label : labels) {
    LabelValues values = flow.known().at(label);
    if (flow.may_be_dropped()) {
      const LabelValues& came = at_first.at(label);
      values.any |= came.any;
      values.values.insert(came.values.begin(), came.values.end());
    }
    after[label] = std::move(values);
  }
  return after;
}

std::optional<std::set<std::string>> labels_set(std::span<const RelabelStep> steps) {
  std::set<std::string> labels;
  for (const RelabelStep& step : steps) {
    const RelabelText& text = step.text();
    const std::vector<std::string> name = literals(text.action == label_map ? text.replacement : text.target_label);
    if (computes_names(text) && name.size() > 1) return std::nullopt;
    if (computes_names(text) || sets_a_label(text.action)) labels.insert(name.front());
  }
  return labels;
}

}  // namespace firedrill::alerting
