#include "driver/live/live_conditions.h"

#include <algorithm>

namespace firedrill::driver::live {

using fake_services::CallConditions;
using fake_services::ConnectFailure;
using fake_services::LineFaults;
using fake_services::ProcessConditions;
using fake_services::RequestConditions;
using fake_services::ServiceModel;
using fake_services::TrafficConditions;

namespace {

// Of an answer: within its first line.
constexpr std::size_t kCutAfter = 12;

double either(double a, double b) {
  return 1 - (1 - a) * (1 - b);
}

CallConditions call_conditions(const fake_services::DependencyConditions& dependency, const RequestConditions& link) {
  return {.pool_leak = dependency.pool_leak,
          .pool_left = dependency.pool_left,
          .cache_lost = dependency.cache_lost,
          .off = dependency.off,
          .unresolved = link.failing_at(ConnectFailure::unresolved),
          .misled = link.failing_at(ConnectFailure::refused),
          .lookup = link.delay};
}

ProcessConditions process_conditions(const ServiceModel& service, const Befalls& befalls) {
  ProcessConditions out = fake_services::conditions_for(service);
  const TrafficConditions& in = befalls.in_process;
  out.routes = in.routes;
  out.health = in.health;
  out.cpu_factor = in.replica.cpu_factor;
  out.concurrency_factor = in.replica.concurrency_factor;
  out.scrapes_silent = in.replica.scrapes_silent;
  out.disk_delay = in.replica.disk_delay;
  out.disk_errors = in.replica.disk_errors;
  for (std::size_t e = 0; e < service.edges.size(); ++e) {
    out.calls[e] = call_conditions(in.dependencies[e], in.links[service.edges[e].first_link]);
  }
  out.forced = befalls.pod.forced;
  const double share = 1 / static_cast<double>(std::max<std::int64_t>(1, service.spec.replicas));
  out.limit = {befalls.service.limit * share, std::max(1.0, befalls.service.limit_burst * share),
               befalls.service.limit_code, befalls.service.limit_retry_after_s, befalls.service.limits_probes};
  if (befalls.service.limit <= 0) out.limit = {};
  out.consuming = befalls.service.consuming;
  return out;
}

}  // namespace

LineFaults line_faults(const RequestConditions& conditions) {
  LineFaults out;
  const double dropped = conditions.failing_at(ConnectFailure::dropped);
  const double refused = conditions.failing_at(ConnectFailure::refused);
  out.blackhole = dropped >= 1;
  out.silent = dropped >= 1 ? 0 : dropped;
  out.refuse = refused >= 1;
  out.reset = either(conditions.failing_at(ConnectFailure::reset), refused >= 1 ? 0 : refused);
  out.lost = conditions.lost;
  out.cut = conditions.cut;
  out.cut_after = kCutAfter;
  out.to_client.delay = conditions.delay;
  return out == LineFaults{.cut_after = kCutAfter} ? LineFaults{} : out;
}

ReplicaOrders orders_for(const ServiceModel& service, const Befalls& befalls) {
  ReplicaOrders out;
  out.pod = befalls.pod;
  out.process = process_conditions(service, befalls);
  const TrafficConditions& lines = befalls.on_lines;
  if (!lines.routes.empty()) out.front = line_faults(lines.routes.front());
  for (const auto& edge : service.edges) out.links.push_back(line_faults(lines.links[edge.first_link]));
  out.probes_meet_front =
      std::ranges::any_of(lines.health, [](const auto& each) { return each != RequestConditions{}; });
  out.scrapes_meet_front = lines.replica.scrapes_refused > 0 || lines.replica.scrapes_silent > 0;
  return out;
}

}  // namespace firedrill::driver::live
