// The shop under its kubelets: checkout has the usual probes, and kube-state-metrics is scraped.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/text/format.h"
#include "shop.h"

namespace firedrill::fake_services {

inline ProbeSpec get_probe(std::string path, std::int64_t period, std::int64_t failures = 3) {
  ProbeSpec probe;
  probe.http_get = ProbeHttpGet{.path = std::move(path), .port = "8080", .scheme = "HTTP", .host = {}, .headers = {}};
  probe.period_seconds = period;
  probe.failure_threshold = failures;
  return probe;
}

inline ServiceSpec& service_in(WorldSpec& spec, std::string_view name) {
  return *std::ranges::find(spec.topology.services, name, &ServiceSpec::name);
}

inline WorldSpec cluster_shop(std::vector<FaultSpec> faults = {}, std::uint64_t seed = 1) {
  WorldSpec spec = shop_world(std::move(faults), seed);
  spec.kubernetes = true;
  ServiceSpec& checkout = service_in(spec, "checkout");
  checkout.liveness_probe = get_probe("/health/live", 10);
  checkout.readiness_probe = get_probe("/health/ready", 5);
  return spec;
}

inline std::vector<const events::Event*> events_of_pods(const Drill& drill, EventKind kind,
                                                        std::string_view service = "checkout") {
  std::vector<const events::Event*> out;
  for (const events::Event& e : drill.events()) {
    if (e.kind == kind && e.subject.starts_with(service)) out.push_back(&e);
  }
  return out;
}
inline std::size_t count_events(const Drill& drill, EventKind kind, std::string_view service = "checkout") {
  return events_of_pods(drill, kind, service).size();
}

inline std::string pod_log(const Drill& drill) {
  std::string out;
  for (const events::Event& e : drill.events()) {
    if (!is_of_pod(e)) continue;
    out += format("{} {} {} {}\n", format_clock(e.t), e.subject, to_string(e.kind), e.text("reason"));
  }
  return out;
}

inline double ready(Drill& drill, std::string_view service = "checkout") {
  const auto& services = drill.world().topology().services;
  const auto it = std::ranges::find(services, service, &ServiceSpec::name);
  return static_cast<double>(drill.world().ready_replicas(static_cast<std::size_t>(it - services.begin())));
}

// A value of kube-state-metrics or of the kubelets, of checkout's containers.
inline double kube(const Drill& drill, std::string_view metric, std::vector<model::Label> labels = {}) {
  const bool deployment = metric.starts_with("kube_deployment");
  labels.push_back({deployment ? "deployment" : "container", "checkout"});
  return drill.value("", metric, std::move(labels));
}

}  // namespace firedrill::fake_services
