#include "fake_services/telemetry/kube_metrics.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::fake_services {
namespace {

using model::Label;
using model::MetricType;

const double kAbsent = stale_marker();  // what World::scrape calls absent

constexpr std::array kWaiting = {WaitingReason::container_creating, WaitingReason::crash_loop_back_off};
constexpr std::array kTerminated = {TerminationReason::completed, TerminationReason::error,
                                    TerminationReason::oom_killed};
constexpr std::array<std::string_view, 2> kYesNo = {"true", "false"};
constexpr std::array<std::string_view, 3> kConditions = {"true", "false", "unknown"};
constexpr std::array<std::string_view, 5> kPhases = {"Pending", "Succeeded", "Failed", "Unknown", "Running"};

// Where a label has several values, a metric has a series for each: `variants`, and `value` is asked for each.
struct PodMetric {
  KubeMetric metric;
  std::vector<std::string_view> variants;  // of the last label; empty: one series
  double (*value)(const Pod&, std::size_t variant);
};

using DeploymentState = KubeStateMetrics::DeploymentState;

// Likewise, of all labels behind the first two.
struct DeploymentMetric {
  KubeMetric metric;
  double (*value)(const DeploymentState&, std::size_t variant);
  std::vector<std::vector<std::string_view>> variants = {{}};
};

double shown(bool yes) {
  return yes ? 1 : kAbsent;
}
double flag(bool yes) {
  return yes ? 1 : 0;
}

bool is_in(const Pod& pod, ContainerState state) {
  return pod.container().state == state;
}

double ready_condition(const Pod& pod, std::size_t condition) {
  return flag(condition == (pod.ready() ? 0 : 1));
}

double generation(const DeploymentState& d, std::size_t) {
  return static_cast<double>(d.rollout.generation);
}

// Available: no more pods are missing than a rollout may take away. Progressing: the template asked for is that of all
// pods, or will be (deployment_util.go has the reasons).
constexpr std::array<std::string_view, 5> kReasons = {"MinimumReplicasAvailable", "MinimumReplicasUnavailable",
                                                      "NewReplicaSetAvailable", "ReplicaSetUpdated",
                                                      "ProgressDeadlineExceeded"};
constexpr std::size_t kReasonsOfAvailable = 2;

std::vector<std::vector<std::string_view>> conditions() {
  std::vector<std::vector<std::string_view>> out;
  for (std::size_t r = 0; r < kReasons.size(); ++r) {
    for (const std::string_view status : kConditions) {
      out.push_back({r < kReasonsOfAvailable ? "Available" : "Progressing", status, kReasons[r]});
    }
  }
  return out;
}

// There are only series of the reason that a condition has.
double condition(const DeploymentState& d, std::size_t variant) {
  const std::size_t reason = variant / kConditions.size();
  const bool available = d.available() >= d.replicas - static_cast<double>(d.rollout.unavailable);
  const std::size_t of_available = available ? 0 : 1;
  const std::size_t of_progressing = d.rollout.stalled ? 4 : d.rollout.complete ? 2 : 3;
  if (reason != (reason < kReasonsOfAvailable ? of_available : of_progressing)) return kAbsent;
  const bool holds = reason < kReasonsOfAvailable ? available : !d.rollout.stalled;
  return flag(variant % kConditions.size() == (holds ? 0 : 1));
}

// With restartPolicy Always a pod is Pending until its first container has started, and Running from then on.
double phase(const Pod& pod, std::size_t variant) {
  return flag(kPhases[variant] == (pod.container().id == 0 ? "Pending" : "Running"));
}

double address(const Pod& pod, std::size_t not_ready) {
  return shown(pod.endpoint() == (not_ready == 0));
}

double waiting_reason(const Pod& pod, std::size_t variant) {
  return shown(is_in(pod, ContainerState::waiting) && pod.container().waiting == kWaiting[variant]);
}
double terminated_reason(const Pod& pod, std::size_t variant) {
  const auto& ended = pod.container().terminated;
  return shown(ended && ended->reason == kTerminated[variant]);
}
double last_terminated_reason(const Pod& pod, std::size_t variant) {
  const auto& last = pod.container().last;
  return shown(last && last->reason == kTerminated[variant]);
}

template <typename Reasons>
std::vector<std::string_view> names(const Reasons& reasons) {
  std::vector<std::string_view> out;
  for (const auto reason : reasons) out.push_back(to_string(reason));
  return out;
}

const std::vector<PodMetric>& pod_metrics() {
  const std::vector<std::string_view> pod = {"namespace", "pod", "uid"};
  const std::vector<std::string_view> container = {"namespace", "pod", "uid", "container"};
  const auto and_ = [](std::vector<std::string_view> labels, std::string_view more) {
    labels.push_back(more);
    return labels;
  };
  const MetricType gauge = MetricType::gauge;
  static const std::vector<PodMetric> table = {
      {{"kube_pod_status_phase", gauge, "The pod's phase.", and_(pod, "phase")},
       {kPhases.begin(), kPhases.end()},
       phase},
      {{"kube_pod_status_ready", gauge, "Whether the pod is ready to serve requests.", and_(pod, "condition")},
       {kConditions.begin(), kConditions.end()},
       ready_condition},
      {{"kube_pod_container_status_restarts_total", MetricType::counter, "Restarts of the container.", container},
       {},
       [](const Pod& p, std::size_t) {
         return p.container().id == 0 ? kAbsent : static_cast<double>(p.container().restarts);
       }},
      {{"kube_pod_container_status_ready", gauge, "Whether the container passes its readiness check.", container},
       {},
       [](const Pod& p, std::size_t) { return flag(p.ready()); }},
      {{"kube_pod_container_status_running", gauge, "Whether the container is running.", container},
       {},
       [](const Pod& p, std::size_t) { return flag(p.running()); }},
      {{"kube_pod_container_status_waiting", gauge, "Whether the container is waiting.", container},
       {},
       [](const Pod& p, std::size_t) { return flag(is_in(p, ContainerState::waiting)); }},
      {{"kube_pod_container_status_terminated", gauge, "Whether the container is terminated.", container},
       {},
       [](const Pod& p, std::size_t) { return flag(is_in(p, ContainerState::terminated)); }},
      {{"kube_pod_container_status_waiting_reason", gauge, "Why the container is waiting.", and_(container, "reason")},
       names(kWaiting),
       waiting_reason},
      {{"kube_pod_container_status_terminated_reason", gauge, "Why the container is terminated.",
        and_(container, "reason")},
       names(kTerminated),
       terminated_reason},
      {{"kube_pod_container_status_last_terminated_reason", gauge, "Why the container before this one ended.",
        and_(container, "reason")},
       names(kTerminated),
       last_terminated_reason},
      {{"kube_pod_container_status_last_terminated_exitcode", gauge, "How the container before this one ended.",
        container},
       {},
       [](const Pod& p, std::size_t) {
         return p.container().last ? static_cast<double>(p.container().last->exit_code) : kAbsent;
       }},
      {{"kube_pod_container_state_started", gauge, "Start of the running container, in unix seconds.", container},
       {},
       [](const Pod& p, std::size_t) { return p.running() ? to_seconds(p.container().since) : kAbsent; }},
      {{"kube_pod_info",
        gauge,
        "Where the pod runs, and what it belongs to.",
        {"namespace", "pod", "uid", "pod_ip", "node", "created_by_kind", "created_by_name"}},
       {},
       [](const Pod&, std::size_t) { return 1.0; }},
      {{"kube_pod_owner",
        gauge,
        "What the pod belongs to.",
        {"namespace", "pod", "uid", "owner_kind", "owner_name", "owner_is_controller"}},
       {},
       [](const Pod&, std::size_t) { return 1.0; }},
      {{"kube_endpoint_address",
        gauge,
        "An address behind the service, and whether requests are sent to it.",
        {"namespace", "endpoint", "ip", "ready"}},
       {kYesNo.begin(), kYesNo.end()},
       address},
  };
  return table;
}

const std::vector<DeploymentMetric>& deployment_metrics() {
  const std::vector<std::string_view> labels = {"namespace", "deployment"};
  const std::vector<std::string_view> endpoint = {"namespace", "endpoint"};
  const MetricType gauge = MetricType::gauge;
  static const std::vector<DeploymentMetric> table = {
      {{"kube_deployment_spec_replicas", gauge, "Pods that there should be.", labels},
       [](const DeploymentState& d, std::size_t) { return d.replicas; }},
      {{"kube_deployment_status_replicas", gauge, "Pods that there are.", labels},
       [](const DeploymentState& d, std::size_t) { return d.present; }},
      {{"kube_deployment_status_replicas_ready", gauge, "Pods that are ready.", labels},
       [](const DeploymentState& d, std::size_t) { return d.ready; }},
      {{"kube_deployment_status_replicas_available", gauge, "Pods that are available.", labels},
       [](const DeploymentState& d, std::size_t) { return d.available(); }},
      {{"kube_deployment_status_replicas_unavailable", gauge, "Pods that should be available, and are not.", labels},
       [](const DeploymentState& d, std::size_t) { return std::max(d.replicas, d.present) - d.available(); }},
      {{"kube_deployment_status_replicas_updated", gauge, "Pods of the current version.", labels},
       [](const DeploymentState& d, std::size_t) {
         return std::max(0.0, d.present - static_cast<double>(d.rollout.outdated));
       }},
      {{"kube_deployment_metadata_generation", gauge, "The version of what is asked for.", labels}, generation},
      {{"kube_deployment_status_observed_generation", gauge, "The version that was acted upon.", labels}, generation},
      {{"kube_deployment_status_condition",
        gauge,
        "Whether enough pods are there, and whether a rollout goes on.",
        {"namespace", "deployment", "condition", "status", "reason"}},
       condition,
       conditions()},
      {{"kube_endpoint_address_available", gauge, "Addresses that requests are sent to.", endpoint},
       [](const DeploymentState& d, std::size_t) { return d.endpoints; }},
      {{"kube_endpoint_address_not_ready", gauge, "Addresses that no requests are sent to.", endpoint},
       [](const DeploymentState& d, std::size_t) { return d.present - d.endpoints; }},
  };
  return table;
}

constexpr std::array kProbeTypes = {ProbeType::liveness, ProbeType::readiness, ProbeType::startup};
constexpr std::array<std::string_view, 3> kProbeTypeNames = {"Liveness", "Readiness", "Startup"};
constexpr std::array<std::string_view, 2> kProbeResults = {"successful", "failed"};

const KubeMetric& prober_probe_total() {
  static const KubeMetric metric = {"prober_probe_total",
                                    MetricType::counter,
                                    "Probes of a container by result.",
                                    {"probe_type", "result", "container", "pod", "namespace", "pod_uid"}};
  return metric;
}

double counted(const Worker* worker, std::size_t result) {
  if (!worker) return kAbsent;
  const std::uint64_t count = result == 0 ? worker->counts().successful : worker->counts().failed;
  return count == 0 ? kAbsent : static_cast<double>(count);
}

std::string value_of(std::string_view label, const PodIdentity& pod) {
  if (label == "namespace") return pod.name_space;
  if (label == "pod") return pod.pod;
  if (label == "container") return pod.container;
  if (label == "deployment" || label == "endpoint") return pod.deployment;
  if (label == "ip" || label == "pod_ip") return pod.ip;
  if (label == "node") return pod.node;
  if (label == "created_by_kind" || label == "owner_kind") return "ReplicaSet";
  if (label == "created_by_name" || label == "owner_name") return pod.replica_set;
  if (label == "owner_is_controller") return "true";
  return pod.uid;  // uid, pod_uid
}

model::SeriesInfo make_series(const KubeMetric& metric, const PodIdentity& pod, std::vector<Label> own) {
  std::vector<Label> labels = {{std::string(model::kMetricName), std::string(metric.name)}};
  for (const std::string_view label : metric.labels) {
    const bool is_own = std::ranges::any_of(own, [&](const Label& l) { return l.name == label; });
    if (!is_own) labels.push_back({std::string(label), value_of(label, pod)});
  }
  labels.insert(labels.end(), own.begin(), own.end());
  return {model::Labels::from(std::move(labels)), metric.type};
}

void append_series(const PodMetric& row, const PodIdentity& pod, std::vector<model::SeriesInfo>& out) {
  if (row.variants.empty()) out.push_back(make_series(row.metric, pod, {}));
  for (const std::string_view variant : row.variants) {
    out.push_back(make_series(row.metric, pod, {{std::string(row.metric.labels.back()), std::string(variant)}}));
  }
}

void append_values(const PodMetric& row, const Pod* pod, std::vector<double>& out) {
  const std::size_t variants = std::max<std::size_t>(1, row.variants.size());
  for (std::size_t v = 0; v < variants; ++v) out.push_back(pod != nullptr ? row.value(*pod, v) : kAbsent);
}

std::string deployment_name(const PodIdentity& pod) {
  return format("{}/{}", pod.name_space, pod.deployment);
}

template <typename Rows>
void append_metrics(const Rows& rows, std::vector<KubeMetric>& out) {
  for (const auto& row : rows) out.push_back(row.metric);
}

}  // namespace

