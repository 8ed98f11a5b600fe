#include "driver/live/live_conditions.h"

#include <algorithm>
#include <utility>

namespace firedrill::driver::live {

using fake_services::CallConditions;
using fake_services::ConnectFailure;
using fake_services::DependencyConditions;
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
          .lookup = link.delay,
          .extra = dependency.extra_attempts};
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
  out.disk_level = in.replica.disk_level;
  for (std::size_t e = 0; e < service.edges.size(); ++e) {
    out.calls[e] = call_conditions(in.dependencies[e], in.links[service.edges[e].first_link]);
  }
  out.forced = befalls.pod.forced;
  const double share = 1 / static_cast<double>(std::max<std::size_t>(1, befalls.replicas));
  out.limit = {befalls.service.limit * share, std::max(1.0, befalls.service.limit_burst * share),
               befalls.service.limit_code, befalls.service.limit_retry_after_s, befalls.service.limits_probes};
  if (befalls.service.limit <= 0) out.limit = {};
  out.consuming = befalls.service.consuming;
  out.foreign_messages = befalls.service.foreign_messages * share;
  out.leak = befalls.pod.leak * befalls.speed;
  out.memory_limit = befalls.pod.memory_limit;
  for (const Befalling& each : befalls.apart) {
    if (!each.on_line) out.first.push_back({each.first.fault, each.conditions.routes});
  }
  return out;
}

}  // namespace

LineFaults line_faults(const RequestConditions& conditions, const DependencyConditions& of) {
  LineFaults out;
  const double dropped = conditions.failing_at(ConnectFailure::dropped);
  const double refused = conditions.failing_at(ConnectFailure::refused);
  out.blackhole = dropped >= 1;
  out.silent = either(dropped >= 1 ? 0 : dropped, conditions.silent);
  out.replies = conditions.replies;
  out.refuse = refused >= 1;
  out.reset = either(conditions.failing_at(ConnectFailure::reset), refused >= 1 ? 0 : refused);
  out.lost = conditions.lost;
  out.cut = conditions.cut;
  out.cut_after = kCutAfter;
  out.to_client.delay = conditions.delay;
  if (of.closing > 0) {
    out.slow_close = of.closing;
    out.slow_close_s = of.closing_s;
  }
  return out == LineFaults{.cut_after = kCutAfter} ? LineFaults{} : out;
}

LineFaults line_faults(const RequestConditions& conditions, const Befalling& by, const DependencyConditions& of) {
  LineFaults out = line_faults(conditions, of);
  if (std::exchange(out.blackhole, false)) out.silent = 1;
  if (std::exchange(out.refuse, false)) out.reset = 1;
  const fake_services::Bytes& bytes = by.bytes;
  if ((bytes.bytes_per_second > 0 || bytes.slice > 0) && conditions.delay.share > 0) {
    out.to_backend = {.pace = {.bytes_per_second = bytes.bytes_per_second}};
    out.to_client = {.pace = {.bytes_per_second = bytes.bytes_per_second,
                              .slice = static_cast<std::size_t>(bytes.slice),
                              .slice_pause_s = bytes.slice_pause_s}};
    out.paced = conditions.delay.share;
  }
  if (bytes.ends_after > 0) {
    // Shorter answers come whole: the condition's share is without them, and a line looks at each.
    out.truncated = std::min(1.0, std::exchange(out.cut, 0) / bytes.longer());
    out.cut_after = static_cast<std::size_t>(bytes.ends_after);
  }
  if (out == LineFaults{}) return out;
  out.first = by.first;
  if (by.connections) {
    out.unit = LineFaults::Unit::connection;
    out.connections = *by.connections;
    out.fault = by.fault;
  }
  return out;
}

ReplicaOrders orders_for(const ServiceModel& service, const Befalls& befalls) {
  ReplicaOrders out;
  out.pod = befalls.pod;
  out.process = process_conditions(service, befalls);
  const TrafficConditions& lines = befalls.on_lines;
  if (!lines.routes.empty()) out.front = line_faults(lines.routes.front());
  for (std::size_t e = 0; e < service.edges.size(); ++e) {
    out.links.push_back(line_faults(lines.links[service.edges[e].first_link], lines.dependencies[e]));
  }
  for (const Befalling& each : befalls.apart) {
    if (!each.on_line) continue;
    const auto add = [](LineFaults& line, LineFaults further) {
      if (further != LineFaults{}) line.further.push_back(std::move(further));
    };
    const TrafficConditions& apart = each.conditions;
    if (!apart.routes.empty()) add(out.front, line_faults(apart.routes.front(), each));
    for (std::size_t e = 0; e < service.edges.size(); ++e) {
      add(out.links[e], line_faults(apart.links[service.edges[e].first_link], each, apart.dependencies[e]));
    }
  }
  out.probes_meet_front =
      std::ranges::any_of(lines.health, [](const auto& each) { return each != RequestConditions{}; });
  out.scrapes_meet_front = lines.replica.scrapes_refused > 0 || lines.replica.scrapes_silent > 0;
  return out;
}

}  // namespace firedrill::driver::live
