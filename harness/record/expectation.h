// What a scenario expects of a run, as declared, and what came of it. What kinds there are, and how each is judged, is
// not known here (incident/expectations/expectation_table.h).
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"

namespace firedrill::promql {
struct Expr;
}

namespace firedrill::record {

// As declared: the fields are those of its kind's table (fields_of), decoded.
struct Expectation {
  std::string id;
  std::string kind;
  Fields fields;
  // Of its field `expr`, as Prometheus 3 reads it; null where it has none, or in a record that was read from a file.
  std::shared_ptr<const promql::Expr> expression{};
};

enum class Verdict {
  pass,
  fail,
  invalid,
  scored,  // of a drill that somebody worked, and never of an expectation: its score says how it went
};
std::string_view to_string(Verdict verdict);

// The answer to one expectation, in words that stand alone.
struct Outcome {
  Verdict result = Verdict::pass;
  std::string expected;  // "SLOFastBurn {severity="critical"} fires within 5 m of the injection (by 13:45:00)"
  std::string observed;  // "fired at 13:47:30, 7 m 30 s after the injection"
  std::string why;       // of a failure or an invalid one: the nearest miss; empty if it passed
  std::string subject;   // what it is about: an alert's name, an incident's id; may be empty
};

struct ExpectationRecord {
  std::string id;
  std::string kind;
  Outcome outcome;
};

// The kinds that a reader of records knows, each with the fields that a declaration of it may have. Handed in by
// whoever judges.
using ExpectationForms = std::map<std::string, std::vector<FieldSpec>, std::less<>>;

}  // namespace firedrill::record
