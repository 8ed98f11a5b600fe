// What is known of the labels of a rule's alerts before anything has run, and so which routes take them. Labels that
// Prometheus adds on the way (external_labels, alert relabelling) are not known here.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerting/rule_file.h"
#include "notify/config/config.h"

namespace firedrill::notify {

enum class Truth : std::uint8_t { no, maybe, yes };

struct AlertShape {
  std::string name;
  Position where{};                                       // of its rule
  std::map<std::string, std::string, std::less<>> fixed;  // labels whose value is known
  std::set<std::string, std::less<>> some;                // that are there with some value
  std::set<std::string, std::less<>> absent;              // that are not there
  bool exact = false;                                     // there is no label but `possible` and the above
  std::set<std::string, std::less<>> possible;

  // The value; empty if the label is not there; nothing if it is not known.
  std::optional<std::string_view> value(std::string_view label) const;
  bool has(std::string_view label) const { return fixed.contains(label) || some.contains(label); }
};

// One for each alerting rule of files that have passed finish().
std::vector<AlertShape> alert_shapes(std::span<const alerting::RuleFile> files);

Truth matches(std::span<const Matcher> matchers, const AlertShape& shape);

// Whether each route takes the alert itself, by its index.
std::vector<Truth> takers(std::span<const Route> routes, const AlertShape& shape);

}  // namespace firedrill::notify
