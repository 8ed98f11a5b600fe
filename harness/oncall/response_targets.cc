#include "oncall/response_targets.h"

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

}  // namespace

std::span<const FieldSpec> response_target_fields() {
  return kFields;
}

ResponseTargets response_targets(const Fields& fields) {
  ResponseTargets targets;
  for (std::size_t i = 0; i < targets.by_severity.size(); ++i) {
    targets.by_severity[i] = fields.duration(kFields[i].name, targets.by_severity[i]);
  }
  return targets;
}

}  // namespace firedrill::oncall
