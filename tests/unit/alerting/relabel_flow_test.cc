#include "alerting/analysis/relabel_flow.h"

#include <gtest/gtest.h>

namespace firedrill::alerting {
namespace {

using enum RelabelAction;

// What "severity" and "pod" can be afterwards: "low, critical | anything". Before, severity is warning or critical, and
// a pod may be there.
std::string after(std::vector<RelabelText> texts) {
  std::vector<RelabelStep> steps;
  for (RelabelText& text : texts) steps.push_back(*RelabelStep::make(std::move(text)));
  const auto before = [](const std::string& label) {
    if (label == "severity") return LabelValues{false, {"warning", "critical"}};
    if (label == "pod") return LabelValues{true, {}};
    return LabelValues{false, {""}};
  };
  std::string out;
  for (const auto& [name, values] : after_relabelling(steps, {"severity", "pod", "team"}, before)) {
    out += (out.empty() ? "" : " | ") + name;
    for (const std::string& value : values.values) out += " '" + value + "'";
    if (values.any) out += " anything";
  }
  return out;
}

TEST(RelabelFlow, FollowsWhatIsKnown) {
  EXPECT_EQ(after({}), "pod anything | severity 'critical' 'warning' | team ''");
  EXPECT_EQ(
      after({{.source_labels = {"severity"}, .regex = "warning", .target_label = "severity", .replacement = "low"}}),
      "pod anything | severity 'critical' 'low' | team ''");
  EXPECT_EQ(after({{.target_label = "pod", .replacement = "one"}}),
            "pod 'one' | severity 'critical' 'warning' | team ''");
  EXPECT_EQ(after({{.source_labels = {"severity"}, .target_label = "team", .action = uppercase}}),
            "pod anything | severity 'critical' 'warning' | team 'CRITICAL' 'WARNING'");
  EXPECT_EQ(after({{.regex = "p.d|team", .action = label_drop}}), "pod '' | severity 'critical' 'warning' | team ''");
  EXPECT_EQ(after({{.regex = "team", .action = label_keep}}), "pod '' | severity '' | team ''");
}

TEST(RelabelFlow, KnowsWhatItDoesNotKnow) {
  EXPECT_EQ(after({{.source_labels = {"pod"}, .regex = "web-.*", .target_label = "team", .replacement = "shop"}}),
            "pod anything | severity 'critical' 'warning' | team '' 'shop'");
  EXPECT_EQ(after({{.source_labels = {"pod"}, .regex = "(.*)-.*", .target_label = "team"}}),
            "pod anything | severity 'critical' 'warning' | team '' anything");
  EXPECT_EQ(after({{.regex = "x_(.*)", .action = label_map}}),
            "pod anything | severity 'critical' 'warning' anything | team '' anything");
  EXPECT_EQ(after({{.source_labels = {"pod"}, .target_label = "$1", .replacement = "x"}}),
            "pod anything | severity 'critical' 'warning' anything | team '' anything");
}

TEST(RelabelFlow, ANameThatIsMadeUpIsNotAnyName) {
  const std::string untouched = "pod anything | severity 'critical' 'warning' | team ''";
  for (const char* made : {"k8s_$1", "${1}_x", "s${1}z", "x", "$$team", "t$1a${2}e"}) {
    EXPECT_EQ(after({{.regex = "(.*)", .replacement = made, .action = label_map}}), untouched) << made;
  }
  for (const char* made : {"te$1", "$1", "${1}m", "t$1a${2}", "team", "$1e$2"}) {
    EXPECT_TRUE(after({{.regex = "(.*)", .replacement = made, .action = label_map}}).ends_with("team '' anything"))
        << made;
  }
}

// What is dropped is told of as it came.
TEST(RelabelFlow, WhatIsDroppedKeepsWhatItCameWith) {
  const RelabelText no_warnings{.source_labels = {"severity"}, .regex = "warning", .action = drop};
  const RelabelText all_low{.target_label = "severity", .replacement = "low"};
  EXPECT_EQ(after({all_low, no_warnings}), "pod anything | severity 'low' | team ''");
  EXPECT_EQ(after({no_warnings, all_low}), "pod anything | severity 'critical' 'low' 'warning' | team ''");
}

TEST(RelabelFlow, TellsWhichLabelsAreSet) {
  const auto set = [](RelabelText text) { return labels_set(std::vector{*RelabelStep::make(std::move(text))}); };
  EXPECT_EQ(set({.target_label = "pod", .replacement = "one"}), std::set<std::string>{"pod"});
  EXPECT_EQ(set({.regex = "pod", .action = label_drop}), std::set<std::string>{});
  EXPECT_EQ(set({.regex = "x_(.*)", .action = label_map}), std::nullopt);
  EXPECT_EQ(set({.regex = "job", .replacement = "k8s_job", .action = label_map}), std::set<std::string>{"k8s_job"});
}

}  // namespace
}  // namespace firedrill::alerting
