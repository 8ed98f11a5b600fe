// What a process is that firedrill starts for a replica.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/files/descriptor.h"

namespace firedrill::fake_services {

// The argument by which the program knows that it is one. It is of no use to people.
inline constexpr std::string_view kAsService = "--as-service";
// Where such a process has its end of the control line (control.h).
inline constexpr int kControlDescriptor = 3;
// And, where it is told so, what is left of faults (faults/allowances.h).
inline constexpr int kAllowancesDescriptor = 4;

// How it ends.
inline constexpr int kDrained = 0;
inline constexpr int kNotDrained = 1;  // the grace period was over before the last request
inline constexpr int kCannotServe = 3;
inline constexpr int kLeaseOver = 4;  // firedrill is gone

// Serves until SIGTERM, after which it is not ready, works on what it has and ends, or until firedrill is gone.
// Returns what the process is to exit with.
int serve_replica(Descriptor control);

}  // namespace firedrill::fake_services
