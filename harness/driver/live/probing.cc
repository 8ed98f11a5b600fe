#include "driver/live/probing.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/text/format.h"
#include "base/version.h"
#include "fake_services/pods/probe_handlers.h"
#include "fake_services/topology/ports.h"
#include "http/client.h"
#include "http/loopback.h"

namespace firedrill::driver::live {

using fake_services::Connection;
using fake_services::ContainerView;
using fake_services::Listener;
using fake_services::ProbeOutcome;
using fake_services::ProbeResult;
using fake_services::ProbeSpec;
using fake_services::ProbeType;
using fake_services::ProbeVerdict;
using fake_services::ServiceSpec;
using fake_services::Worker;

namespace {

constexpr std::size_t kMostRead = 10 * 1024;  // bytes of an answer's body (pkg/probe/http, maxRespBodyLength)
constexpr Duration kLongestSleep = std::chrono::hours(1);

Duration since(double from_s) {
  return from_seconds(stopwatch_seconds() - from_s);
}

Connection met(http::Failure failure) {
  switch (failure) {
    case http::Failure::refused:
    case http::Failure::local:
      return Connection::refused;
    case http::Failure::unconnected:
    case http::Failure::timed_out:
      return Connection::no_response;
    case http::Failure::reset:
      return Connection::reset;
    case http::Failure::not_http:
    case http::Failure::too_large:
      return Connection::unreadable;
  }
  std::unreachable();
}

fake_services::HttpResponse get(const ProbeSpec& probe, std::uint16_t port, std::string_view path, Duration timeout) {
  http::Request request{.path = path.empty() ? "/" : std::string(path)};
  for (const auto& [name, value] : probe.http_get->headers) request.headers.push_back({name, value});
  if (http::find_header(request.headers, "User-Agent") == nullptr) {
    request.headers.push_back({"User-Agent", format("kube-probe/firedrill-{}", kVersion)});
  }
  const double from = stopwatch_seconds();
  const auto answer =
      http::fetch(port, request, {.connect = timeout, .answer = timeout, .body = kMostRead, .cut = true});
  fake_services::HttpResponse response;
  response.headers = response.body = since(from);
  if (!answer) {
    response.connection = met(answer.error().failure);
    if (response.connection == Connection::unreadable) response.text = answer.error().detail;
    return response;
  }
  response.code = answer->status;
  response.text = answer->body;
  while (!response.text.empty() && response.text.back() == '\n') response.text.pop_back();
  if (const std::string* location = http::find_header(answer->headers, "Location")) response.location = *location;
  return response;
}

}  // namespace

// A certificate does not make the port speak TLS here: a probe over HTTPS asks over HTTP.
ProbeOutcome probe_once(const ServiceSpec& service, const ProbeSpec& probe, std::uint16_t port, bool running,
                        double speed) {
  const Duration timeout = fake_services::timeout_at(probe, speed);
  const Listener listener = fake_services::listener_of(service, probe);
  if (probe.exec) return fake_services::probe_exec(running ? 0 : 1, {});
  if (probe.http_get) {
    return fake_services::probe_http(probe,
                                     [&](std::string_view, std::string_view path) -> fake_services::HttpResponse {
                                       if (listener == Listener::none) return {.connection = Connection::refused};
                                       if (listener == Listener::plain) return {.connection = Connection::plain};
                                       return get(probe, port, path, timeout);
                                     });
  }
  const double from = stopwatch_seconds();
  Connection connection = Connection::refused;
  if (listener == Listener::serves) {
    const auto connected = http::connect_loopback(port, timeout);
    connection = connected                                            ? Connection::accepted
                 : connected.error() == http::ConnectFault::timed_out ? Connection::no_response
                                                                      : Connection::refused;
  }
  if (probe.grpc) return fake_services::probe_grpc(connection, fake_services::GrpcHealth::serving, since(from));
  return fake_services::probe_tcp(connection, since(from));
}

Probing::Probing(const ServiceSpec& service, std::uint16_t port, const Pace& pace, std::function<void()> published)
    : service_(service), published_(std::move(published)), clock_(pace), port_(port) {
  const Time now = clock_.now();
  const auto add = [&](ProbeType type, const std::optional<ProbeSpec>& probe) {
    if (probe) workers_.emplace_back(type, *probe, now);
  };
  add(ProbeType::startup, service.startup_probe);
  add(ProbeType::liveness, service.liveness_probe);
  add(ProbeType::readiness, service.readiness_probe);
  counts_.resize(workers_.size());
  if (!workers_.empty()) thread_ = std::thread([this] { run(); });
}

Probing::~Probing() {
  {
    const std::scoped_lock lock(mutex_);
    over_ = true;
  }
  clock_.wake();
  if (thread_.joinable()) thread_.join();
}

void Probing::look_at(const ContainerView& container) {
  {
    const std::scoped_lock lock(mutex_);
    container_ = container;
  }
  clock_.wake();
}

ContainerView Probing::view(const ContainerView& of) const {
  ContainerView seen = of;
  seen.started = of.running && (!service_.startup_probe || started_ == of.id);
  return seen;
}

Time Probing::next() const {
  Time first = clock_.now() + kLongestSleep;
  for (const Worker& worker : workers_) first = std::min(first, worker.next_tick().value_or(first));
  return first;
}

void Probing::run() {
  std::unique_lock lock(mutex_);
  while (!over_) {
    const Time at = next();
    lock.unlock();
    clock_.wait_until(at);
    lock.lock();
    if (over_) return;
    const Time now = clock_.now();
    for (std::size_t worker = 0; worker < workers_.size(); ++worker) {
      // A probe takes its time: meanwhile others look at the results, and the container may be another one.
      if (const auto due = workers_[worker].next_tick(); due && *due <= now) {
        lock.unlock();
        tick(worker, *due);
        lock.lock();
        if (over_) return;
      }
    }
  }
}

// Workers are ticked by this thread alone; what others read is written under the lock.
void Probing::tick(std::size_t index, Time now) {
  Worker& worker = workers_[index];
  ContainerView seen;
  std::uint16_t port = 0;
  bool lost = false;
  {
    const std::scoped_lock lock(mutex_);
    seen = view(container_);
    port = port_;
    lost = lost_;
  }
  // An error is the prober's own: it counts nowhere and changes nothing.
  const auto published = worker.tick(now, seen, [&](ProbeType, const ProbeSpec& probe, Time) {
    return lost ? ProbeOutcome{ProbeVerdict::error, {}, false, {}}
                : probe_once(service_, probe, port, seen.running, clock_.speed());
  });
  {
    const std::scoped_lock lock(mutex_);
    counts_[index] = worker.counts();
  }
  if (!published || !published->probed) return;
  {
    const std::scoped_lock lock(mutex_);
    news_.push_back(*published);
    if (found_of_ != published->container) found_ = {};
    found_of_ = published->container;
    const bool failed = published->result == ProbeResult::failure;
    if (worker.type() == ProbeType::readiness) {
      found_.ready = !failed;
      found_.readiness_said = published->detail;
    } else if (failed) {
      found_.to_be_ended = true;
      found_.why = format("{} probe: {}", to_string(worker.type()), published->detail);
    } else if (worker.type() == ProbeType::startup) {
      started_ = published->container;
      for (Worker& other : workers_) {
        if (other.type() == ProbeType::readiness) other.trigger(now);
      }
    }
  }
  published_();
}

void Probing::set_port(std::uint16_t port) {
  const std::scoped_lock lock(mutex_);
  port_ = port;
}

void Probing::set_lost(bool lost) {
  const std::scoped_lock lock(mutex_);
  lost_ = lost;
}

std::vector<fake_services::Publication> Probing::take_published() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(news_, {});
}

std::array<std::optional<Worker::Counts>, 3> Probing::counts() const {
  std::array<std::optional<Worker::Counts>, 3> out;
  const std::scoped_lock lock(mutex_);
  for (std::size_t i = 0; i < workers_.size(); ++i) out[static_cast<std::size_t>(workers_[i].type())] = counts_[i];
  return out;
}

Probing::Results Probing::results(std::uint64_t container) const {
  const std::scoped_lock lock(mutex_);
  Results results;
  if (container != 0 && container == found_of_) results = found_;
  if (!service_.readiness_probe) {
    const ContainerView seen = view(container_);
    results.ready = seen.id == container && seen.running && seen.started;
  }
  return results;
}

}  // namespace firedrill::driver::live
