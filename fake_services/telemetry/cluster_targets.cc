#include "fake_services/telemetry/cluster_targets.h"

#include <algorithm>
#include <map>

#include "base/text/format.h"

namespace firedrill::fake_services {
namespace {

constexpr std::string_view kStateJob = "kube-state-metrics";
constexpr std::string_view kKubeletJob = "kubelet";
constexpr double kScrapeSeconds = 0.01;  // median duration of a scrape
constexpr double kScrapeSpread = 0.3;
constexpr double kSilentScrapeSeconds = 3600;  // beyond any scrape's time-out

std::vector<PodIdentity> identities(const Pods& pods) {
  std::vector<PodIdentity> out;
  for (std::size_t i = 0; i < pods.size(); ++i) out.push_back(pods.identity(i));
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

ClusterTargets::ClusterTargets(const Pods& pods, std::uint64_t seed)
    : seed_(seed), state_(identities(pods)), scrapes_(seed, "kube-state-metrics/scrapes") {
  std::map<std::string, std::vector<Seen>> by_node;
  for (std::size_t i = 0; i < pods.size(); ++i) {
    all_.push_back({i, pods.number(i)});
    by_node[pods.identity(i).node].push_back(all_.back());
  }
  for (auto& [name, members] : by_node) {
    std::vector<PodIdentity> on_it;
    for (const Seen& seen : members) on_it.push_back(pods.identity(seen.slot));
    add_node(name, std::move(members), on_it);
  }
  sets_.take_up(pods);
  note_growth();
}

void ClusterTargets::note_growth() {
  Part more{state_.series().size(), sets_.series().size()};
  for (const Part& part : parts_) {
    more.state -= part.state;
    more.sets -= part.sets;
  }
  parts_.push_back(more);
}

template <typename T>
std::vector<T> ClusterTargets::in_order(const std::vector<T>& state, const std::vector<T>& sets) const {
  std::vector<T> out;
  out.reserve(state.size() + sets.size());
  auto from_state = state.begin();
  auto from_sets = sets.begin();
  for (const Part& part : parts_) {
    const auto to_state = from_state + static_cast<std::ptrdiff_t>(part.state);
    const auto to_sets = from_sets + static_cast<std::ptrdiff_t>(part.sets);
    out.insert(out.end(), from_state, to_state);
    out.insert(out.end(), from_sets, to_sets);
    from_state = to_state;
    from_sets = to_sets;
  }
  return out;
}

void ClusterTargets::add_node(std::string name, std::vector<Seen> pods, std::span<const PodIdentity> identities) {
  RandomStream scrapes(seed_, format("kubelet/{}/scrapes", name));
  nodes_.push_back({.name = std::move(name),
                    .pods = std::move(pods),
                    .metrics = KubeletMetrics(identities),
                    .scrapes = std::move(scrapes)});
}

void ClusterTargets::add(std::size_t slot, const Pods& pods) {
  const Seen pod{slot, pods.number(slot)};
  const PodIdentity& identity = pods.identity(slot);
  all_.push_back(pod);
  state_.add(identity);
  sets_.take_up(pods);
  note_growth();
  const auto node = std::ranges::find(nodes_, identity.node, &Node::name);
  if (node == nodes_.end()) return add_node(identity.node, {pod}, std::span(&identity, 1));
  node->pods.push_back(pod);
  node->metrics.add(identity);
}

std::vector<Target> ClusterTargets::targets() const {
  std::vector<Target> out;
  if (all_.empty()) return out;
  out.push_back(make_target(TargetKind::kube_state_metrics, kStateJob, "kube-state-metrics:8080"));
  out.back().series = honoured(in_order(state_.series(), sets_.series()), out.back().labels);
  for (const Node& node : nodes_) {
    Target target = make_target(TargetKind::kubelet, kKubeletJob, format("{}:10250", node.name));
    target.labels.set("metrics_path", "/metrics/probes");
    target.labels.set("node", node.name);
    target.series = honoured(node.metrics.series(), target.labels);
    out.push_back(std::move(target));
  }
  return out;
}

bool ClusterTargets::is_there(const Seen& seen, const Pods& pods) {
  return pods.number(seen.slot) == seen.number && pods.exists(seen.slot);
}

std::vector<const Pod*> ClusterTargets::look_at(std::span<const Seen> which, Pods& pods, Time now) {
  std::vector<const Pod*> out;
  out.reserve(which.size());
  for (const Seen& seen : which) out.push_back(is_there(seen, pods) ? &pods.seen_at(seen.slot, now) : nullptr);
  return out;
}

ScrapeResult ClusterTargets::scrape(std::size_t target, Pods& pods, Time now, std::vector<double>& values) {
  ScrapeResult result;
  // A kubelet is gone with its node, and that is when all pods of the node are.
  const auto lost = [&](const Seen& seen) { return !is_there(seen, pods) || pods.node_lost(seen.slot); };
  const auto here = [&](const Seen& seen) { return is_there(seen, pods); };
  if (target > 0 && std::ranges::any_of(nodes_[target - 1].pods, here) &&
      std::ranges::all_of(nodes_[target - 1].pods, lost)) {
    values.clear();
    result.duration_s = kSilentScrapeSeconds;
    return result;
  }
  RandomStream& chance = target == 0 ? scrapes_ : nodes_[target - 1].scrapes;
  if (target == 0) {
    state_.collect(look_at(all_, pods, now), pods.rollouts(now), state_values_);
    sets_.collect(pods, set_values_);
    values = in_order(state_values_, set_values_);
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
  for (const KubeMetric& metric : replica_set_metrics()) names.push_back(metric.name);
  for (const KubeMetric& metric : kubelet_metrics()) names.push_back(metric.name);
  return names;
}

std::vector<std::string_view> cluster_jobs() {
  return {kStateJob, kKubeletJob};
}

}  // namespace firedrill::fake_services
