#include "fake_services/pods.h"

#include <algorithm>

#include "base/format.h"
#include "fake_services/health.h"

namespace firedrill::fake_services {
namespace {

// How fast an idle process ends after SIGTERM; a busy one finishes the requests that it works on.
constexpr double kShutdownSeconds = 0.1;
constexpr Exit kKilledForMemory{137, true};

PodSpec pod_spec(const ServiceSpec& service) {
  return {.liveness_probe = service.liveness_probe,
          .readiness_probe = service.readiness_probe,
          .startup_probe = service.startup_probe};
}

// The process of a replica, as its kubelet meets it at one instant.
class Replica final : public Process {
 public:
  Replica(const ServiceModel& model, const ReplicaClass& k, Time up_at, RandomStream& chance)
      : model_(model), class_(k), up_at_(up_at), chance_(chance) {}

  ProbeOutcome probe(ProbeType type, const ProbeSpec& spec, Time now) override {
    if (spec.http_get) {
      return probe_http(spec, [&](std::string_view, std::string_view) { return answer(type, spec, now); });
    }
    const HttpAnswer found = answer(type, spec, now);
    const bool ok = found.connection == Connection::accepted && found.code == kOk;
    if (spec.tcp_socket) return probe_tcp(found.connection, {});  // connecting waits for no worker
    if (spec.grpc) {
      return probe_grpc(found.connection, ok ? GrpcHealth::serving : GrpcHealth::not_serving, found.headers);
    }
    return probe_exec(ok ? 0 : 1, found.headers);
  }

  std::optional<Duration> shutdown(Time) override {
    return from_seconds(std::clamp(class_.holding, kShutdownSeconds, 86400.0));
  }

 private:
  HttpAnswer answer(ProbeType type, const ProbeSpec& spec, Time now) {
    if (now < up_at_) return {.connection = Connection::refused};
    return draw_health_answer(model_, class_, type, spec, chance_);
  }

