#include "driver/live/live_services.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/duration.h"
#include "base/text/format.h"
#include "fake_services/process/fake_service.h"
#include "fake_services/process/serve_replica.h"
#include "http/loopback.h"

namespace firedrill::driver::live {

using fake_services::Control;
using fake_services::RestartBackoff;
using fake_services::ServiceSpec;

namespace {

constexpr int kLastPort = 65535;
// Beyond its `startup`, within which a process accepts connections.
constexpr Duration kPatience = std::chrono::seconds(30);

std::string how_it_ended(int code) {
  if (code == fake_services::kNotDrained) return "it was asked to end, and requests were left when its grace was over";
  if (code > 128) return format("signal {} ended it", code - 128);
  return format("it ended with exit code {}", code);
}

std::optional<std::string> text_of(const json::object& message, const char* key) {
  const json::value* found = message.if_contains(key);
  if (found == nullptr || !found->is_string()) return std::nullopt;
  return std::string(found->as_string());
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

struct LiveServices::Replica {
  const ServiceSpec* spec = nullptr;
  std::size_t service = 0;
  std::size_t index = 0;
  std::string pod;
  Descriptor reserved;  // keeps the port while no process has it: bound, and never listened on
  std::uint16_t port = 0;
  std::optional<ChildProcess> process;
  std::unique_ptr<Probing> probing;
  std::uint64_t container = 0;
  RestartBackoff backoff;
  std::optional<Time> finished;  // the last process
  std::optional<Time> due;       // a start, a kill, or the end of patience
  bool has_served = false;

  // What others read.
  ReplicaState state = ReplicaState::starting;
  Time since{};
  bool ready = false;
  std::uint64_t restarts = 0;
  std::string detail;
};

LiveServices::LiveServices(const fake_services::Topology& topology, const LiveOptions& options)
    : topology_(topology), options_(options), told_(topology.services.size()) {}

LiveServices::~LiveServices() {
  for (auto& replica : replicas_) replica->probing.reset();  // they wake the loop
}

std::expected<std::unique_ptr<LiveServices>, std::string> LiveServices::start(const fake_services::Topology& topology,
                                                                              const LiveOptions& options) {
  http::raise_open_files();
  std::unique_ptr<LiveServices> services(new LiveServices(topology, options));
  if (auto reserved = services->reserve(); !reserved) return std::unexpected(reserved.error());
  for (auto& replica : services->replicas_) {
    if (auto launched = services->launch(*replica); !launched) return std::unexpected(launched.error());
  }
  return services;
}

std::expected<void, std::string> LiveServices::reserve() {
  int ends[2];
  if (::pipe(ends) != 0) return std::unexpected(format("no pipe: {}", std::generic_category().message(errno)));
  woken_ = Descriptor(ends[0]);
  waker_ = Descriptor(ends[1]);
  for (const int end : ends) {
    http::set_nonblocking(end);
    http::set_close_on_exec(end);
  }
  int next = options_.first_port;
  for (std::size_t s = 0; s < topology_.services.size(); ++s) {
    const ServiceSpec& spec = topology_.services[s];
    for (std::size_t r = 0; r < static_cast<std::size_t>(spec.replicas); ++r) {
      if (next > kLastPort) return std::unexpected(format("there is no port {}", next));
      auto socket = http::bind_loopback(static_cast<std::uint16_t>(next));
      if (!socket) return std::unexpected(format("{}: {}", fake_services::pod_name(spec, r), socket.error()));
      auto replica = std::make_unique<Replica>();
      replica->spec = &spec;
      replica->service = s;
      replica->index = r;
      replica->pod = fake_services::pod_name(spec, r);
      replica->port = http::port_of(socket->get());
      replica->reserved = std::move(*socket);
      try {
        replica->probing =
            std::make_unique<Probing>(spec, replica->port, [this] { (void)!::write(waker_.get(), "", 1); });
      } catch (const std::system_error& error) {
        return std::unexpected(format("{}: no thread for its probes: {}", replica->pod, error.what()));
      }
      replicas_.push_back(std::move(replica));
      if (next != 0) ++next;
    }
  }
  return {};
}

std::expected<void, std::string> LiveServices::launch(Replica& replica) {
  auto process = ChildProcess::start(replica.pod);
  if (!process) return std::unexpected(format("{}: {}", replica.pod, process.error()));
  process->control().send({{"topology", options_.topology->text},
                           {"name", options_.topology->name},
                           {"service", replica.spec->name},
                           {"replica", replica.index},
                           {"seed", std::to_string(options_.seed)},
                           {"port", replica.port},
                           {"parent", static_cast<std::int64_t>(::getpid())}});
  const Time now = clock_.now();
  replica.backoff.restarted(now, replica.finished);
  ++replica.container;
  replica.due = now + replica.spec->startup + kPatience;
  {
    const std::scoped_lock lock(mutex_);
    replica.process = std::move(*process);
    if (replica.container > 1) ++replica.restarts;
  }
  enter(replica, ReplicaState::starting);
  return {};
}

void LiveServices::enter(Replica& replica, ReplicaState state) {
  const Time now = clock_.now();
  {
    const std::scoped_lock lock(mutex_);
    replica.state = state;
    replica.since = now;
    if (state != ReplicaState::serving) replica.ready = false;
  }
  const bool running = state == ReplicaState::starting || state == ReplicaState::serving;
  if (state == ReplicaState::starting || state == ReplicaState::waiting || state == ReplicaState::draining) {
    replica.probing->look_at({.id = replica.container, .running = running, .started_at = now});
  }
}

// What its process says.
void LiveServices::listen_to(Replica& replica) {
  Control& control = replica.process->control();
  control.receive();
  while (const auto message = control.next()) {
    if (const auto failed = text_of(*message, "failed")) {
      const std::scoped_lock lock(mutex_);
      replica.detail = *failed;
    }
    if (message->if_contains("draining") != nullptr && replica.state == ReplicaState::serving) {
      enter(replica, ReplicaState::draining);  // whoever asked it to
    }
    if (message->if_contains("listening") != nullptr && replica.state == ReplicaState::starting) {
      replica.has_served = true;
      replica.due.reset();
      enter(replica, ReplicaState::serving);
      // Whom it may call.
      json::object ready;
      for (const auto& dependency : replica.spec->dependencies) {
        for (std::size_t s = 0; s < topology_.services.size(); ++s) {
          if (topology_.services[s].name != dependency.name) continue;
          ready[dependency.name] = json::array(told_[s].begin(), told_[s].end());
        }
      }
      control.send({{"ready", ready}});
    }
  }
  if (const auto code = replica.process->ended()) bury(replica, *code);
}

void LiveServices::bury(Replica& replica, int code) {
  const Time now = clock_.now();
  const bool was_asked = replica.state == ReplicaState::draining;
  {
    const std::scoped_lock lock(mutex_);
    if (code != fake_services::kCannotServe || replica.detail.empty()) {
      if (!was_asked || replica.detail.empty()) replica.detail = how_it_ended(code);
    }
    replica.process.reset();
  }
  replica.finished = now;
  if (stopping_) {
    replica.due.reset();
    enter(replica, ReplicaState::ended);
    return;
  }
  if (!replica.has_served) failure_ = format("{} did not come up: {}", replica.pod, replica.detail);
  replica.due = replica.backoff.earliest(now, replica.finished);
  enter(replica, ReplicaState::waiting);
}

// `grace`: when it is over the process is killed.
void LiveServices::ask_to_end(Replica& replica, Duration grace) {
  if (!replica.process || replica.state == ReplicaState::draining) return;
  replica.process->signal(SIGTERM);
  // One that is stopped hears nothing; it is killed like one that does not obey.
  replica.due = clock_.now() + grace;
  enter(replica, ReplicaState::draining);
}

void LiveServices::heed_probes(Replica& replica) {
  if (replica.state != ReplicaState::serving && replica.state != ReplicaState::starting) return;
  const Probing::Results results = replica.probing->results(replica.container);
  const bool ready = replica.state == ReplicaState::serving && results.ready;
  {
    const std::scoped_lock lock(mutex_);
    replica.ready = ready;
    if (replica.spec->readiness_probe && replica.state == ReplicaState::serving)
      replica.detail = results.readiness_said;
    if (results.to_be_ended) replica.detail = results.why;
  }
  if (results.to_be_ended) ask_to_end(replica, std::chrono::seconds(replica.spec->termination_grace_period_seconds));
}

void LiveServices::do_due(Replica& replica) {
  const Time now = clock_.now();
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

// Each process hears of its dependencies' replicas that are ready, when these have changed.
void LiveServices::tell_ready() {
  std::vector<std::vector<std::uint16_t>> ready(topology_.services.size());
  for (const auto& replica : replicas_) {
    if (replica->ready) ready[replica->service].push_back(replica->port);
  }
  for (std::size_t s = 0; s < ready.size(); ++s) {
    if (ready[s] == told_[s]) continue;
    told_[s] = ready[s];
    const std::string& name = topology_.services[s].name;
    const json::object message = {{"ready", json::object{{name, json::array(ready[s].begin(), ready[s].end())}}}};
    for (auto& replica : replicas_) {
      const auto& dependencies = replica->spec->dependencies;
      const bool calls =
          std::ranges::find(dependencies, name, &fake_services::DependencySpec::name) != dependencies.end();
      // Who hears nothing any more knows nothing any more: it is started again.
      if (calls && replica->process && !replica->process->control().send(message)) replica->process->signal(SIGKILL);
    }
  }
}

void LiveServices::wait(Duration at_most) {
  std::vector<pollfd> polled = {{.fd = woken_.get(), .events = POLLIN, .revents = 0}};
  Duration until = at_most;
  const Time now = clock_.now();
  for (const auto& replica : replicas_) {
    if (replica->process)
      polled.push_back({.fd = replica->process->control().descriptor(), .events = POLLIN, .revents = 0});
    if (replica->due) until = std::min(until, std::max(Duration(0), *replica->due - now));
  }
  ::poll(polled.data(), static_cast<nfds_t>(polled.size()), static_cast<int>(until.count()));
  char scrap[256];
  while (::read(woken_.get(), scrap, sizeof scrap) > 0) {
  }
}

std::expected<void, std::string> LiveServices::step(Duration at_most) {
  wait(at_most);
  for (auto& replica : replicas_) {
    if (replica->process) listen_to(*replica);
    heed_probes(*replica);
    do_due(*replica);
  }
  tell_ready();
  if (!failure_.empty() && !stopping_) return std::unexpected(failure_);
  return {};
}

bool LiveServices::have_come_up() const {
  return std::ranges::all_of(replicas_, [](const auto& replica) { return replica->has_served; });
}

void LiveServices::stop() {
  stopping_ = true;
  for (auto& replica : replicas_) {
    if (replica->process) {
      ask_to_end(*replica, std::chrono::seconds(replica->spec->termination_grace_period_seconds));
    } else {
      replica->due.reset();
      enter(*replica, ReplicaState::ended);
    }
  }
  const auto is_left = [](const auto& replica) { return replica->process.has_value(); };
  while (std::ranges::any_of(replicas_, is_left)) (void)step(std::chrono::milliseconds(50));
}

std::vector<ReplicaView> LiveServices::views() const {
  std::vector<ReplicaView> views;
  const std::scoped_lock lock(mutex_);
  for (const auto& replica : replicas_) {
    views.push_back({.service = replica->spec->name,
                     .pod = replica->pod,
                     .instance = format("{}:{}", replica->pod, replica->spec->port),
                     .port = replica->port,
                     .pid = replica->process ? replica->process->pid() : 0,
                     .state = replica->state,
                     .ready = replica->ready,
                     .restarts = replica->restarts,
                     .since = replica->since,
                     .detail = replica->detail});
  }
  return views;
}

}  // namespace firedrill::driver::live
