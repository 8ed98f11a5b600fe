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
constexpr double kLongestHang = 120;   // that a request is held which nobody answers
constexpr double kLongestScrape = 20;  // the same of a scrape, whose thread is wanted for others
constexpr double kHangLook = 0.05;
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
      processor_(service_.cpu_quota),
      conditions_(std::make_shared<const ProcessConditions>(conditions_for(service_))),
      account_(service_.edges.size()),
      counter_{[this](std::size_t edge, CallOutcome outcome, int code, double seconds) {
                 metrics_.called(edge, outcome);
                 account_.called(edge, outcome, code, seconds);
               },
               [this](std::size_t edge, std::int64_t attempts) { account_.operated(edge, attempts); },
               [this](std::size_t edge, bool hit) {
                 metrics_.asked_cache(edge, hit);
                 account_.asked_cache(edge, hit);
               }},
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
    foreign_ = std::make_unique<ForeignMessages>(*queue_, service_.routes.size(), seed, pod_);
  }
}

FakeService::~FakeService() {
  foreign_.reset();
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
  if (request.path == "/metrics" && request.method == "GET") return expose();
  const auto probe = health_paths_.find(request.path);
  const bool probed = probe != health_paths_.end() && request.method == "GET";
  // What says nothing true about the process says it of itself.
  if (probed && conditions()->forced[static_cast<std::size_t>(probe->second)]) return health(probe->second);
  const Routed routed = find_route(service_.routes, request);
  if (routed.route) return queue_ ? publish(*routed.route) : serve(*routed.route);
  if (probed) return health(probe->second);
  return routed.other_method ? problem(405, "the route has another method") : problem(404, "there is no such route");
}

http::Response FakeService::expose() {
  hang(kLongestScrape, [](const ProcessConditions& now) { return now.scrapes_silent; });
  return {.content_type = std::string(kMetricsContentType), .body = metrics_.text()};
}

FakeService::Conditions FakeService::conditions() const {
  const std::scoped_lock lock(mutex_);
  return conditions_;
}

void FakeService::set_conditions(const ProcessConditions& conditions) {
  {
    const std::scoped_lock lock(mutex_);
    if (conditions_->limit != conditions.limit) {
      tokens_ = conditions.limit.burst;
      filled_s_ = stopwatch_seconds();
    }
    const double now_s = stopwatch_seconds();
    leaked_ += conditions_->leak * (now_s - leaked_until_s_);
    leaked_until_s_ = now_s;
    conditions_ = std::make_shared<const ProcessConditions>(conditions);
  }
  const auto share_of_workers = [&](double share) {
    return static_cast<std::int64_t>(share * static_cast<double>(service_.spec.concurrency) + 0.5);
  };
  workers_.set_working(share_of_workers(conditions.concurrency_factor));
  if (queue_) queue_->set_taking(share_of_workers(conditions.consuming));
  if (foreign_) foreign_->set_rate(conditions.foreign_messages);
  for (std::size_t e = 0; e < dependencies_.size(); ++e) dependencies_[e]->set_conditions(conditions.calls[e]);
}

std::optional<InjectedReply> FakeService::turned_away(const RequestConditions& befalls) {
  double rest = -1;
  for (const InjectedReply& reply : befalls.replies) {
    if (reply.code == 0 || reply.share <= 0) continue;
    if (rest < 0) rest = errors_.uniform();
    if (rest < reply.share) return reply;
    rest -= reply.share;
  }
  return std::nullopt;
}

std::optional<InjectedReply> FakeService::turned_away(const ProcessConditions& now, std::size_t route) {
  if (auto reply = turned_away(now.routes[route])) return reply;
  for (const FirstFew& first : now.first) {
    auto reply = turned_away(first.routes[route]);
    if (reply && allowances_ != nullptr && allowances_->take(first.fault)) return reply;
  }
  return std::nullopt;
}