  const ServiceModel& model_;
  const ReplicaClass& class_;
  Time up_at_;
  RandomStream& chance_;
};

// A container whose memory goes over its limit is killed.
bool out_of_memory(const ServiceModel& model, const ReplicaClass& k) {
  const MemorySpec& memory = model.spec.memory;
  return memory.limit > 0 && memory.baseline + memory.per_request * k.occupancy > memory.limit;
}

void count(PodEventKind kind, PodCounts& counts) {
  switch (kind) {
    case PodEventKind::container_restarted:
      counts.restarts += 1;
      break;
    case PodEventKind::container_exited:
      counts.exits += 1;
      break;
    case PodEventKind::container_oom_killed:
      counts.oom_kills += 1;
      break;
    case PodEventKind::container_killed:
      counts.kills += 1;
      break;
    case PodEventKind::endpoint_ready:
    case PodEventKind::endpoint_unready:
      counts.endpoint_changes += 1;
      break;
    default:
      break;
  }
}

}  // namespace

Pods::Pods(const FlowModel& model, std::uint64_t seed, std::span<const Time> started, Time now)
    : model_(&model), first_(model.services.size(), 0) {
  for (std::size_t s = 0; s < model.services.size(); ++s) {
    const ServiceSpec& service = model.services[s].spec;
    first_[s] = bodies_.size();
    if (service.external) continue;
    const PodSpec spec = pod_spec(service);
    for (std::size_t r = 0; r < static_cast<std::size_t>(service.replicas); ++r) {
      // Containers were started at different seconds, so that the ticks of their probes are spread.
      const Time created = started[bodies_.size()] - spec.creation;
      std::string name = format("{}-{}", service.name, r);
      RandomStream chance(seed, format("pod/{}/probes", name));
      bodies_.push_back(
          {s, r, std::move(name), Pod::running_since(spec, created, now), std::move(chance), {}, 1, false, {}, {}});
      bodies_.back().container = bodies_.back().pod.container().id;
    }
  }
}

Time Pods::up_at(const Body& body) const {
  return body.pod.container().since + model_->services[body.service].spec.startup;
}

Pods::Face Pods::face_of(const Body& body, Time t) const {
  const bool running = body.pod.running();
  return {.ready = body.pod.endpoint(), .running = running, .listening = running && t >= up_at(body)};
}

const Pods::Changes& Pods::process(Time t, const Flow& flow, std::vector<WorldEvent>& events) {
  changes_.services.clear();
  changes_.restarted.clear();
  next_ = Time::max();
  for (std::size_t i = 0; i < bodies_.size(); ++i) {
    Body& body = bodies_[i];
    const ServiceModel& model = model_->services[body.service];
    const ReplicaClass& k = flow.class_of(body.service, body.replica);
    const bool dies = body.face.running && out_of_memory(model, k);
    const bool healthy = !dies && body.conditions == PodConditions{} && surely_healthy(model, k);
    if (body.coasting && healthy) continue;
    if (body.coasting) body.pod.coast(t);
    body.coasting = false;
    scratch_.clear();
    if (dies) body.pod.exited(t, kKilledForMemory, scratch_);
    step(body, t, flow, events);
    note(body, i, t);
    body.coasting = healthy && body.face == Face{} && body.pod.steady();
    if (body.coasting) continue;
    if (const auto at = body.pod.next_event()) next_ = std::min(next_, *at);
    if (body.face.running && !body.face.listening) next_ = std::min(next_, up_at(body));
  }
  return changes_;
}

void Pods::step(Body& body, Time t, const Flow& flow, std::vector<WorldEvent>& events) {
  if (const auto at = body.pod.next_event(); at && *at <= t) {
    const ReplicaClass& k = flow.class_of(body.service, body.replica);
    Replica process(model_->services[body.service], k, up_at(body), body.chance);
    body.pod.step(t, process, scratch_);
  }
  for (PodEvent& event : scratch_) {
    count(event.kind, body.counts);
    events.push_back({event.at, WorldEventKind::pod, body.name, {}, std::move(event)});
  }
}

void Pods::note(Body& body, std::size_t index, Time t) {
  if (const std::uint64_t id = body.pod.container().id; id != body.container) {
    body.container = id;
    changes_.restarted.push_back(index);
  }
  const Face face = face_of(body, t);
  if (face == body.face) return;
  body.face = face;
  if (changes_.services.empty() || changes_.services.back() != body.service) changes_.services.push_back(body.service);
}

void Pods::turn(std::size_t service, std::span<Knobs> knobs) const {
  if (model_->services[service].spec.external) return;
  for (std::size_t r = 0; r < knobs.size(); ++r) {
    const Face& face = bodies_[first_[service] + r].face;
    knobs[r].ready = face.ready;
    knobs[r].running = face.running;
    if (face.listening) continue;
    for (RequestConditions& route : knobs[r].routes) route.refuse(1);
    for (RequestConditions& probe : knobs[r].health) probe.refuse(1);
    knobs[r].replica.scrapes_refused = 1;
  }
}

void Pods::set_conditions(std::size_t service, std::span<const PodConditions> conditions) {
  if (model_->services[service].spec.external) return;
  for (std::size_t r = 0; r < conditions.size(); ++r) bodies_[first_[service] + r].conditions = conditions[r];
}

const Pod& Pods::seen_at(std::size_t pod, Time t) {
  Body& body = bodies_[pod];
  if (body.coasting) body.pod.coast(t);
  return body.pod;
}

std::vector<ProbeState> Pods::states(Time t) {
  std::vector<ProbeState> out;
  for (std::size_t i = 0; i < bodies_.size(); ++i) {
    const Pod& pod = seen_at(i, t);
    for (const ProbeType type : {ProbeType::liveness, ProbeType::readiness, ProbeType::startup}) {
      const Worker* worker = pod.worker(type);
      if (worker == nullptr) continue;
      const Worker::Counts& counts = worker->counts();
      out.push_back({model_->services[bodies_[i].service].spec.name, bodies_[i].name, type,
                     counts.successful + counts.failed, counts.failed});
    }
  }
  return out;
}

}  // namespace firedrill::fake_services
