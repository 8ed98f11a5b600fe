// What alerts are grouped by, and what a group is called.
#pragma once

#include <string>

#include "model/labels.h"
#include "notify/config/config.h"

namespace firedrill::notify {

// Those of the route's group_by that the alert has.
model::Labels group_labels(const Route& route, const model::Labels& labels);
// {}/{team="a"}:{alertname="b", cluster="c"}.
std::string group_key(const Route& route, const model::Labels& group_labels, Version version);

}  // namespace firedrill::notify
