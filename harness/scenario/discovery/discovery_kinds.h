// The kinds of service discovery that mean nothing in a simulated world: their keys, and what Prometheus refuses of
// them (discovery/*), since with any of it it does not start.
#pragma once

#include <string_view>

#include "promql/options.h"
#include "yaml/decode.h"

namespace firedrill::scenario {

// An item of a list such as `consul_sd_configs`. Of a kind that is newer than the table any content is taken.
void refuse_discovery_kind(std::string_view list, const yaml::Node& item, promql::Version version,
                           Diagnostics& diagnostics);

}  // namespace firedrill::scenario
