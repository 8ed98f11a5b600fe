// Of LiveServices: what processes are told and tell, what befalls them by order, and the proxies on their lines.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/text/format.h"
#include "driver/live/live_services.h"
#include "fake_services/process/fake_service.h"
#include "fake_services/process/told_metrics.h"

namespace firedrill::driver::live {

using events::EventKind;
using fake_services::ServiceSpec;

namespace {

constexpr int kSignalled = 128;  // and the signal's number, as an exit code
constexpr Duration kLongestRestart = std::chrono::minutes(2);

std::optional<std::string> text_of(const json::object& message, const char* key) {
  const json::value* found = message.if_contains(key);
  if (found == nullptr || !found->is_string()) return std::nullopt;
  return std::string(found->as_string());
}

}  // namespace

bool ProxiedLines::any() const {
  const auto is_on = [](const auto& list) { return std::ranges::find(list, true) != list.end(); };
  return is_on(front) || std::ranges::any_of(links, is_on);
}

bool ProxiedLines::has_front(std::size_t service) const {
  return service < front.size() && front[service];
}

bool ProxiedLines::has_link(std::size_t service, std::size_t edge) const {
  return service < links.size() && edge < links[service].size() && links[service][edge];
}

LiveServices::Replica& LiveServices::at(std::size_t service, std::size_t replica) const {
  return *replicas_[first_[service] + replica];
}

// One for each pair of replicas, since a fault may hit some of the callers alone.
std::expected<void, std::string> LiveServices::open_links() {
  for (auto& caller : replicas_) {
    const auto& edges = model_.services[caller->service].edges;
    caller->links.resize(edges.size());
    for (std::size_t e = 0; e < edges.size(); ++e) {
      if (!options_.proxied.has_link(caller->service, e)) continue;
      const std::size_t callee = edges[e].callee;
      for (std::size_t r = 0; r < told_[callee].size(); ++r) {
        const Replica& called = at(callee, r);
        const auto line = proxies_->open(0, called.address, options_.seed, format("{}/{}", caller->pod, called.pod));
        if (!line) return std::unexpected(format("the way from {} to {}: {}", caller->pod, called.pod, line.error()));
        caller->links[e].push_back(*line);
      }
    }
  }
  return {};
}

Duration LiveServices::startup_of(const Replica& replica) const {
  const fake_services::PodConditions& pod = replica.orders.pod;
  return from_seconds(to_seconds(replica.spec->startup) * pod.startup_factor + pod.startup_delay_s);
}

// As its process exposes it: in seconds of the clock by which it tells instants.
std::optional<double> LiveServices::certificate_expiry(const Replica& replica, Time scenario, Time wall) const {
  if (!replica.spec->certificate) return std::nullopt;
  const Time expires = *options_.certificates_from + replica.spec->certificate->expires_in;
  return to_seconds(options_.on_wall_clock ? wall + (expires - scenario) : expires);
}

json::object LiveServices::order_of(const Replica& replica) const {
  const fake_services::PodConditions& pod = replica.orders.pod;
  json::object order = {{"topology", options_.topology->text},
                        {"name", options_.topology->name},
                        {"service", replica.spec->name},
                        {"replica", replica.index},
                        {"seed", std::to_string(options_.seed)},
                        {"port", replica.port},
                        {"parent", static_cast<std::int64_t>(::getpid())}};
  const Duration ahead = now() - WallClock().now();
  if (ahead != Duration(0) && !options_.on_wall_clock) order["clock_ms"] = ahead.count();
  const Duration startup = options_.pace.on_wall(startup_of(replica));
  if (replica.release != nullptr) order["version"] = replica.release->version;
  if (startup != replica.spec->startup) order["startup_ms"] = startup.count();
  if (replica.service < options_.answer_bytes.size() && options_.answer_bytes[replica.service] > 0) {
    order["answer_bytes"] = static_cast<std::int64_t>(options_.answer_bytes[replica.service]);
  }
  if (const auto expiry = certificate_expiry(replica, now(), WallClock().now())) order["expires_s"] = *expiry;
  if (options_.allowances != nullptr) order["allowances"] = true;
  if (json::array own = fake_services::own_metrics_json(options_.metrics, replica.spec->name); !own.empty()) {
    order["metrics"] = std::move(own);
    order["speed"] = options_.pace.speed;
  }
  if (!pod.starts) order["starts"] = false;
  if (!pod.starts && pod.exits_at_startup) order["exit_code"] = pod.exit_code;
  return order;
}

// What its process says.
void LiveServices::listen_to(Replica& replica) {
  fake_services::Control& control = replica.process->control();
  control.receive();
  while (const auto message = control.next()) hear(replica, *message);
  if (const auto code = replica.process->ended()) bury(replica, *code);
}

void LiveServices::hear(Replica& replica, const json::object& message) {
  if (const auto failed = text_of(message, "failed")) {
    const std::scoped_lock lock(mutex_);
    replica.detail = *failed;
  }
  if (message.contains("oom")) replica.out_of_memory = true;
  if (message.contains("draining") && replica.state == ReplicaState::serving) {
    enter(replica, ReplicaState::draining);  // whoever asked it to
  }
  if (message.contains("listening") && replica.state == ReplicaState::starting) begin_to_serve(replica);
  const json::value* account = message.if_contains("account");
  if (account == nullptr || !account->is_object()) return;
  if (auto read = fake_services::read_account(account->as_object(), replica.before.edges.size())) {
    const std::scoped_lock lock(mutex_);
    replica.current = *std::move(read);
    if (std::exchange(replica.mark_awaited, false)) replica.mark->account = counted_by(replica);
  }
}

json::object LiveServices::ready_ports_of(const Replica& caller) const {
  json::object ready;
  const auto& edges = model_.services[caller.service].edges;
  for (std::size_t e = 0; e < edges.size(); ++e) {
    const std::size_t callee = edges[e].callee;
    json::array ports;
    for (std::size_t r = 0; r < told_[callee].size(); ++r) {
      if (!told_[callee][r]) continue;
      ports.push_back(caller.links[e].empty() ? at(callee, r).address : proxies_->port(caller.links[e][r]));
    }
    ready[edges[e].spec.name] = std::move(ports);
  }
  return ready;
}

// Each process hears of its dependencies' replicas that are ready, when these have changed.
void LiveServices::tell_ready() {
  std::vector<bool> changed(told_.size(), false);
  for (const auto& replica : replicas_) {
    if (told_[replica->service][replica->index] == replica->ready) continue;
    told_[replica->service][replica->index] = replica->ready;
    changed[replica->service] = true;
  }
  if (std::ranges::find(changed, true) == changed.end()) return;
  for (auto& replica : replicas_) {
    const auto& edges = model_.services[replica->service].edges;
    const bool calls = std::ranges::any_of(edges, [&](const auto& edge) { return changed[edge.callee]; });
    if (calls && replica->spec->program) follow_ways(*replica);
    if (!calls || !replica->process) continue;
    // Who hears nothing any more knows nothing any more: it is started again.
    if (!replica->hung && !replica->process->control().send({{"ready", ready_ports_of(*replica)}})) {
      replica->process->signal(SIGKILL);
    }
  }
}

void LiveServices::count_anew(const PastOfPods& past, Time start, Time wall) {
  for (auto& replica : replicas_) {
    if (!replica->process || replica->hung) continue;
    json::object message{{"anew", true}};
    if (const auto expiry = certificate_expiry(*replica, start, wall)) message["expires_s"] = *expiry;
    if (const auto found = past.find(replica->pod); found != past.end()) {
      message["past"] = fake_services::to_json(found->second);
    }
    replica->process->control().send(message);
  }
}

void LiveServices::send_conditions(Replica& replica) {
  const fake_services::ProcessConditions conditions = conditions_of(replica);
  const bool neutral = conditions == fake_services::conditions_for(model_.services[replica.service]);
  if (!replica.process || (neutral && replica.state == ReplicaState::starting)) return;
  replica.process->control().send({{"conditions", fake_services::to_json(conditions)}});
}

// Lines to it listen while it does.
void LiveServices::follow_proxies(Replica& replica) {
  if (proxies_ == nullptr) return;
  const bool listens = replica.state == ReplicaState::serving || replica.state == ReplicaState::draining;
  if (replica.front) proxies_->set_listening(*replica.front, listens);
  for (const auto& caller : replicas_) {
    const auto& edges = model_.services[caller->service].edges;
    for (std::size_t e = 0; e < edges.size(); ++e) {
      if (edges[e].callee != replica.service || e >= caller->links.size() || caller->links[e].empty()) continue;
      proxies_->set_listening(caller->links[e][replica.index], listens);
    }
  }
}

void LiveServices::order(std::size_t service, std::size_t index, const ReplicaOrders& orders) {
  Replica& replica = at(service, index);
  if (replica.orders == orders) return;
  const ReplicaOrders before = replica.orders;
  {
    const std::scoped_lock lock(mutex_);
    replica.orders = orders;
  }
  if (before.process != orders.process) send_conditions(replica);
  if (replica.front) proxies_->set_faults(*replica.front, orders.front);
  for (std::size_t e = 0; e < std::min(replica.links.size(), orders.links.size()); ++e) {
    for (const std::size_t line : replica.links[e]) proxies_->set_faults(line, orders.links[e]);
  }
  if (replica.spec->program) set_way_faults(replica);
  for (auto& caller : replicas_) {
    if (before.front == orders.front || !caller->spec->program) continue;
    const auto& edges = model_.services[caller->service].edges;
    if (std::ranges::any_of(edges, [&](const auto& edge) { return edge.callee == service; })) set_way_faults(*caller);
  }
  replica.probing->set_port(orders.probes_meet_front ? replica.address : replica.port);
  if (orders.pod.node_lost != before.pod.node_lost) {
    replica.lost = orders.pod.node_lost ? std::optional(clock_.now()) : std::nullopt;
    replica.probing->set_lost(orders.pod.node_lost);
  }
  if (orders.pod.crashes > before.pod.crashes) end_by_itself(replica, orders.pod.exit_code);
  if (orders.pod.deadlocks > before.pod.deadlocks && replica.process) {
    replica.hung = true;
    replica.process->signal(SIGSTOP);
  }
}

void LiveServices::settle() {
  if (proxies_ != nullptr) proxies_->settle();
}

// What a condition does to each process, so long after its start.
void LiveServices::heed_pod(Replica& replica) {
  if (!replica.process || replica.state == ReplicaState::draining) return;
  const fake_services::PodConditions& pod = replica.orders.pod;
  const double age_s = to_seconds(clock_.now() - replica.launched);
  if (pod.crashed && age_s >= pod.crash_after_s) end_by_itself(replica, pod.exit_code);
  if (replica.release != nullptr && replica.release->crash_after_s >= 0 && age_s >= replica.release->crash_after_s) {
    end_by_itself(replica, 1);
  }
  if (pod.deadlock_after_s >= 0 && age_s >= pod.deadlock_after_s && !replica.hung &&
      replica.state == ReplicaState::serving) {
    replica.hung = true;
    replica.process->signal(SIGSTOP);
  }
}

void LiveServices::end_by_itself(Replica& replica, int code) {
  if (!replica.process) return;
  if (code > kSignalled) {
    replica.process->signal(code - kSignalled);
  } else if (!replica.process->control().send({{"exit", code}})) {
    replica.process->signal(SIGKILL);
  }
}

void LiveServices::restart(std::size_t service) {
  for (std::size_t r = 0; r < told_[service].size(); ++r) {
    if (at(service, r).there && !at(service, r).leaving) to_restart_.push_back(&at(service, r));
  }
  deployments_[service].restarted(now());
}

void LiveServices::go_on_restarting() {
  if (to_restart_.empty() || stopping_) return;
  Replica& replica = *to_restart_.front();
  const Time wall = clock_.now();
  if (!restarting_) {
    restarting_ = wall;
    replica.restarted_by_hand = replica.process.has_value();
    if (replica.hung && replica.process) replica.process->signal(SIGCONT);
    ask_to_end(replica, std::chrono::seconds(replica.spec->termination_grace_period_seconds), "it is restarted");
    if (!replica.process && replica.state == ReplicaState::waiting) replica.due = wall;
    return;
  }
  const bool again = replica.launched > *restarting_ && replica.ready;
  if (!again && wall < *restarting_ + kLongestRestart) return;
  to_restart_.pop_front();
  restarting_.reset();
}

void LiveServices::set_ready(Replica& replica, bool ready) {
  if (replica.ready == ready) return;
  double others = 0;
  for (const auto& other : replicas_) {
    if (other->service == replica.service && other.get() != &replica && other->ready) ++others;
  }
  {
    const std::scoped_lock lock(mutex_);
    replica.ready = ready;
    replica.ready_since = clock_.now();
    replica.endpoint_changes += 1;
  }
  events::Event event = event_of(replica, ready ? EventKind::endpoint_ready : EventKind::endpoint_unready);
  event.with("ready", others + (ready ? 1 : 0));
  push(std::move(event));
}

events::Event LiveServices::event_of(const Replica& replica, EventKind kind) const {
  events::Event event{.t = now(), .kind = kind, .subject = replica.pod, .fields = {}};
  event.with("service", replica.spec->name).with("instance", format("{}:{}", replica.pod, replica.spec->port));
  if (kind == EventKind::container_backoff) event.with("restarts", static_cast<double>(replica.restarts));
  return event;
}

void LiveServices::tell(const Replica& replica, EventKind kind, std::string reason) {
  if (replica.spec->external) return;
  events::Event event = event_of(replica, kind);
  event.with("restarts", static_cast<double>(replica.restarts));
  if (!reason.empty()) event.with("reason", std::move(reason));
  push(std::move(event));
}

// Only where somebody takes them.
void LiveServices::push(events::Event event) {
  if (!options_.tells) return;
  const std::scoped_lock lock(mutex_);
  events_.push_back(std::move(event));
}

std::vector<events::Event> LiveServices::take_events() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(events_, {});
}

