// How bad an incident is: P0 (outage) to P3 (minor), its four independent inputs, and the thresholds that decide. The
// function that decides is incident/severity/severity.h.
#pragma once

#include <optional>
#include <string_view>

namespace firedrill::record {

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

}  // namespace firedrill::record
