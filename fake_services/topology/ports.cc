#include "fake_services/topology/ports.h"

#include <algorithm>

#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::fake_services {
namespace {

bool listens_on(const ServiceSpec& service, std::string_view port) {
  const auto number = port_number(service, port);
  if (!number) return false;
  return *number == service.port ||
         std::ranges::any_of(service.ports, [&](const auto& named) { return parse_int(named.second) == number; });
}

}  // namespace

std::optional<std::int64_t> port_number(const ServiceSpec& service, std::string_view port) {
  if (const auto number = parse_int(port)) return number;
  const auto named = service.ports.find(std::string(port));
  return named == service.ports.end() ? std::nullopt : parse_int(named->second);
}

Listener listener_of(const ServiceSpec& service, const ProbeSpec& probe) {
  if (probe.http_get) {
    if (!listens_on(service, probe.http_get->port)) return Listener::none;
    return probe.http_get->scheme == "HTTPS" && !service.certificate ? Listener::plain : Listener::serves;
  }
  if (probe.tcp_socket) {
    return listens_on(service, probe.tcp_socket->port) ? Listener::serves : Listener::none;
  }
  if (probe.grpc) return listens_on(service, std::to_string(probe.grpc->port)) ? Listener::serves : Listener::none;
  return Listener::serves;
}

std::string describe_ports(const ServiceSpec& service) {
  std::string out = std::to_string(service.port);
  for (const auto& [name, number] : service.ports) {
    if (parse_int(number) != service.port) out += format(", {} {}", name, number);
  }
  return out;
}

}  // namespace firedrill::fake_services
