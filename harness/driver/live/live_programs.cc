// Of LiveServices: programs of the user's own that stand for a service. They are watched, probed, scraped and sent
// requests like others, and reach their dependencies through ways of ours; nobody here starts or ends them.
#include <algorithm>
#include <system_error>
#include <utility>

#include "base/text/format.h"
#include "driver/live/live_services.h"

namespace firedrill::driver::live {

using events::EventKind;

// A way is a fault proxy at the address that the program is given, and behind it an entrance that chooses a replica.
std::expected<void, std::string> LiveServices::open_ways(int next_port) {
  for (auto& replica : replicas_) {
    if (!replica->spec->program) continue;
    const auto& edges = model_.services[replica->service].edges;
    for (const auto& edge : edges) {
      const fake_services::ServiceModel& callee = model_.services[edge.callee];
      const std::string name = format("{}/{}", replica->pod, edge.spec.name);
      const auto failed = [&](const std::string& why) {
        return std::unexpected(format("the way from {} to {}: {}", replica->spec->name, edge.spec.name, why));
      };
      const bool is_fixed = edge.spec.port != 0;
      if (!is_fixed && next_port > kLastPort) return failed(format("there is no port {}", next_port));
      const auto entrance = entrances_->open(callee.spec.load_balancing, options_.seed, name);
      if (!entrance) return failed(entrance.error());
      const auto line = proxies_->open(static_cast<std::uint16_t>(is_fixed ? edge.spec.port : next_port),
                                       entrances_->port(*entrance), options_.seed, name);
      if (!line) return failed(line.error());
      if (!is_fixed && next_port != 0) ++next_port;
      replica->ways.push_back({*line, *entrance, {}, nullptr});
    }
  }
  return {};
}

std::expected<void, std::string> LiveServices::watch_program(Replica& replica) {
  replica.container = 1;
  replica.detail = format("nothing listens at {}", replica.spec->program->url);
  replica.launched = clock_.now();
  enter(replica, ReplicaState::waiting);
  try {
    replica.watch = std::make_unique<ListenWatch>(replica.port, [this] { wake(); });
    const auto& edges = model_.services[replica.service].edges;
    for (std::size_t e = 0; options_.tells && e < edges.size(); ++e) {
      replica.ways[e].check = std::make_unique<AddressCheck>(
          proxies_->port(replica.ways[e].line), edges[e].spec.connect_timeout, edges[e].spec.request_timeout,
          [this, entrance = replica.ways[e].entrance] { return entrances_->seen(entrance); });
    }
  } catch (const std::system_error& error) {
    return std::unexpected(format("no thread to watch {}: {}", replica.spec->name, error.what()));
  }
  return {};
}

// One that listens again after it did not is taken for another process, as a kubelet would find one.
void LiveServices::heed_program(Replica& replica) {
  const bool listens = replica.watch->listens();
  if (stopping_ || listens == (replica.state == ReplicaState::serving)) return;
  const bool again = std::exchange(replica.has_served, replica.has_served || listens);
  if (listens && again) ++replica.container;
  {
    const std::scoped_lock lock(mutex_);
    replica.detail = listens ? "" : format("nothing listens at {} any more", replica.spec->program->url);
    if (listens && again) ++replica.restarts;
    if (!listens) replica.exits += 1;
  }
  enter(replica, listens ? ReplicaState::serving : ReplicaState::waiting);
  if (!listens) tell(replica, EventKind::container_exited, replica.detail);
  if (listens && again)
    tell(replica, EventKind::container_restarted, "it listens again, and was not started by firedrill");
}

// Where its dependency's replicas are that are ready; without any, connections are refused.
void LiveServices::follow_ways(Replica& replica) {
  const auto& edges = model_.services[replica.service].edges;
  for (std::size_t e = 0; e < edges.size(); ++e) {
    const std::size_t callee = edges[e].callee;
    std::vector<std::uint16_t> ports;
    for (std::size_t r = 0; r < told_[callee].size(); ++r) {
      if (told_[callee][r]) ports.push_back(at(callee, r).address);
    }
    proxies_->set_listening(replica.ways[e].line, !ports.empty());
    entrances_->set_ready(replica.ways[e].entrance, std::move(ports));
  }
}

// What befalls the way itself; and where all replicas of the dependency refuse connections or are silent, so is the
// way: else whoever called would have a connection, to the entrance.
void LiveServices::set_way_faults(Replica& replica) {
  const auto& edges = model_.services[replica.service].edges;
  for (std::size_t e = 0; e < edges.size(); ++e) {
    const std::size_t callee = edges[e].callee;
    const auto all = [&](bool fake_services::LineFaults::* flag) {
      for (std::size_t r = 0; r < told_[callee].size(); ++r) {
        if (!(at(callee, r).orders.front.*flag)) return false;
      }
      return !told_[callee].empty();
    };
    fake_services::LineFaults faults;
    if (e < replica.orders.links.size()) faults = replica.orders.links[e];
    faults.refuse = faults.refuse || all(&fake_services::LineFaults::refuse);
    faults.blackhole = faults.blackhole || all(&fake_services::LineFaults::blackhole);
    LiveReplica::Way& way = replica.ways[e];
    if (way.faults == faults) continue;
    way.faults = faults;
    proxies_->set_faults(way.line, faults);
  }
}

std::vector<WayView> LiveServices::ways() const {
  std::vector<WayView> views;
  for (const auto& replica : replicas_) {
    if (!replica->spec->program) continue;
    const auto& edges = model_.services[replica->service].edges;
    for (std::size_t e = 0; e < replica->ways.size(); ++e) {
      views.push_back({replica->spec->name, edges[e].spec.name, proxies_->port(replica->ways[e].line)});
    }
  }
  return views;
}

void LiveServices::add_ways(const Replica& replica, ReplicaRecord& record) const {
  for (std::size_t e = 0; e < replica.ways.size(); ++e) {
    const AddressCheck* check = replica.ways[e].check.get();
    const auto passed = entrances_->seen(replica.ways[e].entrance);
    record.passed.push_back(check == nullptr ? passed : check->counted(passed));
    if (check != nullptr) record.account.edges[e].add(check->seen());
  }
}

}  // namespace firedrill::driver::live
