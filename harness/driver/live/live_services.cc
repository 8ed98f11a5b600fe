#include "driver/live/live_services.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/clock.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "fake_services/pods/pods.h"
#include "fake_services/process/fake_service.h"
#include "fake_services/process/serve_replica.h"
#include "fake_services/topology/pre_stop.h"
#include "http/loopback.h"

namespace firedrill::driver::live {

using events::EventKind;
using fake_services::RestartBackoff;
using fake_services::ServiceSpec;

namespace {

// Beyond its `startup`, within which a process accepts connections.
constexpr Duration kPatience = std::chrono::seconds(30);
// That is left behind a preStop hook (kuberuntime_container.go, minimumGracePeriodInSeconds).
constexpr Duration kLeastGrace = std::chrono::seconds(2);

std::string how_it_ended(int code, bool was_asked) {
  if (was_asked && code == fake_services::kNotDrained)
    return "it was asked to end, and requests were left when its grace was over";
  if (code > 128) return format("signal {} ended it", code - 128);
  return format("it ended with exit code {}", code);
}

}  // namespace

std::string_view to_string(ReplicaState state) {
  switch (state) {
    case ReplicaState::starting:
      return "starting";
    case ReplicaState::serving:
      return "serving";
    case ReplicaState::draining:
      return "draining";
    case ReplicaState::waiting:
      return "waiting";
    case ReplicaState::ended:
      return "ended";
  }
  std::unreachable();
}

LiveServices::LiveServices(const fake_services::Topology& topology, const LiveOptions& options)
    : topology_(topology),
      options_(options),
      model_(fake_services::build_model(topology, {}, {})),
      clock_(options.pace),
      deploying_(topology.services.size(), false),
      told_(topology.services.size()) {
  if (!options_.certificates_from) options_.certificates_from = now();
  if (options_.slots.empty()) {
    for (const ServiceSpec& service : topology_.services) {
      options_.slots.push_back({static_cast<std::size_t>(service.replicas)});
    }
  }
  for (std::size_t s = 0; s < told_.size(); ++s) {
    told_[s].assign(options_.slots[s].count(), false);
    deployments_.emplace_back(topology_.services[s], options_.slots[s], now());
  }
}

LiveServices::~LiveServices() {
  for (auto& replica : replicas_) {  // they wake the loop
    replica->probing.reset();
    replica->watch.reset();
  }
}

std::expected<std::unique_ptr<LiveServices>, std::string> LiveServices::start(const fake_services::Topology& topology,
                                                                              const LiveOptions& options) {
  http::raise_open_files();
  std::unique_ptr<LiveServices> services(new LiveServices(topology, options));
  if (auto opened = services->open_pipe(); !opened) return std::unexpected(opened.error());
  if (auto reserved = services->reserve(); !reserved) return std::unexpected(reserved.error());
  for (auto& replica : services->replicas_) {
    if (!replica->there) continue;
    const auto launched = replica->spec->program ? services->watch_program(*replica) : services->launch(*replica);
    if (!launched) return std::unexpected(launched.error());
  }
  return services;
}

std::expected<void, std::string> LiveServices::open_pipe() {
  int ends[2];
  if (::pipe(ends) != 0) return std::unexpected(format("no pipe: {}", std::generic_category().message(errno)));
  woken_ = Descriptor(ends[0]);
  waker_ = Descriptor(ends[1]);
  for (const int end : ends) {
    http::set_nonblocking(end);
    http::set_close_on_exec(end);
  }
  auto supervisor = Supervisor::start();
  if (!supervisor) return std::unexpected(format("the supervisor: {}", supervisor.error()));
  supervisor_.emplace(std::move(*supervisor));
  const bool any_program =
      std::ranges::any_of(topology_.services, [](const ServiceSpec& service) { return service.program.has_value(); });
  if (!options_.proxied.any() && !any_program) return {};
  auto proxies = fake_services::FaultProxies::start();
  if (!proxies) return std::unexpected(proxies.error());
  proxies_ = std::move(*proxies);
  if (!any_program) return {};
  auto entrances = fake_services::Entrances::start();
  if (!entrances) return std::unexpected(entrances.error());
  entrances_ = std::move(*entrances);
  return {};
}

std::expected<void, std::string> LiveServices::reserve() {
  int next = options_.first_port;
  for (std::size_t s = 0; s < topology_.services.size(); ++s) {
    const ServiceSpec& spec = topology_.services[s];
    first_.push_back(replicas_.size());
    for (std::size_t r = 0; r < told_[s].size(); ++r) {
      if (next > kLastPort) return std::unexpected(format("there is no port {}", next));
      auto replica = std::make_unique<Replica>();
      replica->spec = &spec;
      replica->service = s;
      replica->index = r;
      replica->pod = fake_services::pod_name(spec, r);
      replica->there = r < static_cast<std::size_t>(spec.replicas);
      if (!replica->there) replica->state = ReplicaState::ended;
      replica->has_served = !replica->there;  // of those at the start alone all depends
      replica->orders.process = fake_services::conditions_for(model_.services[s]);
      replica->before.edges.resize(spec.dependencies.size());
      if (auto reserved = reserve(*replica, static_cast<std::uint16_t>(next)); !reserved) {
        return std::unexpected(format("{}: {}", replica->pod, reserved.error()));
      }
      replicas_.push_back(std::move(replica));
      if (next != 0 && !spec.program) ++next;
    }
  }
  if (auto opened = open_links(); !opened) return opened;
  return open_ways(next);
}

// With a proxy before it, the address is the proxy's, and the process's port any.
std::expected<void, std::string> LiveServices::reserve(Replica& replica, std::uint16_t port) {
  const bool fronted = options_.proxied.has_front(replica.service);
  const bool is_ours = !replica.spec->program;
  if (is_ours) {
    auto socket = http::bind_loopback(fronted ? 0 : port);
    if (!socket) return std::unexpected(socket.error());
    replica.port = http::port_of(socket->get());
    replica.reserved = std::move(*socket);
  } else {
    replica.port = replica.spec->program->port;
  }
  replica.address = replica.port;
  if (fronted) {
    const auto line = proxies_->open(is_ours ? port : 0, replica.port, options_.seed, replica.pod);
    if (!line) return std::unexpected(line.error());
    replica.front = *line;
    replica.address = proxies_->port(*line);
  }
  try {
    replica.probing = std::make_unique<Probing>(*replica.spec, replica.port, options_.pace, [this] { wake(); });
  } catch (const std::system_error& error) {
    return std::unexpected(format("no thread for its probes: {}", error.what()));
  }
  return {};
}

std::expected<void, std::string> LiveServices::launch(Replica& replica) {
  auto process = ChildProcess::start(replica.pod, fake_services::kAsService,
                                     options_.allowances == nullptr ? -1 : options_.allowances->descriptor());
  if (!process) return std::unexpected(format("{}: {}", replica.pod, process.error()));
  supervisor_->watch(process->pid());
  process->control().send(order_of(replica));
  if (options_.tells) process->control().send({{"tell", true}});
  const Time wall = clock_.now();
  replica.backoff.restarted(wall, replica.finished);
  ++replica.container;
  const bool fresh = std::exchange(replica.fresh, false);
  const bool again = replica.container > 1 && !fresh;
  replica.hung = false;
  replica.due = wall + startup_of(replica) + options_.pace.of_wall(kPatience);
  if (!replica.orders.pod.starts) replica.due.reset();
  {
    const std::scoped_lock lock(mutex_);
    replica.process = std::move(*process);
    replica.launched = wall;
    if (again) ++replica.restarts;
  }
  enter(replica, ReplicaState::starting);
  tell(replica, again ? EventKind::container_restarted : EventKind::container_started, again ? replica.detail : "");
  send_conditions(replica);
  return {};
}

void LiveServices::enter(Replica& replica, ReplicaState state) {
  const Time now = clock_.now();
  {
    const std::scoped_lock lock(mutex_);
    replica.state = state;
    replica.since = now;
  }
  if (state != ReplicaState::serving) set_ready(replica, false);
  follow_proxies(replica);
  const bool running = state == ReplicaState::starting || state == ReplicaState::serving;
  if (replica.spec->program) {
    return replica.probing->look_at({.id = replica.container, .running = running, .started_at = now, .kept = true});
  }
  if (state != ReplicaState::serving) {
    replica.probing->look_at({.id = replica.container, .running = running, .started_at = now});
  }
}

void LiveServices::begin_to_serve(Replica& replica) {
  replica.has_served = true;
  replica.due.reset();
  enter(replica, ReplicaState::serving);
  replica.process->control().send({{"ready", ready_ports_of(replica)}});  // whom it may call
}

void LiveServices::bury(Replica& replica, int code) {
  const Time wall = clock_.now();
  const bool was_asked = replica.state == ReplicaState::draining;
  const bool for_memory = std::exchange(replica.out_of_memory, false);
  {
    const std::scoped_lock lock(mutex_);
    replica.oom_kills += for_memory ? 1 : 0;
    if (code != fake_services::kCannotServe || replica.detail.empty()) {
      if (!was_asked || replica.detail.empty()) replica.detail = how_it_ended(code, was_asked);
    }
    supervisor_->forget(replica.process->pid());
    replica.process.reset();
    if (for_memory) replica.detail = "it was killed for its memory (exit code 137)";
    if (!was_asked && !for_memory && !stopping_) replica.exits += 1;
    replica.before.add(std::exchange(replica.current, {}).counts());
    replica.mark_awaited = false;  // it tells nothing any more
  }
  replica.finished = wall;
  replica.hook_over.reset();
  if (stopping_) {
    replica.due.reset();
    enter(replica, ReplicaState::ended);
    return;
  }
  if (replica.leaving) return slot_is_empty(replica);
  if (!replica.has_served) failure_ = format("{} did not come up: {}", replica.pod, replica.detail);
  if (!was_asked) {
    tell(replica, for_memory ? EventKind::container_oom_killed : EventKind::container_exited, replica.detail);
  }
  replica.due =
      std::exchange(replica.restarted_by_hand, false) ? wall : replica.backoff.earliest(wall, replica.finished);
  enter(replica, ReplicaState::waiting);
  if (*replica.due > wall) {
    events::Event event = event_of(replica, EventKind::container_backoff);
    event.with("delay_seconds", to_seconds(*replica.due - wall));
    push(std::move(event));
  }
}

// `grace`: when it is over the process is killed. It is for requests, and takes the time that they do. A preStop hook
// is a part of it (kuberuntime_container.go, killContainer); when all ends nobody calls any more for whom it would
// wait.
void LiveServices::ask_to_end(Replica& replica, Duration grace, std::string why) {
  if (!replica.process || replica.state == ReplicaState::draining) return;
  const auto& pre_stop = replica.spec->lifecycle.pre_stop;
  const Duration hook = pre_stop && !stopping_
                            ? std::min(fake_services::pre_stop_time(*pre_stop).value_or(Duration(0)), grace)
                            : Duration(0);
  const Time now = clock_.now();
  if (hook > Duration(0)) {
    replica.hook_over = now + options_.pace.of_wall(hook);
    grace = std::max(grace, hook + kLeastGrace);
  } else {
    terminate(replica);
  }
  // One that is stopped hears nothing; it is killed like one that does not obey.
  replica.due = now + options_.pace.of_wall(grace);
  {
    const std::scoped_lock lock(mutex_);
    replica.kills += 1;
  }
  if (!stopping_) tell(replica, EventKind::container_killed, std::move(why));
  enter(replica, ReplicaState::draining);
}

void LiveServices::terminate(Replica& replica) {
  replica.hook_over.reset();
  replica.process->signal(SIGTERM);
}

void LiveServices::heed_probes(Replica& replica) {
  for (const fake_services::Publication& published : replica.probing->take_published()) {
    const bool success = published.result == fake_services::ProbeResult::success;
    events::Event event = event_of(replica, success ? EventKind::probe_success : EventKind::probe_failure);
    event.t = published.at + options_.clock_ahead;
    event.with("probe", std::string(fake_services::to_string(published.type)));
    if (!published.detail.empty()) event.with("reason", published.detail);
    push(std::move(event));
  }
  if (replica.state != ReplicaState::serving && replica.state != ReplicaState::starting) return;
  const Probing::Results results = replica.probing->results(replica.container);
  const bool gone = replica.lost && clock_.now() >= *replica.lost + fake_services::kNodeMonitorGrace;
  set_ready(replica, replica.state == ReplicaState::serving && results.ready && !gone);
  {
    const std::scoped_lock lock(mutex_);
    if (replica.spec->readiness_probe && replica.state == ReplicaState::serving)
      replica.detail = results.readiness_said;
    if (results.to_be_ended && !replica.spec->program) replica.detail = results.why;
  }
  if (results.to_be_ended && !replica.spec->program) {
    ask_to_end(replica, std::chrono::seconds(replica.spec->termination_grace_period_seconds), results.why);
  }
}

void LiveServices::do_due(Replica& replica) {
  const Time now = clock_.now();
  if (replica.hook_over && *replica.hook_over <= now) terminate(replica);
  if (!replica.due || *replica.due > now) return;
  replica.due.reset();
  if (replica.state == ReplicaState::waiting) {
    if (auto launched = launch(replica); !launched) {
      const std::scoped_lock lock(mutex_);
      replica.detail = launched.error();
      replica.due = now + RestartBackoff::kInitial;
    }
  } else if (replica.process) {
    if (replica.state == ReplicaState::starting) {
      const std::scoped_lock lock(mutex_);
      replica.detail =
          format("it accepted no connection within {}", format_duration(replica.spec->startup + kPatience));
    }
    replica.process->signal(SIGKILL);
  }
}

void LiveServices::wait(Duration at_most) {
  std::vector<pollfd> polled = {{.fd = woken_.get(), .events = POLLIN, .revents = 0}};
  Duration until = at_most;
  const Time now = clock_.now();
  for (const auto& replica : replicas_) {
    if (replica->process)
      polled.push_back({.fd = replica->process->control().descriptor(), .events = POLLIN, .revents = 0});
    for (const auto& due : {replica->due, replica->hook_over}) {
      if (due) until = std::min(until, std::max(Duration(0), options_.pace.on_wall(*due - now)));
    }
  }
  ::poll(polled.data(), static_cast<nfds_t>(polled.size()), static_cast<int>(until.count()));
  char scrap[256];
  while (::read(woken_.get(), scrap, sizeof scrap) > 0) {
  }
}

void LiveServices::wake() const {
  (void)!::write(waker_.get(), "", 1);
}

std::expected<void, std::string> LiveServices::step(Duration at_most) {
  wait(at_most);
  for (auto& replica : replicas_) {
    if (replica->process) listen_to(*replica);
    if (replica->watch) heed_program(*replica);
    heed_pod(*replica);
    heed_probes(*replica);
    do_due(*replica);
  }
  deploy();
  go_on_restarting();
  tell_ready();
  if (failure_.empty() && supervisor_->has_ended()) {
    failure_ = "the supervisor has ended: nobody would look after the processes if firedrill were killed";
  }
  if (!failure_.empty() && !stopping_) return std::unexpected(failure_);
  return {};
}

bool LiveServices::have_come_up() const {
  return std::ranges::all_of(replicas_,
                             [](const auto& replica) { return replica->has_served || replica->spec->program; });
}

void LiveServices::stop(const std::function<void(const std::string&)>& say) {
  constexpr double kLong = 3;  // seconds
  const double from = stopwatch_seconds();
  stopping_ = true;
  for (auto& replica : replicas_) {
    if (replica->process) {
      if (replica->hung) replica->process->signal(SIGCONT);
      if (replica->hook_over) terminate(*replica);
      ask_to_end(*replica, std::chrono::seconds(replica->spec->termination_grace_period_seconds), "the end");
    } else {
      replica->due.reset();
      enter(*replica, ReplicaState::ended);
    }
  }
  const auto is_left = [](const auto& replica) { return replica->process.has_value(); };
  for (bool told = !say; std::ranges::any_of(replicas_, is_left);) {
    (void)step(std::chrono::milliseconds(50));
    if (told || stopwatch_seconds() < from + kLong) continue;
    told = true;
    std::string left;
    for (const auto& replica : replicas_) {
      if (is_left(replica)) left += (left.empty() ? "" : ", ") + replica->pod;
    }
    if (!left.empty()) say(format("waiting for {}: who has not ended when its grace period is over is killed", left));
  }
}

std::vector<ReplicaView> LiveServices::views() const {
  std::vector<ReplicaView> views;
  const std::scoped_lock lock(mutex_);
  for (const auto& replica : replicas_) {
    if (!replica->there) continue;
    views.push_back({.service = replica->spec->name,
                     .slot = replica->index,
                     .pod = replica->pod,
                     .instance = format("{}:{}", replica->pod, replica->spec->port),
                     .port = replica->address,
                     .scraped_port = replica->orders.scrapes_meet_front ? replica->address : replica->port,
                     .pid = replica->process ? replica->process->pid() : 0,
                     .version = version_of(*replica),
                     .program = replica->spec->program ? replica->spec->program->url : "",
                     .state = replica->state,
                     .ready = replica->ready,
                     .restarts = replica->restarts,
                     .since = replica->since,
                     .detail = replica->detail});
  }
  return views;
}

}  // namespace firedrill::driver::live
