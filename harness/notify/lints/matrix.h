// Which receivers are told of which alerts of the rule files beside a configuration.
#pragma once

#include <span>
#include <string>

#include "notify/lints/alert_shape.h"

namespace firedrill::notify {

// A table for people: a row an alert, a column a receiver; `x` is told for certain, `?` may be, by labels that only a
// running production knows. Empty if there are no alerts.
std::string alert_matrix(const Configuration& configuration, std::span<const AlertShape> alerts);

}  // namespace firedrill::notify