// One that is never answered is not answered when the fault is over, either: others of the few are why it is.
double FakeService::first_delay(const ProcessConditions& now, std::size_t route) {
  double wait_s = 0;
  for (const FirstFew& first : now.first) {
    const RequestConditions& befalls = first.routes[route];
    const bool silent = errors_.happens(befalls.silent);
    const double late_s = silent ? 0 : delay(befalls.delay);
    if ((!silent && late_s <= 0) || allowances_ == nullptr || !allowances_->take(first.fault)) continue;
    wait_s += late_s;
    const double until = stopwatch_seconds() + (silent ? kLongestHang : 0);
    while (stopwatch_seconds() < until && !draining_) sleep_seconds(kHangLook);
  }
  return wait_s;
}

// A token bucket.
bool FakeService::over_the_limit(const LimitConditions& limit) {
  if (limit.per_second <= 0) return false;
  const std::scoped_lock lock(mutex_);
  const double now = stopwatch_seconds();
  tokens_ = std::min(std::max(1.0, limit.burst), tokens_ + (now - filled_s_) * limit.per_second);
  filled_s_ = now;
  if (tokens_ < 1) return true;
  tokens_ -= 1;
  return false;
}

void FakeService::hang(double longest_s, const std::function<double(const ProcessConditions&)>& silent) {
  if (!errors_.happens(silent(*conditions()))) return;
  const double until = stopwatch_seconds() + longest_s;
  while (stopwatch_seconds() < until && silent(*conditions()) > 0 && !draining_) sleep_seconds(kHangLook);
}

http::Response FakeService::serve(std::size_t index) {
  const RouteModel& route = service_.routes[index];
  const Conditions now = conditions();
  const double from = stopwatch_seconds();
  int code = kQueueFull;
  std::string_view why = "too many requests wait";
  double retry_after_s = 0;
  if (over_the_limit(now->limit)) {
    code = now->limit.code;
    retry_after_s = now->limit.retry_after_s;
    why = "more requests than are let through";
    sleep_seconds(kInstant);
  } else if (const auto reply = turned_away(*now, index)) {
    code = reply->code;
    retry_after_s = reply->retry_after_s;
    why = reason(code);
    sleep_seconds(kInstant);
  } else if (errors_.happens(service_.spec.background_errors)) {
    sleep_seconds(kInstant);
    code = kBackgroundError;
    why = reason(code);
  } else if (const Worked worked(workers_); worked) {
    code = work_on(index);
    why = reason(code);
  } else {
    sleep_seconds(kInstant);
  }
  metrics_.answered(route, code, stopwatch_seconds() - from);
  account_.answered(stopwatch_seconds() - from);
  http::Response response = code == kOk ? answer_of(route) : problem(code, why);
  if (retry_after_s > 0) response.headers.push_back({"Retry-After", format("{:.0f}", retry_after_s)});
  return response;
}

// Sizes of answers spread widely: they are taken for exponential.
http::Response FakeService::answer_of(const RouteModel& route) {
  json::object said = {
      {"service", service_.spec.name}, {"pod", pod_}, {"version", service_.spec.version}, {"route", route.path}};
  if (answer_bytes_ > 0) {
    const double size = latency_.draw(Distribution::exponential(answer_bytes_));
    const std::string content(static_cast<std::size_t>(std::min(size, kLargestAnswer)), 'x');
    said.emplace("content", std::string_view(content));
  }
  return json_response(kOk, write_json(said, JsonStyle::compact));
}

// Own time is part work and part rest; then come the calls.
int FakeService::work_on(std::size_t index) {
  const RouteModel& route = service_.routes[index];
  const Conditions now = conditions();
  hang(kLongestHang, [index](const ProcessConditions& then) { return then.routes[index].silent; });
  if (const int code = write_to_disk(route, *now); code != kOk) return code;
  const double late_s = delay(now->routes[index].delay) + first_delay(*now, index);
  const double own = latency_.draw(route.own) * now->cpu_factor + late_s;
  const double from = stopwatch_seconds();
  processor_.use(std::min(own, service_.cpu_per_request * now->cpu_factor));
  sleep_seconds(own - (stopwatch_seconds() - from));
  const auto failed = journeys_.travel(route);
  return failed ? code_of(*failed) : kOk;
}

