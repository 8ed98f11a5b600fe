// How the routes of a topology, whose methods and paths may be anything (SQL query), are asked for over HTTP.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "fake_services/traffic/flow_model.h"
#include "http/message.h"

namespace firedrill::fake_services {

// Says of a POST which method of no HTTP it stands for; needed only where several routes have one path.
inline constexpr std::string_view kMethodHeader = "X-Firedrill-Method";

// A request for the route: a method that HTTP does not have becomes POST, a path gets its slash and its escapes.
http::Request request_of(const RouteModel& route);

struct Routed {
  std::optional<std::size_t> route;
  bool other_method = false;  // none, but there is one of that path
};
// The route that a request asks for. A segment {like} or :this of a route's path stands for any segment.
Routed find_route(std::span<const RouteModel> routes, const http::Request& request);

}  // namespace firedrill::fake_services
