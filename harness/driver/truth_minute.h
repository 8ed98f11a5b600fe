// A minute of a service as the record has it, from what the world tells.
#pragma once

#include <span>

#include "events/minute.h"
#include "record/truth.h"

namespace firedrill::driver {

// Over how many minutes users are told apart.
inline constexpr std::size_t kUsersWindowMinutes = 5;

// Of the last of these minutes; the others, up to kUsersWindowMinutes in all, say whose users have failed.
record::TruthMinute truth_of(std::span<const events::ServiceMinute> recent, std::span<const double> latency_bounds_s);

}  // namespace firedrill::driver
