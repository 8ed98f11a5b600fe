// What a probe makes of a service's answer (pkg/probe/{http,tcp,grpc,exec}), and what the fake services answer to
// probes of their health endpoints. The time-out is the worker's to apply (prober.h), here only where it matters in
// which part of a response it strikes.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "fake_services/pods/prober.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

enum class Connection {
  accepted,
  refused,      // nobody listens
  reset,        // closed before the response
  no_response,  // the peer is silent: the probe waits for its time-out
  not_found,    // the host has no address
  plain,        // the peer answers a TLS handshake with plain text
  unreadable,   // what came is no answer, or its headers are longer than anybody reads
};

struct HttpResponse {
  Connection connection = Connection::accepted;
  int code = 200;
  std::string location = {};  // of a redirect: a path, or a URL
  Duration headers{};         // from the request to the status line
  Duration body{};            // from the request to the end of the body
  bool body_broken = false;   // the connection breaks within the body
  std::string text = {};      // of the body, for people: a failure quotes it; of one that is unreadable, why
};

// A GET to a host (empty: the pod's own address) and path. TLS certificates are not verified, so an expired or wrong
// one makes no difference to the response.
using HttpGet = std::function<HttpResponse(std::string_view host, std::string_view path)>;

// 200 to 399 is success. Redirects are followed as long as they stay on the host, ten requests at most; one to another
// host, or one that cannot be followed, is a success with a warning. A body that breaks or comes too late is the
// prober's error, not a failure (http.go, DoHTTPProbe).
ProbeOutcome probe_http(const ProbeSpec& spec, const HttpGet& get);

// A connection that opens is success.
ProbeOutcome probe_tcp(Connection connection, Duration connect);

// grpc.health.v1: only SERVING is success; no certificate, no error.
enum class GrpcHealth { unknown, serving, not_serving, service_unknown, unimplemented };
ProbeOutcome probe_grpc(Connection connection, GrpcHealth health, Duration took);

// A command's exit code, 0 is success; nothing if it could not be started, which is the prober's error.
ProbeOutcome probe_exec(std::optional<int> exit_code, Duration took);

// A dependency that a readiness endpoint looks at.
struct DependencyCheck {
  std::string name;
  bool ok = true;
};

struct HealthResponse {
  int code = 200;
  std::string body;
};

// {"status":"alive"}
HealthResponse liveness_response();
// {"status":"ready","checks":{"db":true}} with 200, or "not_ready" with 503, in the order of the checks.
HealthResponse readiness_response(std::span<const DependencyCheck> checks);
// {"status":"started"} with 200, or "starting" with 503.
HealthResponse startup_response(bool started);

// What /health/live, /health/ready and /health/startup ask for; nothing for any other path.
std::optional<ProbeType> health_endpoint(std::string_view path);

}  // namespace firedrill::fake_services
