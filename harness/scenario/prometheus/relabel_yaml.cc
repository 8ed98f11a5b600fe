#include "scenario/prometheus/relabel_yaml.h"

#include "base/bounds/activity.h"
#include "base/report.h"
#include "base/text/format.h"

namespace firedrill::scenario {
namespace {

using yaml::DecodedBlock;

bool is_word(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// ^(?:(?:[a-zA-Z_]|\$(?:\{\w+\}|\w+))+\w*)+$: a name in which groups of the regular expression are put.
bool is_name_with_groups(std::string_view name) {
  bool any = false;
  for (std::size_t i = 0; i < name.size();) {
    if (name[i] == '$') {
      const bool braces = i + 1 < name.size() && name[i + 1] == '{';
      const std::size_t begin = i + (braces ? 2 : 1);
      std::size_t end = begin;
      while (end < name.size() && is_word(name[end])) ++end;
      if (end == begin || (braces && (end == name.size() || name[end] != '}'))) return false;
      i = end + (braces ? 1 : 0);
    } else if (!is_word(name[i]) || (!any && name[i] >= '0' && name[i] <= '9')) {
      return false;
    } else {
      ++i;
    }
    any = true;
  }
  return any;
}

// An empty name; one that is null is not looked at.
void refuse_empty_names(const DecodedBlock& block, Diagnostics& diagnostics) {
  const yaml::Node* labels = block.node->find("source_labels");
  if (labels == nullptr) return;
  for (const yaml::Node* label : labels->items) {
    if (!label->is_scalar() || !label->text.empty()) continue;
    report(diagnostics, label->where(), "\"\" is not a valid label name", "name the label whose value is looked at");
  }
}

// What Prometheus 2, in which names are ASCII, refuses of a step's labels.
void refuse_names(const DecodedBlock& block, const alerting::RelabelText& text, Diagnostics& diagnostics) {
  for (const std::string& label : text.source_labels) {
    if (label.empty() || model::is_legacy_label_name(label)) continue;
    report(diagnostics, block.fields.where("source_labels"),
           format("{} is not a valid label name", model::quote(label)),
           "expected letters, digits and underscores, not beginning with a digit");
  }
  using enum alerting::RelabelAction;
  const auto refuse = [&](std::string_view field, const std::string& value) {
    report(diagnostics, block.fields.where(field),
           format("{} is invalid '{}' for {} action", model::quote(value), field, to_string(text.action)),
           "expected letters, digits and underscores, or groups as $1");
  };
  const bool writes = text.action == replace || text.action == lowercase || text.action == uppercase;
  const bool one_name = text.action == keep_equal || text.action == drop_equal || text.action == hash_mod;
  if (writes && !text.target_label.empty() && !is_name_with_groups(text.target_label)) {
    refuse("target_label", text.target_label);
  }
  if (one_name && !text.target_label.empty() && !model::is_legacy_label_name(text.target_label)) {
    refuse("target_label", text.target_label);
  }
  if (text.action == label_map && !is_name_with_groups(text.replacement)) refuse("replacement", text.replacement);
}

std::optional<alerting::RelabelStep> make_step(const DecodedBlock& block, promql::Version version,
                                               Diagnostics& diagnostics) {
  const Fields& fields = block.fields;
  alerting::RelabelText text;
  text.source_labels = fields.texts("source_labels");
  text.separator = fields.text("separator", text.separator);
  text.regex = fields.text("regex", text.regex);
  text.modulus = static_cast<std::uint64_t>(fields.integer("modulus"));
  text.target_label = fields.text("target_label");
  text.replacement = fields.text("replacement", text.replacement);
  if (block.node->find("action") != nullptr) {
    const auto action = alerting::relabel_action(fields.text("action"));
    if (!action) {
      std::vector<std::string> known(alerting::relabel_actions().begin(), alerting::relabel_actions().end());
      report(diagnostics, fields.where("action"), format("unknown relabel action '{}'", fields.text("action")),
             suggest_one(fields.text("action"), known, diagnostics));
      return std::nullopt;
    }
    text.action = *action;
  }
  refuse_empty_names(block, diagnostics);
  if (version == promql::Version::v2) refuse_names(block, text, diagnostics);
  const Position where = fields.has("regex") ? fields.where("regex") : block.where;
  const Activity activity(where);
  auto step = alerting::RelabelStep::make(std::move(text));
  if (step) return *std::move(step);
  report(diagnostics, where, step.error(),
         "relabelling is described under <relabel_config> in Prometheus's configuration manual");
  return std::nullopt;
}

}  // namespace

std::vector<alerting::RelabelStep> make_steps(std::span<const DecodedBlock> blocks, promql::Version version,
                                              Diagnostics& diagnostics) {
  std::vector<alerting::RelabelStep> steps;
  for (const DecodedBlock& block : blocks) {
    if (!block.sound || block.node->is_null()) continue;
    if (auto step = make_step(block, version, diagnostics)) steps.push_back(*std::move(step));
  }
  return steps;
}

}  // namespace firedrill::scenario
