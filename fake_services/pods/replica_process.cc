#include "fake_services/pods/replica_process.h"

#include <algorithm>

#include "base/maths.h"
#include "fake_services/pods/health.h"
#include "fake_services/topology/ports.h"

namespace firedrill::fake_services {
namespace {

// How fast an idle process ends after SIGTERM.
constexpr double kShutdownSeconds = 0.1;
constexpr double kLongestShutdown = 86400;
constexpr int kUnavailable = 503;

}  // namespace

bool ReplicaProcess::listens() const {
  return pod_.container().id == known_ ? state_.up() : state_.up_at_once();
}

std::optional<bool> ReplicaProcess::forced(ProbeType type) const {
  const Release* release = state_.release();
  if (type == ProbeType::readiness && release != nullptr && !release->becomes_ready) return false;
  return state_.conditions().forced[static_cast<std::size_t>(type)];
}

ProbeOutcome ReplicaProcess::probe(ProbeType type, const ProbeSpec& spec, Time /*now*/) {
  if (spec.http_get) {
    return probe_http(spec, [&](std::string_view, std::string_view) { return answer(type, spec); });
  }
  const HttpResponse found = answer(type, spec);
  const bool ok = found.connection == Connection::accepted && found.code == kOk;
  // Connecting waits for no worker, and is no question of health: only a probe that lies is told apart.
  if (spec.tcp_socket) {
    const bool broken = forced(type) == false;
    return probe_tcp(broken ? Connection::refused : found.connection, {});
  }
  if (spec.grpc) {
    return probe_grpc(found.connection, ok ? GrpcHealth::serving : GrpcHealth::not_serving, found.headers);
  }
  return probe_exec(ok ? 0 : 1, found.headers);
}

HttpResponse ReplicaProcess::answer(ProbeType type, const ProbeSpec& spec) {
  const std::optional<bool> said = forced(type);
  if (said == true) return {};
  const Listener met = listener_of(model_.spec, spec);
  if (!listens() || met == Listener::none) return {.connection = Connection::refused};
  if (met == Listener::plain) return {.connection = Connection::plain};
  if (said == false) return {.code = kUnavailable};
  return draw_health_response(model_, class_, type, spec, chance_);
}

std::optional<Duration> ReplicaProcess::shutdown(Time) {
  if (state_.hangs()) return std::nullopt;
  // It takes what is still sent to it, and then finishes what it works on: of n requests the last one ends after about
  // 1 + ln n times what one takes.
  const double last = class_.holding_s * (1 + maths::log1p(class_.occupancy));
  return routed_for_ + from_seconds(std::clamp(last, kShutdownSeconds, kLongestShutdown));
}

}  // namespace firedrill::fake_services
