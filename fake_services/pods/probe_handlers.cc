#include "fake_services/pods/probe_handlers.h"

#include <algorithm>
#include <utility>

#include "base/text/format.h"
#include "base/text/json.h"

namespace firedrill::fake_services {
namespace {

constexpr int kMaxRequests = 10;          // http.go, RedirectChecker
constexpr std::size_t kMostQuoted = 300;  // characters of a body

ProbeOutcome failure_of(Connection connection, Duration took, Duration timeout) {
  ProbeOutcome outcome{.verdict = ProbeVerdict::failure, .took = took};
  switch (connection) {
    case Connection::refused:
      outcome.detail = "connection refused";
      break;
    case Connection::reset:
      outcome.detail = "connection reset by peer";
      break;
    case Connection::not_found:
      outcome.detail = "no such host";
      break;
    case Connection::plain:
      outcome.detail = "server gave HTTP response to HTTPS client";
      break;
    case Connection::unreadable:
      outcome.detail = "the answer cannot be read";
      break;
    case Connection::no_response:
    case Connection::accepted:
      outcome.took = timeout;
      break;
  }
  return outcome;
}

// The codes that Go's client follows where they come with a location.
bool is_redirect(int code) {
  return code == 301 || code == 302 || code == 303 || code == 307 || code == 308;
}

struct Place {
  std::string host;
  std::string path;
};

// The host has no port: hosts are compared without.
std::string without_port(std::string_view authority) {
  if (authority.starts_with('[')) return std::string(authority.substr(0, authority.find(']') + 1));
  return std::string(authority.substr(0, authority.find(':')));
}

Place resolve(const Place& from, std::string_view location) {
  std::size_t authority = std::string_view::npos;
  if (location.starts_with("//")) {
    authority = 2;
  } else if (const auto scheme = location.find("://");
             scheme != std::string_view::npos && scheme < location.find('/')) {
    authority = scheme + 3;
  }
  if (authority != std::string_view::npos) {
    const std::string_view rest = location.substr(authority);
    const auto slash = std::min(rest.find('/'), rest.size());
    return {without_port(rest.substr(0, slash)), slash < rest.size() ? std::string(rest.substr(slash)) : "/"};
  }
  if (location.starts_with('/')) return {from.host, std::string(location)};
  return {from.host, from.path.substr(0, from.path.rfind('/') + 1) + std::string(location)};
}

ProbeOutcome judge(const HttpResponse& response, Duration headers, Duration end, Duration timeout) {
  if (headers < timeout && (response.body_broken || end >= timeout)) {
    return {.verdict = ProbeVerdict::error, .took = std::min(end, timeout), .detail = "the body could not be read"};
  }
  if (response.code >= 300 && response.code < 400) {
    return {.took = end,
            .warning = true,
            .detail = format("probe terminated redirects with status code {}", response.code)};
  }
  if (response.code >= 200 && response.code < 300) return {.took = end};
  const std::string said = response.text.empty() ? "" : ": " + response.text.substr(0, kMostQuoted);
  return {.verdict = ProbeVerdict::failure,
          .took = end,
          .detail = format("HTTP probe failed with status code {}{}", response.code, said)};
}

}  // namespace

ProbeOutcome probe_http(const ProbeSpec& spec, const HttpGet& get) {
  const Duration timeout = std::chrono::seconds(spec.timeout_seconds);
  const Place first = spec.http_get ? Place{spec.http_get->host, spec.http_get->path} : Place{};
  Place place = first;
  Duration spent{};
  for (int request = 1;; ++request) {
    const HttpResponse response = get(place.host, place.path);
    const Duration headers = spent + response.headers;
    const Duration end = spent + std::max(response.headers, response.body);
    if (response.connection != Connection::accepted) {
      ProbeOutcome outcome = failure_of(response.connection, headers, timeout);
      if (response.connection == Connection::unreadable && !response.text.empty()) outcome.detail = response.text;
      return outcome;
    }
    if (!is_redirect(response.code) || response.location.empty()) return judge(response, headers, end, timeout);
    const Place next = resolve(place, response.location);
    if (next.host != first.host) return judge(response, headers, end, timeout);
    if (request == kMaxRequests) {
      return {.verdict = ProbeVerdict::failure, .took = headers, .detail = "stopped after 10 redirects"};
    }
    spent = headers;
    place = next;
  }
}

ProbeOutcome probe_tcp(Connection connection, Duration connect) {
  if (connection == Connection::accepted || connection == Connection::reset) return {.took = connect};
  return failure_of(connection, connect, Duration::max());
}

ProbeOutcome probe_grpc(Connection connection, GrpcHealth health, Duration took) {
  if (connection != Connection::accepted) return failure_of(connection, took, Duration::max());
  const auto failed = [&](std::string detail) {
    return ProbeOutcome{.verdict = ProbeVerdict::failure, .took = took, .detail = std::move(detail)};
  };
  switch (health) {
    case GrpcHealth::serving:
      return {.took = took};
    case GrpcHealth::unknown:
      return failed("service unhealthy (responded with UNKNOWN)");
    case GrpcHealth::not_serving:
      return failed("service unhealthy (responded with NOT_SERVING)");
    case GrpcHealth::service_unknown:
      return failed("the health service does not know the service");
    case GrpcHealth::unimplemented:
      return failed("the server does not implement grpc.health.v1.Health");
  }
  std::unreachable();
}

ProbeOutcome probe_exec(std::optional<int> exit_code, Duration took) {
  if (!exit_code) return {.verdict = ProbeVerdict::error, .took = took, .detail = "the command could not be started"};
  if (*exit_code == 0) return {.took = took};
  return {.verdict = ProbeVerdict::failure, .took = took, .detail = format("the command exited with {}", *exit_code)};
}

HealthResponse liveness_response() {
  return {200, write_json(json::object{{"status", "alive"}}, JsonStyle::compact)};
}

HealthResponse readiness_response(std::span<const DependencyCheck> checks) {
  json::object results;
  bool all = true;
  for (const DependencyCheck& check : checks) {
    results[check.name] = check.ok;
    all = all && check.ok;
  }
  return {all ? 200 : 503,
          write_json(json::object{{"status", all ? "ready" : "not_ready"}, {"checks", results}}, JsonStyle::compact)};
}

HealthResponse startup_response(bool started) {
  return {started ? 200 : 503,
          write_json(json::object{{"status", started ? "started" : "starting"}}, JsonStyle::compact)};
}

std::optional<ProbeType> health_endpoint(std::string_view path) {
  if (path == "/health/live") return ProbeType::liveness;
  if (path == "/health/ready") return ProbeType::readiness;
  if (path == "/health/startup") return ProbeType::startup;
  return std::nullopt;
}

}  // namespace firedrill::fake_services