std::span<const KubeMetric> kube_state_metrics() {
  static const std::vector<KubeMetric> all = [] {
    std::vector<KubeMetric> out;
    append_metrics(deployment_metrics(), out);
    append_metrics(pod_metrics(), out);
    return out;
  }();
  return all;
}

std::span<const KubeMetric> kubelet_metrics() {
  return {&prober_probe_total(), 1};
}

KubeStateMetrics::KubeStateMetrics(std::span<const PodIdentity> pods) : at_first_(pods.size()) {
  std::vector<const PodIdentity*> deployments;
  for (const PodIdentity& pod : pods) {
    const auto found = std::ranges::find(names_, deployment_name(pod));
    deployment_of_.push_back(static_cast<std::size_t>(found - names_.begin()));
    if (found != names_.end()) continue;
    names_.push_back(deployment_name(pod));
    deployments.push_back(&pod);
  }
  deployments_.resize(deployments.size());
  for (const DeploymentMetric& row : deployment_metrics()) {
    for (const PodIdentity* deployment : deployments) {
      for (const auto& values : row.variants) {
        std::vector<Label> own;
        for (std::size_t i = 0; i < values.size(); ++i) {
          own.push_back({std::string(row.metric.labels[2 + i]), std::string(values[i])});
        }
        series_.push_back(make_series(row.metric, *deployment, std::move(own)));
      }
    }
  }
  for (const PodMetric& row : pod_metrics()) {
    for (const PodIdentity& pod : pods) append_series(row, pod, series_);
  }
}

