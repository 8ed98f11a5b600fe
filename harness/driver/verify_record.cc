#include "driver/verify_record.h"

#include <algorithm>

#include "base/text/format.h"
#include "base/version.h"
#include "incident/alerts/paging.h"
#include "incident/judge.h"
#include "record/record_json.h"

namespace firedrill::driver {
namespace {

using record::ExpectationRecord;
using record::Record;

// Empty if the expectations' results agree.
std::string difference(const ExpectationRecord& said, const ExpectationRecord& judged) {
  if (said.id != judged.id) return format("it has expectation '{}' where '{}' is declared", said.id, judged.id);
  if (said.outcome.result != judged.outcome.result) {
    return format("expectation '{}' is said to be '{}', and judged again it is '{}'", said.id,
                  to_string(said.outcome.result), to_string(judged.outcome.result));
  }
  const bool same = said.outcome.expected == judged.outcome.expected &&
                    said.outcome.observed == judged.outcome.observed && said.outcome.why == judged.outcome.why;
  return same ? "" : format("the words of expectation '{}' are not those that it gets when judged again", said.id);
}

std::string difference(const Record& said, const Record& judged) {
  if (said.verdict != judged.verdict) {
    return format("the verdict is said to be '{}', and judged again it is '{}'", to_string(said.verdict),
                  to_string(judged.verdict));
  }
  if (said.expectations.size() != judged.expectations.size()) {
    return format("it has {} expectations with results, and {} are declared", said.expectations.size(),
                  judged.expectations.size());
  }
  for (std::size_t i = 0; i < said.expectations.size(); ++i) {
    if (std::string found = difference(said.expectations[i], judged.expectations[i]); !found.empty()) return found;
  }
  if (said.incidents != judged.incidents) return "its incidents do not follow from what it records";
  if (said.slos != judged.slos) return "its SLOs do not follow from what it records";
  if (said.kpis != judged.kpis) return "its key metrics do not follow from what it records";
  return record::write_record(said) == record::write_record(judged)
             ? ""
             : "what it derives does not follow from what it records";
}

}  // namespace

Result<void> verify_results(const Record& record, const promql::Queryable& series, const Position& where) {
  for (std::size_t i = 0; i < record.declared.paging.size(); ++i) {
    const auto matcher = incident::parse_paging_matcher(record.declared.paging[i]);
    if (!matcher) return failure(where, format("declared.paging[{}] is no matcher of labels", i), matcher.error());
  }
  if (record.firedrill != kVersion) return {};
  Record again = record;
  incident::judge(again, series);
  if (const std::string found = difference(record, again); !found.empty()) {
    return failure(
        where, found,
        format("the file was changed after the run, or another build wrote it; run it again: {}", record.command));
  }
  return {};
}

}  // namespace firedrill::driver
