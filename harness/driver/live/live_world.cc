#include "driver/live/live_world.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/duration.h"
#include "base/text/format.h"
#include "driver/live/live_clock.h"
#include "fake_services/faults/live_forms.h"
#include "fake_services/traffic/arrivals.h"
#include "http/client.h"
#include "http/loopback.h"
#include "monitor/scrape/formats.h"

namespace firedrill::driver::live {

using fake_services::FaultSpec;
using fake_services::FlowModel;
using fake_services::LiveForm;
using fake_services::RequestConditions;

namespace {

constexpr Duration kStep = std::chrono::milliseconds(25);
constexpr Duration kLook = std::chrono::milliseconds(50);
constexpr int kOk = 200;
// Beyond the longest `startup`, after which what is not ready is taken to be so by its nature.
constexpr Duration kPatience = std::chrono::seconds(20);

bool touches(const FaultSpec& fault, void (fake_services::Fault::*apply)(RequestConditions&, double) const) {
  RequestConditions conditions;
  (fault.behaviour.get()->*apply)(conditions, 1);
  return conditions != RequestConditions{};
}

bool closes_late(const FaultSpec& fault) {
  fake_services::DependencyConditions conditions;
  fault.behaviour->apply_to_dependency(conditions, 1);
  return conditions.closing > 0;
}

bool hits(const FaultSpec& fault, const fake_services::ServiceSpec& service) {
  if (fault.target.zone.empty()) return service.name == fault.target.service;
  return std::ranges::find(service.zones, fault.target.zone) != service.zones.end();
}

// The most that faults multiply a service's traffic by.
double most_factor(const std::vector<FaultSpec>& faults, const fake_services::ServiceSpec& service) {
  double factor = 1;
  for (const FaultSpec& fault : faults) {
    if (!hits(fault, service)) continue;
    fake_services::ServiceConditions conditions;
    fault.behaviour->apply_to_service(conditions, 1);
    factor *= std::max(1.0, conditions.traffic_factor);
  }
  return factor;
}

// How whoever starts a program has it reach what it depends on.
std::string addresses_for(const std::string& service, const std::vector<WayView>& ways) {
  std::string out;
  for (const WayView& way : ways) {
    if (way.service != service) continue;
    out += format("{}{} at http://{}", out.empty() ? "" : ", ", way.dependency, http::address_of(way.port));
  }
  return out;
}

}  // namespace

ProxiedLines lines_of(const std::vector<FaultSpec>& faults, const FlowModel& model) {
  ProxiedLines lines;
  lines.front.assign(model.services.size(), false);
  for (const auto& service : model.services) lines.links.emplace_back(service.edges.size(), false);
  for (const FaultSpec& fault : faults) {
    if (fake_services::live_form(fault) != LiveForm::line) continue;
    for (std::size_t s = 0; s < model.services.size(); ++s) {
      if (!hits(fault, model.services[s].spec)) continue;
      const bool link = !fault.target.dependency.empty();
      const bool calls = link || touches(fault, &fake_services::Fault::apply_to_calls) || closes_late(fault);
      if (!link && touches(fault, &fake_services::Fault::apply_to_requests)) lines.front[s] = true;
      for (std::size_t e = 0; calls && e < model.services[s].edges.size(); ++e) {
        if (!link || model.services[s].edges[e].spec.name == fault.target.dependency) lines.links[s][e] = true;
      }
    }
  }
  return lines;
}

std::vector<double> answer_sizes(const std::vector<FaultSpec>& faults, const FlowModel& model) {
  std::vector<double> sizes(model.services.size(), 0);
  for (const FaultSpec& fault : faults) {
    const auto bytes = fault.behaviour->bytes();
    for (std::size_t s = 0; bytes && s < model.services.size(); ++s) {
      if (!hits(fault, model.services[s].spec)) continue;
      if (fault.target.dependency.empty()) sizes[s] = std::max(sizes[s], bytes->answer_bytes);
      for (const auto& edge : model.services[s].edges) {
        double& size = sizes[edge.callee];
        if (edge.spec.name == fault.target.dependency) size = std::max(size, bytes->answer_bytes);
      }
    }
  }
  return sizes;
}

LiveWorld::LiveWorld(const scenario::LoadedScenario& scenario, Options options)
    : scenario_(scenario),
      options_(std::move(options)),
      model_(fake_services::build_model(scenario.topology, {}, {})),
      slots_(slots_for(scenario)),
      pace_(Pace::beginning_at(WallClock().now(), options_.speed)),
      ahead_(std::make_shared<std::atomic<std::int64_t>>((scenario.scenario.start - pace_.start).count())) {}

LiveWorld::~LiveWorld() {
  end();
}

std::expected<std::unique_ptr<LiveWorld>, LiveFailure> LiveWorld::start(const scenario::LoadedScenario& scenario,
                                                                        Options options) {
  std::unique_ptr<LiveWorld> world(new LiveWorld(scenario, std::move(options)));
  if (std::ranges::any_of(scenario.faults, [](const FaultSpec& fault) { return fault.pattern.first > 0; })) {
    auto made = fake_services::Allowances::make(scenario.faults.size());
    if (!made) return std::unexpected(LiveFailure{made.error()});
    world->allowances_ = *std::move(made);
  }
  const LiveOptions live{.topology = scenario.topology_text,
                         .seed = world->options_.seed,
                         .first_port = world->options_.first_port,
                         .clock_ahead = Duration(world->ahead_->load()),
                         .on_wall_clock = world->options_.on_wall_clock,
                         .tells = true,
                         .certificates_from = scenario.scenario.warmup_follows
                                                  ? scenario.scenario.start + scenario.scenario.warmup
                                                  : scenario.scenario.start,
                         .proxied = lines_of(scenario.faults, world->model_),
                         .answer_bytes = answer_sizes(scenario.faults, world->model_),
                         .allowances = world->allowances_,
                         .metrics = scenario.metrics,
                         .slots = world->slots_,
                         .pace = world->pace_};
  world->clients_ = std::make_unique<fake_services::OpenLoop>(
      world->model_,
      fake_services::OpenLoop::Options{
          .seed = world->options_.seed,
          .now = [ahead = world->ahead_, pace = world->pace_] { return pace.now() + Duration(ahead->load()); },
          .allowances = world->allowances_});
  std::promise<std::expected<void, std::string>> started;
  auto has_started = started.get_future();
  try {
    world->thread_ = std::thread([made = world.get(), &live, &started] { made->run(live, started); });
  } catch (const std::system_error& error) {
    return std::unexpected(LiveFailure{format("no thread for the processes: {}", error.what())});
  }
  if (auto done = has_started.get(); !done) return std::unexpected(LiveFailure{done.error()});
  if (auto failed = world->come_up()) return std::unexpected(*failed);
  if (auto failed = world->try_traffic()) return std::unexpected(*failed);
  return world;
}

void LiveWorld::run(const LiveOptions& live, std::promise<std::expected<void, std::string>>& started) {
  auto services = LiveServices::start(scenario_.topology, live);
  if (!services) {
    started.set_value(std::unexpected(services.error()));
    return;
  }
  services_ = std::move(*services);
  started.set_value(std::expected<void, std::string>());
  while (!ending_) {
    do_posted();
    if (auto stepped = services_->step(kStep); !stepped) {
      const std::scoped_lock lock(mutex_);
      failure_ = stepped.error();
      break;
    }
    follow_ready();
  }
  do_posted();  // of what faults do nothing is left
  services_->stop(options_.say);
}

void LiveWorld::do_posted() {
  std::deque<std::function<void(LiveServices&)>> tasks;
  {
    const std::scoped_lock lock(mutex_);
    tasks = std::exchange(posted_, {});
  }
  for (const auto& task : tasks) task(*services_);
}

void LiveWorld::follow_ready() {
  std::vector<std::vector<std::uint16_t>> ports(model_.services.size());
  for (const ReplicaView& view : services_->views()) {
    if (!view.ready) continue;
    const auto service =
        std::ranges::find(model_.services, view.service, [](const auto& each) { return each.spec.name; });
    ports[static_cast<std::size_t>(service - model_.services.begin())].push_back(view.port);
  }
  for (std::size_t s = 0; s < ports.size(); ++s) clients_->set_ready(s, std::move(ports[s]));
}

// False: it is interrupted, or has failed.
bool LiveWorld::wait(Duration time) const {
  const double until = stopwatch_seconds() + to_seconds(time);
  while (stopwatch_seconds() < until) {
    if (options_.is_interrupted() || failure()) return false;
    sleep_seconds(std::min(to_seconds(kLook), until - stopwatch_seconds()));
  }
  return true;
}

void LiveWorld::tell_ways() const {
  const std::vector<WayView> ways = services_->ways();
  for (const ReplicaView& view : services_->views()) {
    if (view.program.empty()) continue;
    const std::string addresses = addresses_for(view.service, ways);
    options_.say(format("{} is your program at {}{}{}", view.service, view.program,
                        addresses.empty() ? "" : "; it reaches ", addresses));
  }
}

// A program that has had its `startup` and does not listen.
std::optional<LiveFailure> LiveWorld::missing_program(double waited_s) const {
  for (const ReplicaView& view : services_->views()) {
    if (view.program.empty() || view.state == ReplicaState::serving) continue;
    const fake_services::ServiceSpec& spec = *scenario_.topology.find(view.service);
    if (waited_s < to_seconds(spec.startup)) continue;
    const std::string addresses = addresses_for(view.service, services_->ways());
    const bool fixed =
        std::ranges::all_of(spec.dependencies, [](const auto& dependency) { return dependency.port != 0; });
    return LiveFailure{format("nothing listens at {}, where {} is to be", view.program, view.service),
                       format("start your program there before{}{}{}", addresses.empty() ? "" : ", and have it reach ",
                              addresses, fixed ? "" : "; `port` of its `dependencies` keeps these addresses the same")};
  }
  return std::nullopt;
}

fake_services::MetricScales::Exposed LiveWorld::exposed_by_programs() const {
  constexpr Duration kLongest = std::chrono::seconds(5);
  fake_services::MetricScales::Exposed out;
  for (const auto& service : scenario_.topology.services) {
    if (!service.program) continue;
    auto& program = out.emplace_back();
    program.job = service.job;
    const auto answer =
        http::fetch(service.program->port,
                    {.path = service.program->metrics_path, .headers = {{"Accept", std::string(monitor::kAccepted)}}},
                    {.connect = kLongest, .answer = kLongest, .gzip = true});
    const auto unread = [&](const std::string& why) {
      options_.say(format("what {} exposes at 127.0.0.1:{}{} cannot be read: {}; `up` of it is 0", service.name,
                          service.program->port, service.program->metrics_path, why));
    };
    if (!answer || answer->status != kOk) {
      unread(answer ? format("it answers {}", answer->status) : answer.error().detail);
      continue;
    }
    const auto readable = monitor::format_of(http::find_header(answer->headers, "Content-Type"), promql::Version::v2);
    const auto samples = monitor::read_samples(answer->body, *readable);
    if (!samples) {
      unread(samples.error());
      continue;
    }
    for (const monitor::ExposedSample& sample : *samples) {
      program.series.emplace(sample.series.substr(0, sample.series.find_first_of("{ \t")), sample.type);
    }
  }
  return out;
}

std::optional<LiveFailure> LiveWorld::come_up() {
  Duration longest{};
  for (const auto& service : model_.services) longest = std::max(longest, service.spec.startup);
  const double from = stopwatch_seconds();
  const auto views = [this] { return services_->views(); };
  tell_ways();
  while (true) {
    if (auto why = failure()) return LiveFailure{*why, "nothing is left running"};
    if (!wait(kLook)) {
      if (auto why = failure()) return LiveFailure{*why, "nothing is left running"};
      return LiveFailure{.what = "interrupted", .interrupted = true};
    }
    if (std::ranges::all_of(views(), &ReplicaView::ready)) break;
    if (auto missing = missing_program(stopwatch_seconds() - from)) return missing;
    if (stopwatch_seconds() - from > to_seconds(pace_.on_wall(longest) + kPatience)) break;
  }
  const auto all = views();
  const auto ready = std::ranges::count_if(all, &ReplicaView::ready);
  options_.say(format("{} of {} replicas are ready after {:.1f} s", ready, all.size(), stopwatch_seconds() - from));
  return std::nullopt;
}

namespace {

// What a kubelet would be answered now; nothing: its probes, where it has any, succeed.
std::optional<std::string> failing_probe(const fake_services::ServiceSpec& service, std::uint16_t port, double speed) {
  const auto ask = [&](const std::optional<fake_services::ProbeSpec>& probe,
                       std::string_view name) -> std::optional<std::string> {
    if (!probe) return std::nullopt;
    const fake_services::ProbeOutcome outcome = probe_once(service, *probe, port, true, speed);
    if (outcome.verdict == fake_services::ProbeVerdict::success) return std::nullopt;
    // Of its time-out it is the kubelet's worker that says so.
    return format("its {} fails: {}", name,
                  outcome.detail.empty() ? format("no response within {} s", probe->timeout_seconds) : outcome.detail);
  };
  if (auto failing = ask(service.startup_probe, "startupProbe")) return failing;
  return ask(service.readiness_probe, "readinessProbe");
}

}  // namespace

// One at which requests come in from outside, and that was sent none in the trial, since it was not ready.
std::optional<LiveFailure> LiveWorld::unready_program() const {
  for (const ReplicaView& view : services_->views()) {
    if (view.program.empty() || view.ready) continue;
    const fake_services::ServiceSpec& service = *scenario_.topology.find(view.service);
    const auto index = static_cast<std::size_t>(&service - scenario_.topology.services.data());
    if (!service.traffic || clients_->counts(index).seen.replies > 0) continue;
    const auto failing = failing_probe(service, service.program->port, options_.speed);
    return LiveFailure{
        format("{}, your program at {}, is not ready, so that no request was sent to it: {}", view.service,
               view.program, failing.value_or("its probes succeed only now, or have not succeeded often enough")),
        failing ? "have the program succeed in it, or change the probe to what the program answers"
                : "give it a longer `startup`, or its probes a shorter initialDelaySeconds"};
  }
  return std::nullopt;
}

std::optional<LiveFailure> LiveWorld::try_traffic() {
  std::vector<EntryRate> rates;
  const Time start = scenario_.scenario.start;
  for (std::size_t s = 0; s < model_.services.size(); ++s) {
    const fake_services::ServiceSpec& service = model_.services[s].spec;
    if (!service.traffic) continue;
    const fake_services::Traffic traffic(*service.traffic, options_.seed, service.name, start);
    double usual = 0;
    const Duration length = scenario_.scenario.warmup + scenario_.scenario.duration;
    for (Duration at{}; at <= length; at += std::chrono::minutes(1)) usual = std::max(usual, traffic.usual(start + at));
    rates.push_back({s, service.name, usual, usual * most_factor(scenario_.faults, service)});
  }
  clients_->pause();
  if (auto begun = clients_->begin(); !begun) return LiveFailure{begun.error()};
  if (rates.empty()) return std::nullopt;
  const auto carried = calibrate(*clients_, rates, [this](Duration time) { return wait(time); });
  if (!carried) {
    if (auto why = failure()) return LiveFailure{*why, "nothing is left running"};
    return LiveFailure{.what = "interrupted", .interrupted = true};
  }
  if (auto unready = unready_program()) return unready;
  if (carried->all) {
    options_.say(format("this machine carries {:.0f} requests per second from outside", carried->rate));
    return std::nullopt;
  }
  return LiveFailure{format("this machine does not carry the scenario's {:.0f} requests per second from outside: {}",
                            carried->asked, carried->why),
                     remedy_for(*carried, "in `overrides`, ")};
}

// As processes expose it: where they tell instants by the wall's clock, what was before has been loaded so, too.
PastOfPods LiveWorld::past_by(const monitor::RunTimes& times) const {
  PastOfPods past = options_.past;
  for (auto& [pod, metrics] : past) {
    if (!metrics.started_s || !options_.on_wall_clock) continue;
    metrics.started_s = to_seconds(times.on_wall(Time(from_seconds(*metrics.started_s))).time_since_epoch());
  }
  return past;
}

// A scrape in which a process shows what it had counted before, and what it counts from then on at the next, would be
// taken for a restart: it has been told before the first that counts.
void LiveWorld::tell_past(Time start, Time wall) {
  constexpr double kHeard = 0.02;
  const auto told = ask([past = past_by({start, wall, options_.speed}), start, wall](LiveServices& services) {
    services.count_anew(past, start, wall);
    return true;
  });
  if (!told) give_up(told.error());
  sleep_seconds(kHeard);
}

// Nobody sends anything until the run begins.
void LiveWorld::loaded_to(Time wall) {
  tell_past(scenario_.scenario.start, wall);
  past_is_told_ = true;
}

std::unique_ptr<Clock> LiveWorld::begin(Time start) {
  if (!past_is_told_) tell_past(start, WallClock().now());
  wall_at_start_ = WallClock().now();
  const Duration over = begins_ ? pace_.of_wall(std::max(Duration(0), wall_at_start_ - *begins_)) : Duration(0);
  run_pace_ = Pace::beginning_at(start + over, pace_.speed);
  const Duration ahead = run_pace_.start - pace_.now();
  ahead_->store(ahead.count());
  auto clock = std::make_unique<LiveClock>(run_pace_);
  post([ahead](LiveServices& services) {
    services.set_clock_ahead(ahead);
    (void)services.take_events();  // what was before the run is none of its
  });
  clients_->resume();
  return clock;
}

void LiveWorld::end() {
  if (clients_ != nullptr) clients_->pause();
  ending_ = true;
  if (thread_.joinable()) thread_.join();
}

void LiveWorld::post(std::function<void(LiveServices&)> what) {
  {
    const std::scoped_lock lock(mutex_);
    posted_.push_back(std::move(what));
  }
  if (services_ != nullptr) services_->wake();
}

void LiveWorld::give_up(const std::string& why) {
  const std::scoped_lock lock(mutex_);
  if (failure_.empty()) failure_ = why;
}

std::expected<bool, std::string> LiveWorld::ask(std::function<std::expected<bool, std::string>(LiveServices&)> what) {
  const auto answer = std::make_shared<std::promise<std::expected<bool, std::string>>>();
  auto answered = answer->get_future();
  post([answer, what = std::move(what)](LiveServices& services) { answer->set_value(what(services)); });
  if (answered.wait_for(std::chrono::duration<double>(to_seconds(kPatience))) == std::future_status::ready) {
    return answered.get();
  }
  return std::unexpected("nobody looks after the processes any more");
}

std::optional<std::string> LiveWorld::failure() const {
  const std::scoped_lock lock(mutex_);
  return failure_.empty() ? std::nullopt : std::optional(failure_);
}

}  // namespace firedrill::driver::live
