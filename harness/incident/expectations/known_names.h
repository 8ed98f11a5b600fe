// What the rest of a scenario says, against which expectations are checked.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"

namespace firedrill::alerting {
class RelabelStep;
}

namespace firedrill::promql {
struct Expr;
}

namespace firedrill::incident {

// What an alerting rule says of its alerts.
struct KnownRule {
  std::string alert;
  std::shared_ptr<const promql::Expr> expression;           // null: nothing is known of it
  std::vector<std::pair<std::string, std::string>> labels;  // unrendered, its group's among them
};

// A label that each series of a name (lag_seconds_bucket) has, with one of these values whatever happens; an empty one
// stands for not having it.
struct ConstantLabel {
  std::string metric;
  std::string label;
  std::vector<std::string> values;
};

// What becomes of an alert's labels on its way out.
struct AlertRelabelling {
  std::vector<std::pair<std::string, std::string>> external_labels{};  // of what has no label of that name
  const std::vector<alerting::RelabelStep>* relabel = nullptr;         // null: none
};

// Names that an expectation may refer to; decoding checks against them.
struct KnownNames {
  std::vector<std::string> alerts;
  std::vector<std::string> services;
  std::vector<std::string> incidents;
  std::vector<std::string> slos;
  std::vector<std::string> faults;
  bool has_alertmanager = false;
  std::vector<std::string> receivers{};   // of its configuration
  std::vector<std::string> paging{};      // of these, those that call a person
  std::vector<std::string> tiers{};       // of all schedules; none: nobody is on call
  std::vector<std::string> actions{};     // that there are
  std::vector<std::string> acted_upon{};  // services and nodes
  bool compares_course = false;           // something published says what stands for it here
  Duration duration{};                    // of the judged window; 0: not known
  std::vector<KnownRule> rules{};
  std::vector<ConstantLabel> constants{};
  AlertRelabelling relabelling{};
};

}  // namespace firedrill::incident
