// The table of expectation kinds: adding a kind is one file below expectations/, one row here, one test, one paragraph.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "incident/expectations/known_names.h"
#include "record/expectation.h"

namespace firedrill::promql {
class Queryable;
}
namespace firedrill::record {
struct AlertRecord;
struct Record;
}  // namespace firedrill::record

namespace firedrill::incident {

struct ExpectationKind {
  std::string_view name;
  std::string_view doc;                      // a paragraph, for `firedrill list expectations -v`
  std::span<const std::string_view> common;  // which of the common fields it takes, besides id and kind
  std::span<const FieldSpec> own;            // its own fields
  // It names an alert (fields alert, labels, severity) that is to come: such an alert belongs to its incident, and is
  // no "other" alert.
  bool names_alert = false;
  // What field types cannot say: unknown names, expressions with a syntax error, fields that exclude each other.
  void (*check)(const record::Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics);
  // The record has its incidents, measures and severities; `series` holds the run's samples.
  record::Outcome (*evaluate)(const record::Expectation& expectation, const record::Record& record,
                              const promql::Queryable& series);
};

// All kinds, sorted by name.
std::span<const ExpectationKind> expectation_kinds();
const ExpectationKind* find_expectation_kind(std::string_view name);
// An expectation of a kind that names alerts to come, which speaks of this one.
bool names(const record::Expectation& expectation, const record::AlertRecord& alert);

// Everything a declaration of this kind may say: id, kind, the common fields it takes, its own.
std::vector<FieldSpec> fields_of(const ExpectationKind& kind);
// The same of all kinds, for those who read records.
const record::ExpectationForms& expectation_forms();

}  // namespace firedrill::incident