double FakeService::delay(const Delay& of) {
  if (of.mean_s <= 0 || !latency_.happens(of.share)) return 0;
  return of.variance_s2 > 0 ? latency_.draw(Distribution::lognormal({of.mean_s, of.variance_s2})) : of.mean_s;
}

int FakeService::write_to_disk(const RouteModel& route, const ProcessConditions& now) {
  if (!route.writes || !service_.spec.disk) return kOk;
  if (now.disk_level >= kDiskFull) return kBackgroundError;
  sleep_seconds(delay(now.disk_delay));
  return errors_.happens(now.disk_errors) ? kBackgroundError : kOk;
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
    code = work_on(index);
  }
  metrics_.answered(route, code, stopwatch_seconds() - from);
  account_.answered(stopwatch_seconds() - from);
  return code == kOk;
}

http::Response FakeService::health(ProbeType type) {
  const Conditions now = conditions();
  if (const auto& forced = now->forced[static_cast<std::size_t>(type)]) {
    return *forced ? json_response(kOk, R"({"status":"UP"})") : problem(kQueueFull, "it says so");
  }
  const RequestConditions& befalls = now->health[static_cast<std::size_t>(type)];
  if (now->limit.probes && over_the_limit(now->limit)) return problem(now->limit.code, "too many requests");
  if (const auto reply = turned_away(befalls)) return problem(reply->code, reason(reply->code));
  // A consumer's requests do not wait for its workers.
  std::optional<Worked> worked;
  if (!queue_) {
    worked.emplace(workers_);
    if (!*worked) return problem(kQueueFull, "too many requests wait");
  }
  hang(kLongestHang,
       [type](const ProcessConditions& then) { return then.health[static_cast<std::size_t>(type)].silent; });
  sleep_seconds(kHealthTime + delay(befalls.delay));
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
    checks.push_back(
        {std::string(kDiskCheck), std::max(service_.spec.disk->used, conditions()->disk_level) < kDiskFull});
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
  now.memory_bytes = memory(now.in_flight);
  if (service_.spec.disk) {
    now.disk_used = service_.spec.disk->size * std::max(service_.spec.disk->used, conditions()->disk_level);
  }
  return now;
}

double FakeService::memory(double in_flight) const {
  const std::scoped_lock lock(mutex_);
  const double leaked = leaked_ + conditions_->leak * (stopwatch_seconds() - leaked_until_s_);
  return service_.spec.memory.baseline + service_.spec.memory.per_request * in_flight + leaked;
}

bool FakeService::is_beyond_memory() const {
  const double given = conditions()->memory_limit;
  const double limit = given > 0 ? given : service_.spec.memory.limit;
  return limit > 0 && gauges().memory_bytes > limit;
}

Account FakeService::account() const {
  Account account = account_.account();
  const ReplicaGauges now = gauges();
  account.own.measured = 1;
  account.own.cpu_s = process_cpu_seconds();
  account.own.in_flight = now.in_flight;
  account.own.queued = now.queued;
  account.own.backlog = now.messages;
  account.own.published = now.published;
  account.own.consumed = now.consumed;
  account.own.request_bytes = service_.spec.memory.per_request * now.in_flight;
  account.own.memory_bytes = now.memory_bytes;
  if (service_.spec.disk) {
    account.own.disk_used = now.disk_used;
    account.own.disk_bytes = service_.spec.disk->size;
  }
  for (std::size_t e = 0; e < now.pools.size(); ++e) {
    account.edges[e].pool_in_use = now.pools[e].in_use;
    account.edges[e].pool_waiting = now.pools[e].waiting;
    account.edges[e].pool_size = static_cast<double>(service_.edges[e].spec.pool.size);
  }
  return account;
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
