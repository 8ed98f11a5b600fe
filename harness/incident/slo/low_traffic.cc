#include "incident/slo/low_traffic.h"

#include <algorithm>

#include "base/duration.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::incident {
namespace {

// "26 bad requests within 1h, 3 of them within its last 5m"
std::string describe(const BurnCondition& condition, const FewestFailures& fewest) {
  return format("{} bad request{} within {}, {} of them within its last {}", fewest.within_long,
                fewest.within_long == 1 ? "" : "s", format_duration(condition.long_window), fewest.within_short,
                format_duration(condition.short_window));
}

// rate() and increase() extrapolate from the first and last scrape of a window to its ends, by up to an interval at
// each: n failures count as up to n × window ÷ (window − 2 × interval).
void warn_of_extrapolation(const PlacedSlo& placed, const std::vector<BurnCondition>& conditions, int min_failures,
                           Diagnostics& warnings) {
  if (conditions.empty()) return;
  constexpr Duration kUsualInterval = 1min;
  const Duration window = std::ranges::min(conditions, {}, &BurnCondition::long_window).long_window;
  const Duration most = from_seconds(to_seconds(window) / (2.0 * min_failures));
  if (most >= kUsualInterval) return;
  warnings.push_back(
      {Severity::warning, placed.where,
       format("with scrapes {} apart or more, {} bad requests of '{}' within {} may count as {}",
              describe_duration(most), min_failures - 1, placed.slo.name, format_duration(window), min_failures),
       "scrape more often, or demand fewer"});
}

}  // namespace

std::int64_t fewest_above(double threshold, double requests) {
  // Twelve digits: 14.4 × 0.001 × 2500 is 36, and 36 of 2500 are not above it.
  const double allowed = maths::floor(round_to_record(threshold * requests));
  const double all = std::max(1.0, maths::ceil(requests));
  return static_cast<std::int64_t>(std::min(allowed + 1, all));
}

FewestFailures fewest_failures(const record::Slo& slo, const BurnCondition& condition, double requests_a_second,
                               int min_failures) {
  const double threshold = round_to_record(condition.factor * round_to_record(1 - slo.objective));
  const auto within = [&](Duration window) { return fewest_above(threshold, requests_a_second * to_seconds(window)); };
  FewestFailures fewest{within(condition.long_window), within(condition.short_window)};
  fewest.within_long = std::max({fewest.within_long, fewest.within_short, std::int64_t{min_failures}});
  return fewest;
}

std::string describe_low_traffic(const PlacedSlo& placed, const Indicator& indicator,
                                 const std::vector<BurnCondition>& fast, const std::vector<BurnCondition>& slow,
                                 const SloRuleOptions& options, Diagnostics& warnings) {
  std::vector<BurnCondition> all = fast;
  all.insert(all.end(), slow.begin(), slow.end());
  if (options.min_failures > 0) warn_of_extrapolation(placed, all, options.min_failures, warnings);
  if (!options.rate) return {};
  if (!failures_over(indicator, "1h")) {
    warnings.push_back({Severity::warning, placed.where,
                        format("'{}' does not count requests: nothing is said of a rate of {}", placed.slo.name,
                               options.rate_as_given),
                        "only queries that add up rates of counters count requests"});
    return {};
  }
  std::string out;
  for (const auto* conditions : {&fast, &slow}) {
    std::string ways;
    for (const BurnCondition& condition : *conditions) {
      const FewestFailures fewest = fewest_failures(placed.slo, condition, *options.rate, options.min_failures);
      ways += (ways.empty() ? "" : "; or ") + describe(condition, fewest);
      if (conditions != &fast || fewest.within_long > 1) continue;
      warnings.push_back({Severity::warning, placed.where,
                          format("at a rate of {}, a single bad request of '{}' within {} pages", options.rate_as_given,
                                 placed.slo.name, format_duration(condition.long_window)),
                          "demand more of them (--min-failures 5, say), or an objective that such traffic can show"});
    }
    if (ways.empty()) continue;
    out += format("  # At a rate of {}, the {} alert takes at least {}.\n", options.rate_as_given,
                  conditions == &fast ? "page" : "ticket", ways);
  }
  if (out.empty()) return out;
  return out + "  # That is of whole windows: what rate() sees of one is up to two scrape intervals shorter.\n";
}

std::string failures_name(Duration window) {
  return "slo:sli_failures:increase" + format_duration(window);
}

Diagnostics cannot_count_failures(const PlacedSlo& placed) {
  return {
      {Severity::error, placed.where,
       format("a minimum of failures cannot be demanded of '{}': its queries do not count requests", placed.slo.name),
       "leave --min-failures out, or write queries that add up rates of counters"}};
}

}  // namespace firedrill::incident
