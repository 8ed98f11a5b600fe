// How bad an incident is: P0 (outage) to P3 (minor), from four independent inputs, by thresholds that can be set.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"
#include "base/time.h"
#include "record/severity.h"

namespace firedrill::incident {

// The first level, from the worst down, one of whose thresholds is crossed; P3 if none is. Comparisons are strict.
record::SeverityLevel determine_severity(const record::SeverityInputs& inputs,
                                         const record::SeverityThresholds& thresholds);
// The inputs that made it so, in words: "error rate 62 % > 50 %, availability 41 % < 50 %"; for P3 "no threshold
// crossed".
std::string explain_severity(const record::SeverityInputs& inputs, const record::SeverityThresholds& thresholds);

// The fields of one level's block in a file (`severity: {p1: {error_rate: 10%, p95: 5s, affected: 20%, availability:
// 95%}}`).
std::span<const FieldSpec> severity_rule_fields();
// Fields that are absent keep their value in `rule`.
void set_severity_rule(record::SeverityRule& rule, const Fields& fields);

// Thresholds that never decide, because a worse level begins no later: "P1's error rate of 10 % is not below P0's of
// 5 %".
std::vector<std::string> idle_thresholds(const record::SeverityThresholds& thresholds);

// The window of the inputs, ending at the end of the minute that is judged.
inline constexpr Duration kSeverityWindow = 5min;

}  // namespace firedrill::incident
