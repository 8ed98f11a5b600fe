#include "fake_services/process/fake_service.h"

#include <algorithm>

#include "base/clock.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "fake_services/pods/health.h"
#include "fake_services/process/routing.h"

namespace firedrill::fake_services {
namespace {

constexpr double kInstant = 0.0005;        // seconds that a response without work takes
constexpr double kHealthTime = 0.001;      // that a health endpoint works
constexpr std::int64_t kMoreThreads = 64;  // for requests that are turned away, probes and scrapes
constexpr std::size_t kMoreConnections = 1024;
constexpr std::string_view kJson = "application/json";

http::Response json_response(int code, std::string body) {
  return {.status = code, .content_type = std::string(kJson), .body = std::move(body) + "\n"};
}

http::Response problem(int code, std::string_view what) {
  return json_response(code, write_json(json::object{{"error", std::string(what)}}, JsonStyle::compact));
}

std::string_view reason(int code) {
  switch (code) {
    case kOk:
      return "ok";
    case kBackgroundError:
      return "failed by itself";
    case kCauseCodes[0]:
      return "a dependency could not be reached";
    case kCauseCodes[1]:
      return "a dependency did not answer in time";
    case kCauseCodes[2]:
      return "a dependency failed";
    default:
      return "failed";
  }
}

int code_of(Cause cause) {
  return kCauseCodes[static_cast<std::size_t>(cause)];
}

std::map<std::string, ProbeType, std::less<>> health_paths(const ServiceSpec& spec) {
  std::map<std::string, ProbeType, std::less<>> paths = {{"/health/live", ProbeType::liveness},
                                                         {"/health/ready", ProbeType::readiness},
                                                         {"/health/startup", ProbeType::startup}};
  const auto add = [&](ProbeType type, const std::optional<ProbeSpec>& probe) {
    if (!probe || !probe->http_get) return;
    const std::string& path = probe->http_get->path;
    paths.emplace(path.substr(0, path.find('?')), type);
  };
  add(ProbeType::readiness, spec.readiness_probe);
  add(ProbeType::liveness, spec.liveness_probe);
  add(ProbeType::startup, spec.startup_probe);
  return paths;
}

// Counts a request while it is there.
class Present {
 public:
  explicit Present(std::atomic<std::int64_t>& count) : count_(count) { ++count_; }
  ~Present() { --count_; }
  Present(const Present&) = delete;
  Present& operator=(const Present&) = delete;

