#include "fake_services/telemetry/cluster_targets.h"

#include <algorithm>
#include <map>

#include "base/text/format.h"

namespace firedrill::fake_services {
namespace {

constexpr std::string_view kStateJob = "kube-state-metrics";
constexpr std::string_view kOnlyNode = "node-1";
constexpr std::string_view kKubeletJob = "kubelet";
constexpr double kScrapeSeconds = 0.01;  // median duration of a scrape
constexpr double kScrapeSpread = 0.3;
constexpr double kSilentScrapeSeconds = 3600;  // beyond any scrape's time-out

// `index`: of the pod among all.
PodIdentity identity_of(const ServiceSpec& s, std::size_t replica, std::size_t index) {
  const std::size_t n = index + 10;
  const std::string pod = format("{}-{}", s.name, replica);
  return {.name_space = s.name_space,
          .pod = pod,
          .container = s.name,
          .deployment = s.name,
          .uid = pod_uid(s.name_space, pod, 0),
          .ip = format("10.{}.{}.{}", 64 + n / 65536 % 64, n / 256 % 256, n % 256),
          .node = node_of(s, replica)};
}

std::vector<PodIdentity> identities(const FlowModel& model) {
  std::vector<PodIdentity> out;
  for (const ServiceModel& m : model.services) {
    const std::size_t replicas = m.spec.external ? 0 : static_cast<std::size_t>(m.spec.replicas);
    for (std::size_t r = 0; r < replicas; ++r) out.push_back(identity_of(m.spec, r, out.size()));
  }
  return out;
}

// With honor_labels a label of the series hides the target's.
std::vector<model::SeriesInfo> honoured(const std::vector<model::SeriesInfo>& own, const model::Labels& target) {
  std::vector<model::SeriesInfo> out;
  out.reserve(own.size());
  for (const model::SeriesInfo& series : own) {
    model::SeriesInfo info = series;
    for (const model::Label& label : target) {
      if (!info.labels.has(label.name)) info.labels.set(label.name, label.value);
    }
    out.push_back(std::move(info));
  }
  return out;
}

Target make_target(TargetKind kind, std::string_view job, std::string instance) {
  Target target;
  target.kind = kind;
  target.instance = std::move(instance);
  target.job = job;
  target.name_space = "kube-system";
  target.labels.set("job", target.job);
  target.labels.set("instance", target.instance);
  return target;
}

}  // namespace

std::string node_of_zone(std::string_view zone) {
  return format("node-{}", zone);
}

std::string node_of(const ServiceSpec& service, std::size_t replica) {
  if (service.zones.empty()) return std::string(kOnlyNode);
  return node_of_zone(service.zones[replica % service.zones.size()]);
}

ClusterTargets::ClusterTargets(const FlowModel& model, std::uint64_t seed)
    : seed_(seed), state_(identities(model)), scrapes_(seed, "kube-state-metrics/scrapes") {
  const std::vector<PodIdentity> pods = identities(model);
  std::map<std::string, std::vector<std::size_t>> by_node;
  for (std::size_t i = 0; i < pods.size(); ++i) {
    all_.push_back(i);
    by_node[pods[i].node].push_back(i);
  }
  for (auto& [name, members] : by_node) {
    std::vector<PodIdentity> on_it;
    for (const std::size_t i : members) on_it.push_back(pods[i]);
    add_node(name, std::move(members), on_it);
  }
}

void ClusterTargets::add_node(std::string name, std::vector<std::size_t> pods,
                              std::span<const PodIdentity> identities) {
  RandomStream scrapes(seed_, format("kubelet/{}/scrapes", name));
  nodes_.push_back({.name = std::move(name),
                    .pods = std::move(pods),
                    .metrics = KubeletMetrics(identities),
                    .scrapes = std::move(scrapes)});
}

void ClusterTargets::add_replica(const ServiceSpec& service, std::size_t replica) {
  const std::size_t pod = all_.size();
  const PodIdentity identity = identity_of(service, replica, pod);
  all_.push_back(pod);
  state_.add(identity);
  const auto node = std::ranges::find(nodes_, identity.node, &Node::name);
  if (node == nodes_.end()) return add_node(identity.node, {pod}, std::span(&identity, 1));
  node->pods.push_back(pod);
  node->metrics.add(identity);
}

std::vector<Target> ClusterTargets::targets() const {
  std::vector<Target> out;
  if (all_.empty()) return out;
  out.push_back(make_target(TargetKind::kube_state_metrics, kStateJob, "kube-state-metrics:8080"));
  out.back().series = honoured(state_.series(), out.back().labels);
  for (const Node& node : nodes_) {
    Target target = make_target(TargetKind::kubelet, kKubeletJob, format("{}:10250", node.name));
    target.labels.set("metrics_path", "/metrics/probes");
    target.labels.set("node", node.name);
    target.series = honoured(node.metrics.series(), target.labels);
    out.push_back(std::move(target));
  }
  return out;
}

std::vector<const Pod*> ClusterTargets::look_at(std::span<const std::size_t> which, Pods& pods, Time now) const {
  std::vector<const Pod*> out;
  out.reserve(which.size());
  for (const std::size_t i : which) out.push_back(pods.exists(i) ? &pods.seen_at(i, now) : nullptr);
  return out;
}

ScrapeResult ClusterTargets::scrape(std::size_t target, Pods& pods, Time now, std::vector<double>& values) {
  ScrapeResult result;
  // A kubelet is gone with its node, and that is when all pods of the node are.
  const auto lost = [&](std::size_t pod) { return !pods.exists(pod) || pods.node_lost(pod); };
  const auto here = [&](std::size_t pod) { return pods.exists(pod); };
  if (target > 0 && std::ranges::any_of(nodes_[target - 1].pods, here) &&
      std::ranges::all_of(nodes_[target - 1].pods, lost)) {
    values.clear();
    result.duration_s = kSilentScrapeSeconds;
    return result;
  }
  RandomStream& chance = target == 0 ? scrapes_ : nodes_[target - 1].scrapes;
  if (target == 0) {
    state_.collect(look_at(all_, pods, now), pods.rollouts(now), values);
  } else {
    const Node& node = nodes_[target - 1];
    node.metrics.collect(look_at(node.pods, pods, now), values);
  }
  result.up = true;
  result.duration_s = kScrapeSeconds * chance.lognormal(0, kScrapeSpread);
  for (const double v : values) result.samples += is_absent(v) ? 0 : 1;
  return result;
}

std::vector<std::string_view> cluster_metric_names() {
  std::vector<std::string_view> names;
  for (const KubeMetric& metric : kube_state_metrics()) names.push_back(metric.name);
  for (const KubeMetric& metric : kubelet_metrics()) names.push_back(metric.name);
  return names;
}

std::vector<std::string_view> cluster_jobs() {
  return {kStateJob, kKubeletJob};
}

}  // namespace firedrill::fake_services
