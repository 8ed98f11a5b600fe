#include "alerting/relabel.h"

#include <array>

#include "base/hash.h"
#include "base/text/format.h"
#include "template/format/unicode.h"

namespace firedrill::alerting {
namespace {

constexpr std::array<std::string_view, 11> kActions = {"replace",   "keep",      "drop",     "keepequal",
                                                       "dropequal", "hashmod",   "labelmap", "labeldrop",
                                                       "labelkeep", "lowercase", "uppercase"};

using enum RelabelAction;

bool one_of(RelabelAction action, std::initializer_list<RelabelAction> actions) {
  for (const RelabelAction other : actions) {
    if (action == other) return true;
  }
  return false;
}

// What is wrong with a step: relabel.go, Config.Validate. Empty: nothing.
std::string problem(const RelabelText& text) {
  const RelabelText plain;
  const RelabelAction action = text.action;
  const std::string_view name = to_string(action);
  if (action == hash_mod && text.modulus == 0) {
    return "relabel configuration for hashmod requires non-zero modulus";
  }
  if (one_of(action, {replace, hash_mod, lowercase, uppercase, keep_equal, drop_equal}) && text.target_label.empty()) {
    return format("relabel configuration for {} action requires 'target_label' value", name);
  }
  if (one_of(action, {lowercase, uppercase, keep_equal, drop_equal}) && text.replacement != plain.replacement) {
    return format("'replacement' can not be set for {} action", name);
  }
  if (action == label_map && text.replacement.empty()) {
    return format("\"\" is invalid 'replacement' for {} action", name);
  }
  const bool rest_plain = text.separator == plain.separator && text.modulus == plain.modulus;
  if (one_of(action, {keep_equal, drop_equal}) && (text.regex != plain.regex || !rest_plain)) {
    return format("{} action requires only 'source_labels' and 'target_label', and no other fields", name);
  }
  const bool names_only =
      text.source_labels.empty() && text.target_label.empty() && rest_plain && text.replacement == plain.replacement;
  if (one_of(action, {label_drop, label_keep}) && !names_only) {
    return format("{} action requires only 'regex', and no other fields", name);
  }
  return {};
}

}  // namespace

std::string_view to_string(RelabelAction action) {
  return kActions[static_cast<std::size_t>(action)];
}

std::span<const std::string_view> relabel_actions() {
  return kActions;
}

std::optional<RelabelAction> relabel_action(std::string_view name) {
  const std::string lower = templates::to_lower(name);
  for (std::size_t i = 0; i < kActions.size(); ++i) {
    if (kActions[i] == lower) return static_cast<RelabelAction>(i);
  }
  return std::nullopt;
}

std::expected<RelabelStep, std::string> RelabelStep::make(RelabelText text) {
  if (std::string reason = problem(text); !reason.empty()) return std::unexpected(std::move(reason));
  auto regex = Regex::compile(text.regex);
  if (!regex) return std::unexpected(std::move(regex.error()));
  return RelabelStep(std::move(text), *std::move(regex));
}

bool RelabelStep::apply(model::Labels& labels) const {
  // Thousands of source labels or a long separator make a text that nobody needs, for each series anew.
  constexpr std::size_t kUsual = 4096;
  constexpr std::size_t kBytesOfLookup = 16;
  const std::size_t length = text_.source_labels.size() * (text_.separator.size() + kBytesOfLookup);
  if (length > kUsual && !Regex::count_text(length)) return true;
  std::string value;
  for (std::size_t i = 0; i < text_.source_labels.size(); ++i) {
    if (i > 0) value += text_.separator;
    value += labels.get(text_.source_labels[i]);
  }
  switch (text_.action) {
    case drop:
      return !regex_.matches(value);
    case keep:
      return regex_.matches(value);
    case drop_equal:
      return labels.get(text_.target_label) != value;
    case keep_equal:
      return labels.get(text_.target_label) == value;
    case replace:
      rewrite(value, labels);
      return true;
    case lowercase:
    case uppercase:
      labels.set(text_.target_label,
                 text_.action == uppercase ? templates::to_upper(value) : templates::to_lower(value));
      return true;
    case hash_mod:
      labels.set(text_.target_label, format("{}", md5_tail(value) % text_.modulus));
      return true;
    case label_map:
      map_names(labels);
      return true;
    case label_drop:
      filter_names(true, labels);
      return true;
    case label_keep:
      filter_names(false, labels);
      return true;
  }
  return true;
}

void RelabelStep::rewrite(std::string_view value, model::Labels& labels) const {
  std::string target;
  std::string replacement;
  if (!regex_.expand(value, text_.target_label, target)) return;
  if (target.empty()) return;
  regex_.expand(value, text_.replacement, replacement);
  labels.set(target, replacement);
}

void RelabelStep::map_names(model::Labels& labels) const {
  const model::Labels before = labels;
  for (const model::Label& label : before) {
    std::string name;
    if (regex_.expand(label.name, text_.replacement, name) && !name.empty()) labels.set(name, label.value);
  }
}

void RelabelStep::filter_names(bool drop_matching, model::Labels& labels) const {
  const model::Labels before = labels;
  for (const model::Label& label : before) {
    if (regex_.matches(label.name) == drop_matching) labels.remove(label.name);
  }
}

bool relabel(std::span<const RelabelStep> steps, model::Labels& labels) {
  for (const RelabelStep& step : steps) {
    if (!step.apply(labels)) return false;
  }
  return true;
}

}  // namespace firedrill::alerting