// Over all of its processes, as far as they have told.
fake_services::Account LiveServices::counted_by(const Replica& replica) {
  fake_services::Account out = replica.before;
  out.add(replica.current);
  return out;
}

void LiveServices::mark() {
  for (auto& replica : replicas_) {
    const bool tells = replica->process && !replica->hung;
    {
      const std::scoped_lock lock(mutex_);
      ReplicaRecord counted{.account = counted_by(*replica)};
      add_ways(*replica, counted);
      replica->mark = {std::move(counted.account), std::move(counted.passed)};
      replica->mark_awaited = tells;
    }
    if (tells) replica->process->control().send({{"tell", true}});
  }
}

ReplicaRecord LiveServices::record(std::size_t service, std::size_t index, bool marked) const {
  const Replica& replica = at(service, index);
  ReplicaRecord out;
  out.probes = replica.probing->counts();
  const std::scoped_lock lock(mutex_);
  if (marked && replica.mark) {
    out.account = replica.mark->account;
    out.passed = replica.mark->passed;
  } else {
    out.account = counted_by(replica);
    add_ways(replica, out);
  }
  out.restarts = static_cast<double>(replica.restarts);
  out.exits = replica.exits;
  out.kills = replica.kills;
  out.oom_kills = replica.oom_kills;
  out.endpoint_changes = replica.endpoint_changes;
  out.there = replica.there;
  out.was_there = replica.there || replica.container > 0;
  out.ready = replica.ready;
  out.version = version_of(replica);
  out.listening = replica.state == ReplicaState::serving || replica.state == ReplicaState::draining;
  out.starting_late =
      replica.state == ReplicaState::starting &&
      clock_.now() > replica.launched + replica.spec->startup + options_.pace.of_wall(std::chrono::seconds(1));
  return out;
}

}  // namespace firedrill::driver::live
