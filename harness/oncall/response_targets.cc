#include "oncall/response_targets.h"

#include "base/duration.h"
#include "base/report.h"
#include "base/text/format.h"

namespace firedrill::oncall {
namespace {

constexpr double kLeastSeconds = 1;
constexpr FieldSpec kFields[] = {
    {.name = "P0", .type = FieldType::duration, .doc = "of an outage", .default_text = "15m", .min = kLeastSeconds},
    {.name = "P1",
     .type = FieldType::duration,
     .doc = "of a major degradation",
     .default_text = "30m",
     .min = kLeastSeconds},
    {.name = "P2",
     .type = FieldType::duration,
     .doc = "of a partial degradation",
     .default_text = "4h",
     .min = kLeastSeconds},
    {.name = "P3", .type = FieldType::duration, .doc = "of a minor issue", .default_text = "24h", .min = kLeastSeconds},
};

// Two that follow each other, at the one that is stated.
void check_order(const Fields& fields, const ResponseTargets& targets, std::size_t milder, Diagnostics& diagnostics) {
  const std::size_t worse = milder - 1;
  const Duration sooner = targets.by_severity[milder];
  const Duration later = targets.by_severity[worse];
  if (sooner >= later) return;
  const std::string_view mild = kFields[milder].name;
  const std::string_view bad = kFields[worse].name;
  const std::string_view of_default = fields.has(mild) ? "" : ", the default";
  const std::string_view of_default_too = fields.has(bad) ? "" : ", the default";
  report(diagnostics, fields.where(fields.has(mild) ? mild : bad),
         format("a {} is to be acknowledged within {}{}, sooner than a {}, within {}{}", mild, format_duration(sooner),
                of_default, bad, format_duration(later), of_default_too),
         format("give {} at least {}, or {} at most {}", mild, format_duration(later), bad, format_duration(sooner)));
}

}  // namespace

std::span<const FieldSpec> response_target_fields() {
  return kFields;
}

ResponseTargets response_targets(const Fields& fields, Diagnostics& diagnostics) {
  ResponseTargets targets;
  for (std::size_t i = 0; i < targets.by_severity.size(); ++i) {
    targets.by_severity[i] = fields.duration(kFields[i].name, targets.by_severity[i]);
  }
  for (std::size_t i = 1; i < targets.by_severity.size(); ++i) check_order(fields, targets, i, diagnostics);
  return targets;
}

}  // namespace firedrill::oncall
