// Services that are programs of the user's own in the live world (`external: {url: …}`).
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

// The port that a URL names: http, on this machine's loopback interface, without a path. The error says why it is none
// of these, as a clause.
std::expected<std::uint16_t, std::string> loopback_port(std::string_view url);

// Of topology.h, validate: addresses that are not taken or meet each other, and what goes with programs alone.
std::vector<TopologyProblem> program_problems(const Topology& topology);

}  // namespace firedrill::fake_services
