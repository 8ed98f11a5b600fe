// The ports of a service, and what a probe meets on one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

// What a probe's connection comes upon, whatever the process behind it is like: a server that speaks its protocol,
// nothing at all, or a server that answers TLS with plain text.
enum class Listener { serves, none, plain };
// A command needs no port.
Listener listener_of(const ServiceSpec& service, const ProbeSpec& probe);

// The number that a probe's port stands for; nothing if the service has no port of that name.
std::optional<std::int64_t> port_number(const ServiceSpec& service, std::string_view port);

// "8080", or "8080, admin 9090": where the service listens.
std::string describe_ports(const ServiceSpec& service);

}  // namespace firedrill::fake_services
