// Which values labels can have after relabelling, whatever the data: what is known before is followed through the
// steps.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "alerting/relabel.h"

namespace firedrill::alerting {

// The values that a label can have; "" stands for not having it.
struct LabelValues {
  bool any = false;  // any value, or none
  std::set<std::string> values{};

  bool admit(const std::string& value) const { return any || values.contains(value); }
  bool operator==(const LabelValues&) const = default;
};

using KnownValues = std::map<std::string, LabelValues>;

// Of these labels, after the steps. What may have been dropped on the way keeps the values that it came with, too.
KnownValues after_relabelling(std::span<const RelabelStep> steps, const std::set<std::string>& labels,
                              const std::function<LabelValues(const std::string& label)>& before);

// The labels that the steps may give a value that they did not have; nothing: any label.
std::optional<std::set<std::string>> labels_set(std::span<const RelabelStep> steps);

}  // namespace firedrill::alerting
