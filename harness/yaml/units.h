// Quantities as Kubernetes writes them, and what somebody meant who wrote a duration in another way than Prometheus.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/fields.h"

namespace firedrill::yaml {

// 512Mi, 1Gi, 1.5Gi, 100M, 4096, 1e6, 500m (apimachinery: pkg/api/resource/quantity.go). Nothing if it is not one.
std::optional<double> parse_quantity(std::string_view text);
// "did you mean '512Mi'?" for 512MiB, 512 MB and the like; empty if nothing is near.
std::string quantity_remedy(std::string_view text);

struct DurationFault {
  std::string what;    // "30 has no unit", "'10min' is not a duration"
  std::string remedy;  // "did you mean '10m'?"; empty if nothing is near
};
// What is wrong with a text that parse_duration refused for `reason`.
DurationFault explain_duration(std::string_view text, std::string_view reason);

// The fields of the composite types FieldType::distribution and FieldType::target.
std::span<const FieldSpec> distribution_fields();
std::span<const FieldSpec> target_fields();

}  // namespace firedrill::yaml
