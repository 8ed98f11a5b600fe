// What a scenario expects of a run. A kind of expectation is a row of the table in expectation_table.cc: its fields,
// its checks, and the function that judges it from the record.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"
#include "base/result.h"

namespace firedrill::promql {
class Queryable;
}

namespace firedrill::incident {

struct Record;

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

// Names that an expectation may refer to; decoding checks against them.
struct KnownNames {
  std::vector<std::string> alerts;
  std::vector<std::string> services;
  std::vector<std::string> incidents;
  std::vector<std::string> slos;
  std::vector<std::string> faults;
};

struct ExpectationKind {
  std::string_view name;
  std::string_view doc;                      // a paragraph, for `firedrill list expectations -v`
  std::span<const std::string_view> common;  // which of the common fields it takes, besides id and kind
  std::span<const FieldSpec> own;            // its own fields
  // What field types cannot say: unknown names, expressions with a syntax error, fields that exclude each other.
  void (*check)(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics);
  // The record has its incidents, measures and severities; `series` holds the run's samples.
  Outcome (*evaluate)(const Expectation& expectation, const Record& record, const promql::Queryable& series);
};

// All kinds, sorted by name.
std::span<const ExpectationKind> expectation_kinds();
const ExpectationKind* find_expectation_kind(std::string_view name);

// id, kind, since, within, from, to, except: declared once for all kinds.
std::span<const FieldSpec> common_expectation_fields();
// Everything a declaration of this kind may say: id, kind, the common fields it takes, its own.
std::vector<FieldSpec> fields_of(const ExpectationKind& kind);

}  // namespace firedrill::incident
