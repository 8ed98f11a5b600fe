// How bad an incident is: P0 (outage) to P3 (minor), from four independent inputs, by thresholds that can be set.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"
#include "base/time.h"

namespace firedrill::incident {

// Worst first, so that the smaller value is the worse severity.
enum class SeverityLevel { p0, p1, p2, p3 };
std::string_view to_string(SeverityLevel level);                     // "P0"
std::string_view describe(SeverityLevel level);                      // "major degradation"
std::optional<SeverityLevel> parse_severity(std::string_view text);  // "P0" or "p0"

// Measured over the trailing five minutes, over the world's truth and not over what was scraped.
struct SeverityInputs {
  double error_rate = 0;    // failed ÷ all requests of the entry points, 0 to 1; 0 without requests
  double p95_seconds = 0;   // of the entry points' requests
  double affected = 0;      // share of distinct users with a failed request, 0 to 1
  double availability = 1;  // share of outside checks of the entry points that succeeded, 0 to 1; 1 without checks
  bool operator==(const SeverityInputs&) const = default;
};

// What makes an incident at least this severe: any one of them. Absent: this input does not count at this level.
struct SeverityRule {
  std::optional<double> error_rate_over;
  std::optional<double> p95_seconds_over;
  std::optional<double> affected_over;
  std::optional<double> availability_under;
  bool operator==(const SeverityRule&) const = default;
};

struct SeverityThresholds {
  SeverityRule p0{0.50, std::nullopt, 0.80, 0.50};
  SeverityRule p1{0.10, 5.0, 0.20, 0.95};
  SeverityRule p2{0.05, 2.0, 0.05, std::nullopt};
  bool operator==(const SeverityThresholds&) const = default;
};

// The first level, from the worst down, one of whose thresholds is crossed; P3 if none is. Comparisons are strict.
SeverityLevel determine_severity(const SeverityInputs& inputs, const SeverityThresholds& thresholds);
// The inputs that made it so, in words: "error rate 62 % > 50 %, availability 41 % < 50 %"; for P3 "no threshold
// crossed".
std::string explain_severity(const SeverityInputs& inputs, const SeverityThresholds& thresholds);

// The fields of one level's block in a file (`severity: {p1: {error_rate: 10%, p95: 5s, affected: 20%, availability:
// 95%}}`).
std::span<const FieldSpec> severity_rule_fields();
// Fields that are absent keep their value in `rule`.
void set_severity_rule(SeverityRule& rule, const Fields& fields);

// Thresholds that never decide, because a worse level begins no later: "P1's error rate of 10 % is not below P0's of
// 5 %".
std::vector<std::string> idle_thresholds(const SeverityThresholds& thresholds);

// The window of the inputs, ending at the end of the minute that is judged.
inline constexpr Duration kSeverityWindow = 5min;

}  // namespace firedrill::incident