 private:
  std::atomic<std::int64_t>& count_;
};

}  // namespace

std::string pod_name(const ServiceSpec& service, std::size_t replica) {
  return format("{}-{}", service.name, replica);
}

FakeService::FakeService(const FlowModel& model, std::size_t service, std::size_t replica, std::uint64_t seed,
                         Time started)
    : model_(model),
      service_(model.services[service]),
      pod_(pod_name(service_.spec, replica)),
      health_paths_(health_paths(service_.spec)),
      latency_(seed, format("process/{}/latency", pod_)),
      errors_(seed, format("process/{}/errors", pod_)),
      workers_(service_.spec.concurrency, service_.spec.queue),
      processor_(service_.spec.cpu_limit),
      counter_{[this](std::size_t edge, CallOutcome outcome) { metrics_.called(edge, outcome); },
               [this](std::size_t edge, bool hit) { metrics_.asked_cache(edge, hit); }},
      metrics_(service_, started, [this] { return gauges(); }),
      journeys_(service_, dependencies_, seed, pod_) {
  for (std::size_t e = 0; e < service_.edges.size(); ++e) {
    const EdgeModel& edge = service_.edges[e];
    dependencies_.push_back(std::make_unique<Dependency>(edge, model_.services[edge.callee], e, seed, pod_, counter_));
  }
  if (const auto& consumer = service_.spec.consumer) {
    const double share = consumer->capacity / static_cast<double>(std::max<std::int64_t>(1, service_.spec.replicas));
    queue_ = std::make_unique<MessageQueue>(std::max(1.0, share), service_.spec.concurrency, consumer->redelivery_pause,
                                            [this](std::size_t route) { return consume(route); });
  }
}

FakeService::~FakeService() {
  queue_.reset();  // its workers use the rest
}

http::ServerBounds FakeService::bounds() const {
  const std::int64_t at_once = service_.spec.concurrency + service_.spec.queue;
  http::ServerBounds bounds;
  bounds.threads = static_cast<std::size_t>(std::min(at_once, kMostInProcess) + kMoreThreads);
  bounds.connections = 2 * bounds.threads + kMoreConnections;
  return bounds;
}

http::Response FakeService::answer(const http::Request& request) {
  const Present present(open_);
  if (request.path == "/metrics" && request.method == "GET") {
    return {.content_type = std::string(kMetricsContentType), .body = metrics_.text()};
  }
  const Routed routed = find_route(service_.routes, request);
  if (routed.route) return queue_ ? publish(*routed.route) : serve(*routed.route);
  const auto probe = health_paths_.find(request.path);
  if (probe != health_paths_.end() && request.method == "GET") return health(probe->second);
  return routed.other_method ? problem(405, "the route has another method") : problem(404, "there is no such route");
}

http::Response FakeService::serve(std::size_t index) {
  const RouteModel& route = service_.routes[index];
  const double from = stopwatch_seconds();
  int code = kQueueFull;
  std::string_view why = "too many requests wait";
  if (errors_.happens(service_.spec.background_errors)) {
    sleep_seconds(kInstant);
    code = kBackgroundError;
    why = reason(code);
  } else if (const Worked worked(workers_); worked) {
    code = work_on(route);
    why = reason(code);
  } else {
    sleep_seconds(kInstant);
  }
  metrics_.answered(route, code, stopwatch_seconds() - from);
  if (code != kOk) return problem(code, why);
  return json_response(code, write_json(json::object{{"service", service_.spec.name},
                                                     {"pod", pod_},
                                                     {"version", service_.spec.version},
                                                     {"route", route.path}},
                                        JsonStyle::compact));
}

// Own time is part work and part rest; then come the calls.
int FakeService::work_on(const RouteModel& route) {
  const double own = latency_.draw(route.own);
  const double from = stopwatch_seconds();
  processor_.use(std::min(own, service_.cpu_per_request));
  sleep_seconds(own - (stopwatch_seconds() - from));
  const auto failed = journeys_.travel(route);
  return failed ? code_of(*failed) : kOk;
}

http::Response FakeService::publish(std::size_t route) {
  sleep_seconds(to_seconds(service_.spec.consumer->publish_time));
  if (!queue_->put(route)) return problem(kQueueFull, "the queue is full");
  return json_response(kOk, write_json(json::object{{"queued", true}, {"pod", pod_}}, JsonStyle::compact));
}

bool FakeService::consume(std::size_t index) {
  const RouteModel& route = service_.routes[index];
  const double from = stopwatch_seconds();
  int code = kBackgroundError;
  if (errors_.happens(service_.spec.background_errors)) {
    sleep_seconds(kInstant);
  } else {
    code = work_on(route);
  }
  metrics_.answered(route, code, stopwatch_seconds() - from);
  return code == kOk;
}

http::Response FakeService::health(ProbeType type) {
  // A consumer's requests do not wait for its workers.
  std::optional<Worked> worked;
  if (!queue_) {
    worked.emplace(workers_);
    if (!*worked) return problem(kQueueFull, "too many requests wait");
  }
  sleep_seconds(kHealthTime);
  HealthResponse said;
  switch (type) {
    case ProbeType::liveness:
      said = liveness_response();
      break;
    case ProbeType::startup:
      said = startup_response(true);
      break;
    case ProbeType::readiness:
      said = readiness_response(checks());
      break;
  }
  return json_response(said.code, std::move(said.body));
}

std::vector<DependencyCheck> FakeService::checks() {
  std::vector<DependencyCheck> checks;
  for (const auto& dependency : dependencies_) {
    if (std::ranges::find(service_.spec.readiness_checks, dependency->name()) != service_.spec.readiness_checks.end()) {
      checks.push_back({dependency->name(), dependency->is_there()});
    }
  }
  const bool looks_at_disk =
      std::ranges::find(service_.spec.readiness_checks, kDiskCheck) != service_.spec.readiness_checks.end();
  if (service_.spec.disk && looks_at_disk)
    checks.push_back({std::string(kDiskCheck), service_.spec.disk->used < kDiskFull});
  if (draining_) checks.push_back({"accepting", false});
  return checks;
}

ReplicaGauges FakeService::gauges() const {
  ReplicaGauges now;
  const Workers::Load load = workers_.load();
  now.in_flight = static_cast<double>(load.busy + load.waiting);
  now.queued = static_cast<double>(load.waiting);
  for (const auto& dependency : dependencies_) {
    const Connections::Use use = dependency->connections().use();
    now.pools.push_back({static_cast<double>(use.in_use), static_cast<double>(use.waiting)});
  }
  if (queue_) {
    const MessageQueue::State queue = queue_->state();
    now.in_flight = static_cast<double>(queue.busy);
    now.messages = queue.waiting;
    now.oldest_s = queue.oldest_s;
    now.published = queue.published;
    now.consumed = queue.consumed;
  }
  return now;
}

void FakeService::set_ready(std::string_view dependency, std::vector<std::uint16_t> ports) {
  for (const auto& each : dependencies_) {
    if (each->name() == dependency) each->connections().set_ready(std::move(ports));
  }
}

void FakeService::drain() {
  draining_ = true;
  if (queue_) queue_->stop_taking();
}

bool FakeService::is_idle() const {
  return open_ == 0 && (!queue_ || queue_->state().busy == 0);
}

}  // namespace firedrill::fake_services
