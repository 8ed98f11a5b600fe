// What a scenario expects of a run. A kind of expectation is a row of the table in expectation_table.cc: its fields,
// its checks, and the function that judges it from the record.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fields.h"

namespace firedrill::alerting {
class RelabelStep;
}

namespace firedrill::incident {

// As declared: the fields are those of its kind's table (fields_of), decoded.
struct Expectation {
  std::string id;
  std::string kind;
  Fields fields;
};

enum class Verdict { pass, fail, invalid };
std::string_view to_string(Verdict verdict);

// The answer to one expectation, in words that stand alone.
struct Outcome {
  Verdict result = Verdict::pass;
  std::string expected;  // "SLOFastBurn {severity="critical"} fires within 5 m of the injection (by 13:45:00)"
  std::string observed;  // "fired at 13:47:30, 7 m 30 s after the injection"
  std::string why;       // of a failure or an invalid one: the nearest miss; empty if it passed
  std::string subject;   // what it is about: an alert's name, an incident's id; may be empty
};

// What an alerting rule says of its alerts.
struct KnownRule {
  std::string alert;
  std::string expr;
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
  Duration duration{};  // of the judged window; 0: not known
  std::vector<KnownRule> rules{};
  std::vector<ConstantLabel> constants{};
  AlertRelabelling relabelling{};
};

}  // namespace firedrill::incident
