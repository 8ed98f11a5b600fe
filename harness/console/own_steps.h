// The steps of a line of the drill as whoever works it knows them: numbered from 1 without gaps, whatever was done
// beside them by whoever runs it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "console/answer.h"

namespace firedrill::console {

struct OwnStep {
  std::size_t number = 0;  // from 1
  std::size_t first = 0;   // its index among the line's steps; to go back to it is to go on from before that one
  // As it stands there. Time that passed by itself is one wait, though somebody else did something meanwhile.
  Step step{};
};
std::vector<OwnStep> own_steps(std::span<const Step> steps);

// Which of them is meant: by its number, or the last at or before a time of day ("14:12"), which is that which comes
// first after `start` and is not later than `now`.
std::optional<OwnStep> own_step_named(std::span<const Step> steps, std::string_view text, Time start, Time now);

}  // namespace firedrill::console
