#include "incident/severity/severity.h"

#include <array>
#include <string>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "incident/severity/distinct_texts.h"

namespace firedrill::incident {
using namespace record;
namespace {

constexpr std::array kRuleFields{
    FieldSpec{
        .name = "error_rate", .type = FieldType::ratio, .doc = "More failed requests than this.", .min = 0, .max = 1},
    FieldSpec{.name = "p95", .type = FieldType::duration, .doc = "A slower 95th percentile than this."},
    FieldSpec{.name = "affected",
              .type = FieldType::ratio,
              .doc = "More users with a failed request than this.",
              .min = 0,
              .max = 1},
    FieldSpec{.name = "availability",
              .type = FieldType::ratio,
              .doc = "Fewer successful outside checks than this.",
              .min = 0,
              .max = 1},
};

// The crossed thresholds of a level, in words; empty if none is crossed.
std::string crossed(const SeverityInputs& in, const SeverityRule& rule) {
  std::string out;
  const auto add = [&](std::string_view what, const DistinctTexts& texts, char sign) {
    out += format("{}{} {} {} {}", out.empty() ? "" : ", ", what, texts.first, sign, texts.second);
  };
  const auto under = [&](std::string_view what, double value, const std::optional<double>& threshold) {
    if (threshold && value < *threshold) add(what, distinct_texts(value, *threshold), '<');
  };
  const auto over = [&](std::string_view what, double value, const std::optional<double>& threshold) {
    if (threshold && value > *threshold) add(what, distinct_texts(value, *threshold), '>');
  };
  under("availability", in.availability, rule.availability_under);
  over("users affected", in.affected, rule.affected_over);
  over("error rate", in.error_rate, rule.error_rate_over);
  if (rule.p95_seconds_over && in.p95_seconds > *rule.p95_seconds_over) {
    add("p95", distinct_seconds(in.p95_seconds, *rule.p95_seconds_over), '>');
  }
  return out;
}

// One input at two levels, the worse first.
struct Pair {
  std::string_view worse, milder;
  const SeverityRule *above, *below;
};

void compare(const Pair& pair, std::string_view what, const std::optional<double>& worse,
             const std::optional<double>& milder, bool falls, std::string (*words)(double),
             std::vector<std::string>& found) {
  if (!worse || !milder || (falls ? *milder > *worse : *milder < *worse)) return;
  found.push_back(format("{}'s {} of {} is not {} {}'s of {}", pair.milder, what, words(*milder),
                         falls ? "above" : "below", pair.worse, words(*worse)));
}

std::string seconds_words(double seconds) {
  return describe_duration(from_seconds(seconds));
}

}  // namespace

std::vector<std::string> idle_thresholds(const SeverityThresholds& thresholds) {
  std::vector<std::string> found;
  for (const Pair& pair :
       {Pair{"P0", "P1", &thresholds.p0, &thresholds.p1}, Pair{"P0", "P2", &thresholds.p0, &thresholds.p2},
        Pair{"P1", "P2", &thresholds.p1, &thresholds.p2}}) {
    compare(pair, "error rate", pair.above->error_rate_over, pair.below->error_rate_over, false, describe_ratio, found);
    compare(pair, "p95", pair.above->p95_seconds_over, pair.below->p95_seconds_over, false, seconds_words, found);
    compare(pair, "share of users affected", pair.above->affected_over, pair.below->affected_over, false,
            describe_ratio, found);
    compare(pair, "availability", pair.above->availability_under, pair.below->availability_under, true, describe_ratio,
            found);
  }
  return found;
}

SeverityLevel determine_severity(const SeverityInputs& inputs, const SeverityThresholds& thresholds) {
  if (!crossed(inputs, thresholds.p0).empty()) return SeverityLevel::p0;
  if (!crossed(inputs, thresholds.p1).empty()) return SeverityLevel::p1;
  if (!crossed(inputs, thresholds.p2).empty()) return SeverityLevel::p2;
  return SeverityLevel::p3;
}

std::string explain_severity(const SeverityInputs& inputs, const SeverityThresholds& thresholds) {
  for (const SeverityRule* rule : {&thresholds.p0, &thresholds.p1, &thresholds.p2}) {
    std::string why = crossed(inputs, *rule);
    if (!why.empty()) return why;
  }
  return "no threshold crossed";
}

std::span<const FieldSpec> severity_rule_fields() {
  return kRuleFields;
}

void set_severity_rule(SeverityRule& rule, const Fields& fields) {
  if (fields.has("error_rate")) rule.error_rate_over = fields.number("error_rate");
  if (fields.has("p95")) rule.p95_seconds_over = to_seconds(fields.duration("p95"));
  if (fields.has("affected")) rule.affected_over = fields.number("affected");
  if (fields.has("availability")) rule.availability_under = fields.number("availability");
}

}  // namespace firedrill::incident
