// How a process ends, as faults that end one say it, and what their witnesses make of ends.
#pragma once

#include <cstdint>
#include <optional>

#include "base/fields.h"
#include "fake_services/faults/fault.h"

namespace firedrill::fake_services::faults {

inline constexpr FieldSpec kExitCodeField = {.name = "exit_code",
                                             .type = FieldType::integer,
                                             .doc =
                                                 "with which the process exits, 1 where no signal ends it either; 0 "
                                                 "counts as completed",
                                             .min = 0,
                                             .max = 255};
inline constexpr FieldSpec kSignalField = {
    .name = "signal",
    .type = FieldType::integer,
    .doc = "number of the signal that ends the process, instead of an exit code: 11 gives 139",
    .min = 1,
    .max = 64};

inline std::optional<FieldProblem> one_end(const Fields& fields) {
  if (!fields.has("signal") || !fields.has("exit_code")) return std::nullopt;
  return FieldProblem{"exit_code", "a process ends by a signal or with an exit code, not both", "remove one of them"};
}

inline std::int32_t exit_code_of(const Fields& fields) {
  constexpr std::int64_t kSignalled = 128;
  if (fields.has("signal")) return static_cast<std::int32_t>(kSignalled + fields.integer("signal"));
  return static_cast<std::int32_t>(fields.integer("exit_code", 1));
}

// Containers do not end by chance: where none did before, one is enough; otherwise they must be many times as many.
inline bool ends_rose(double count, double seconds, double count_before, double seconds_before) {
  constexpr double kTimes = 4;
  if (count < 1) return false;
  return count_before <= 0 || count * seconds_before > kTimes * count_before * seconds;
}

}  // namespace firedrill::fake_services::faults
