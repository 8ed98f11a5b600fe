#include "driver/live/scrape_config.h"

#include <algorithm>

#include "base/text/format.h"
#include "base/text/yaml_text.h"
#include "fake_services/process/fake_service.h"
#include "fake_services/telemetry/replica_target.h"
#include "http/loopback.h"

namespace firedrill::driver::live {
namespace {

constexpr std::string_view kMetricsPath = "/metrics";  // Prometheus's own

struct Job {
  std::string name;
  std::string targets;
};

std::string entry(const fake_services::Target& target, std::uint16_t port) {
  std::string text = format("      - targets: [{}]\n        labels:\n", yaml_scalar(http::address_of(port)));
  for (const auto& label : target.labels) {
    if (label.name == "job") continue;  // the job's name gives it
    text += format("          {}: {}\n", label.name, yaml_scalar(label.value));
  }
  if (target.metrics_path != kMetricsPath) {
    text += format("          __metrics_path__: {}\n", yaml_scalar(target.metrics_path));
  }
  return text;
}

}  // namespace

std::string scrape_config(const fake_services::Topology& topology, std::span<const std::uint16_t> ports) {
  std::vector<Job> jobs;
  std::size_t at = 0;
  for (std::size_t s = 0; s < topology.services.size(); ++s) {
    const fake_services::ServiceSpec& service = topology.services[s];
    for (std::size_t r = 0; r < static_cast<std::size_t>(service.replicas); ++r, ++at) {
      if (service.external) continue;
      const std::string pod = fake_services::pod_name(service, r);
      const fake_services::Target target =
          fake_services::replica_target(service, s, r, pod, format("{}:{}", pod, service.port));
      auto job = std::ranges::find(jobs, target.job, &Job::name);
      if (job == jobs.end()) job = jobs.insert(jobs.end(), Job{target.job, {}});
      job->targets += entry(target, ports[at]);
    }
  }
  if (jobs.empty()) return "scrape_configs: []\n";
  std::string text = "scrape_configs:\n";
  for (const Job& job : jobs) {
    text += format("  - job_name: {}\n    static_configs:\n{}", yaml_scalar(job.name), job.targets);
  }
  return text;
}

std::vector<monitor::ScrapedProcess> scraped_processes(const fake_services::Topology& topology,
                                                       std::span<const ReplicaView> replicas) {
  std::vector<monitor::ScrapedProcess> out;
  for (std::size_t s = 0; s < topology.services.size(); ++s) {
    const fake_services::ServiceSpec& service = topology.services[s];
    if (service.external) continue;
    for (const ReplicaView& view : replicas) {
      if (view.service != service.name) continue;
      const fake_services::Target target =
          fake_services::replica_target(service, s, view.slot, view.pod, view.instance);
      model::Labels labels = target.labels;
      if (target.metrics_path != kMetricsPath) labels.set("__metrics_path__", target.metrics_path);
      out.push_back({target.job, std::move(labels), view.scraped_port});
    }
  }
  return out;
}

}  // namespace firedrill::driver::live