void KubeStateMetrics::add(const PodIdentity& pod) {
  const auto deployment = std::ranges::find(names_, deployment_name(pod));
  assert(deployment != names_.end());
  deployment_of_.push_back(static_cast<std::size_t>(deployment - names_.begin()));
  for (const PodMetric& row : pod_metrics()) append_series(row, pod, series_);
}

void KubeStateMetrics::collect(std::span<const Pod* const> pods, std::span<const RolloutState> rollouts,
                               std::vector<double>& values) {
  values.clear();
  values.reserve(series_.size());
  std::ranges::fill(deployments_, DeploymentState{});
  for (std::size_t i = 0; i < rollouts.size(); ++i) {
    deployments_[i].rollout = rollouts[i];
    deployments_[i].replicas = static_cast<double>(rollouts[i].replicas);
  }
  for (std::size_t i = 0; i < pods.size(); ++i) {
    DeploymentState& state = deployments_[deployment_of_[i]];
    if (state.rollout.replicas == 0) state.replicas += 1;
    if (!pods[i] || pods[i]->deleting()) continue;
    state.present += 1;
    if (pods[i]->ready()) state.ready += 1;
    if (pods[i]->endpoint()) state.endpoints += 1;
  }
  for (const DeploymentMetric& row : deployment_metrics()) {
    for (const DeploymentState& state : deployments_) {
      for (std::size_t v = 0; v < row.variants.size(); ++v) values.push_back(row.value(state, v));
    }
  }
  for (const PodMetric& row : pod_metrics()) {
    for (const Pod* pod : pods.first(at_first_)) append_values(row, pod, values);
  }
  for (const Pod* pod : pods.subspan(at_first_)) {
    for (const PodMetric& row : pod_metrics()) append_values(row, pod, values);
  }
}

KubeletMetrics::KubeletMetrics(std::span<const PodIdentity> pods) {
  for (const PodIdentity& pod : pods) add(pod);
}

void KubeletMetrics::add(const PodIdentity& pod) {
  for (const std::string_view type : kProbeTypeNames) {
    for (const std::string_view result : kProbeResults) {
      series_.push_back(
          make_series(prober_probe_total(), pod, {{"probe_type", std::string(type)}, {"result", std::string(result)}}));
    }
  }
}

void KubeletMetrics::collect(std::span<const Pod* const> pods, std::vector<double>& values) const {
  values.clear();
  values.reserve(series_.size());
  for (const Pod* pod : pods) {
    for (const ProbeType type : kProbeTypes) {
      for (std::size_t result = 0; result < kProbeResults.size(); ++result) {
        values.push_back(counted(pod ? pod->worker(type) : nullptr, result));
      }
    }
  }
}

}  // namespace firedrill::fake_services
