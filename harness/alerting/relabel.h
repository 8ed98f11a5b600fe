// Relabelling: how Prometheus rewrites or drops label sets on their way, here those of alerts on their way to
// Alertmanager and those of scraped series on their way to the store. Semantics: model/relabel/relabel.go.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/regex.h"
#include "model/labels.h"

namespace firedrill::alerting {

enum class RelabelAction {
  replace,
  keep,
  drop,
  keep_equal,
  drop_equal,
  hash_mod,
  label_map,
  label_drop,
  label_keep,
  lowercase,
  uppercase,
};
// As configurations write them: replace, keep, drop, keepequal, …
std::string_view to_string(RelabelAction action);
std::span<const std::string_view> relabel_actions();
std::optional<RelabelAction> relabel_action(std::string_view name);

// One step as a configuration writes it; what it does not write has Prometheus's default.
struct RelabelText {
  std::vector<std::string> source_labels{};
  std::string separator = ";";
  std::string regex = "(.*)";
  std::uint64_t modulus = 0;
  std::string target_label{};
  std::string replacement = "$1";
  RelabelAction action = RelabelAction::replace;
};

// A step that has been checked and can be applied.
class RelabelStep {
 public:
  // The error is a reason in Prometheus's words.
  static std::expected<RelabelStep, std::string> make(RelabelText text);

  // False: the label set is dropped.
  bool apply(model::Labels& labels) const;
  const RelabelText& text() const { return text_; }

 private:
  RelabelStep(RelabelText text, Regex regex) : text_(std::move(text)), regex_(std::move(regex)) {}
  void rewrite(std::string_view value, model::Labels& labels) const;
  void map_names(model::Labels& labels) const;
  void filter_names(bool drop_matching, model::Labels& labels) const;

  RelabelText text_;
  Regex regex_;
};

// All steps in turn, until one drops the label set: then false.
bool relabel(std::span<const RelabelStep> steps, model::Labels& labels);

}  // namespace firedrill::alerting
