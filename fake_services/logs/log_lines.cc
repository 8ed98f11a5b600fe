// From a count to lines: which form, which replica, which request, when.
#include <algorithm>
#include <utility>

#include "base/duration.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "fake_services/logs/log_writer.h"

namespace firedrill::fake_services {
namespace {

using enum LogCause;

constexpr std::string_view kEdge = "edge";
constexpr std::size_t kMostTraces = 16;

// In proportion to the weights, which are not negative; the last of them where all are 0.
template <typename Weight>
std::size_t pick(std::size_t count, RandomStream& chance, const Weight& weight) {
  double all = 0;
  for (std::size_t i = 0; i < count; ++i) all += weight(i);
  double left = chance.uniform() * all;
  std::size_t last = count == 0 ? 0 : count - 1;
  for (std::size_t i = 0; i < count; ++i) {
    const double w = weight(i);
    if (w <= 0) continue;
    last = i;
    left -= w;
    if (left < 0) break;
  }
  return last;
}

std::string new_trace(RandomStream& chance) {
  constexpr std::uint64_t kHalf = std::uint64_t{1} << 32U;
  std::string trace;
  for (int i = 0; i < 4; ++i) trace += format("{:08x}", chance.below(kHalf));
  return trace;
}

std::string in_words(double seconds) {
  if (seconds < 1) return format("{:.0f}ms", seconds * 1000);
  return seconds < 10 ? format("{:.2f}s", seconds) : format("{:.1f}s", seconds);
}

std::string route_name(const RouteModel& route) {
  return format("{} {}", route.method, route.path);
}

}  // namespace

bool LogWriter::hits(const FaultInjector::Effective& effect, const Group& group, std::size_t replica) const {
  const FaultKind& kind = *effect.fault->kind;
  if (kind.aims == Aims(Aim::monitor)) return is_of_monitor(group.cause);
  return std::ranges::any_of(effect.hits, [&](const Hit& hit) {
    // In a zone may be services that it does nothing to.
    if (kind.misfit != nullptr && kind.misfit(model_->services[hit.service].spec, effect.fault->target)) return false;
    const bool here = hit.service == group.service;
    if (is_of_call(group.cause) && group.writer == Writer::service) {
      const std::size_t callee = model_->services[group.service].edges[group.edge].callee;
      if (hit.service == callee && !hit.edge) return true;
      return here && (hit.edge ? *hit.edge == group.edge : kind.view == View::calls);
    }
    if (!here || (hit.edge && group.cause != slow)) return false;
    return replica >= hit.replicas.size() || hit.replicas[replica];
  });
}

LogWriter::Explanation LogWriter::explain(const Group& group, std::size_t replica) const {
  for (const FaultInjector::Effective& effect : effects_) {
    Explanation why;
    for (const LogForm& form : effect.fault->kind->lines) {
      if (form.cause == group.cause && effect.fault->behaviour->writes(form)) why.forms.push_back(&form);
    }
    if (why.forms.empty() || !hits(effect, group, replica)) continue;
    why.codes = reply_codes(*effect.fault->behaviour);
    // What is neither worked on nor can be: 502 and 504 are about others.
    if (why.codes.empty()) why.codes = {kBackgroundError, kQueueFull};
    return why;
  }
  return {};
}

const LogForm* LogWriter::choose(const Group& group, const Explanation& why, int code) {
  const LogForm* usual = usual_form(group.cause, code);
  RandomStream& chance = chance_of(group);
  const bool by_code = group.cause == server_error || group.cause == client_error;
  if (why.forms.empty() || (by_code && std::ranges::find(why.codes, code) == why.codes.end())) return usual;
  if (usual != nullptr && chance.uniform() >= group.sampler.excess()) return usual;
  return why.forms[chance.below(why.forms.size())];
}

std::size_t LogWriter::pick_replica(const LogSources& sources, Group& group) {
  const std::size_t replicas = sources.tallies.service(group.service).replicas.size();
  const bool weighed = std::ranges::any_of(group.fresh, [](double n) { return n > 0; });
  return pick(replicas, chance_of(group), [&](std::size_t r) {
    if (weighed) return r < group.fresh.size() ? group.fresh[r] : 0.0;
    return sources.flow.class_of(group.service, r).conditions.ready ? 1.0 : 0.0;
  });
}

// Of the replicas that Prometheus scrapes.
std::string LogWriter::pick_target(const LogSources& sources, const Group& group) {
  const std::size_t pod = pick(targets_fresh_.size(), chance_of(group), [&](std::size_t i) {
    return sources.pods.service_of(i) == group.service ? targets_fresh_[i] : 0.0;
  });
  const ServiceSpec& spec = model_->services[group.service].spec;
  return format("{}:{}", sources.pods.name_of(pod), spec.port);
}

std::optional<std::size_t> LogWriter::pick_answer(const Group& group) {
  const ServiceModel& m = model_->services[group.service];
  ServiceLog& log = logs_[group.service];
  const auto weight = [&](std::size_t i) {
    const int code = m.codes.list[i % m.layout.slots];
    const LogCause cause = code >= 500                ? server_error
                           : code == kTooManyRequests ? too_many_requests
                           : code >= 400              ? client_error
                                                      : served;
    return cause == group.cause || group.cause == slow ? log.fresh[i] : 0.0;
  };
  const std::size_t at = pick(log.fresh.size(), log.chance, weight);
  if (log.fresh.empty() || weight(at) <= 0) return std::nullopt;
  return at;
}

// One that makes the call, by its share of the requests.
std::string LogWriter::route_of_call(const Group& group) {
  const ServiceModel& m = model_->services[group.service];
  const auto calls = [&](const RouteModel& route) {
    return std::ranges::any_of(route.stages, [&](const StageModel& stage) {
      return std::ranges::any_of(stage.calls, [&](std::size_t c) { return m.calls[c].edge == group.edge; });
    });
  };
  if (std::ranges::none_of(m.routes, calls)) return {};
  const std::size_t at = pick(m.routes.size(), chance_of(group), [&](std::size_t r) {
    return calls(m.routes[r]) ? std::max(m.routes[r].share, 1e-9) : 0.0;
  });
  return route_name(m.routes[at]);
}

// Of what the callee has answered in this stretch.
int LogWriter::code_of_call(const LogSources& sources, const Group& group) {
  const Codes& codes = model_->services[group.service].edges[group.edge].codes;
  const Seen& now = sources.tallies.service(group.service).edges[group.edge];
  const Seen& then = logs_[group.service].calls[group.edge];
  const std::size_t at = pick(codes.list.size(), chance_of(group),
                              [&](std::size_t i) { return codes.list[i] >= 500 ? now.codes[i] - then.codes[i] : 0.0; });
  return codes.list[at];
}

// Within the buckets that are slow.
double LogWriter::pick_slowness(ServiceLog& log) {
  const std::size_t slow_buckets = log.latency.size() - log.slow_from;
  const std::size_t at = log.slow_from + pick(slow_buckets, log.chance, [&](std::size_t i) {
                           return static_cast<double>(log.latency[log.slow_from + i]);
                         });
  const auto bounds = events::latency_bounds_s();
  const double low = at == 0 ? bounds[0] / 2 : bounds[at - 1];
  const double high = at < bounds.size() ? bounds[at] : low;
  return low + (high - low) * log.chance.uniform();
}

// What begins or ends where something has changed does so there.
Time LogWriter::pick_time(const Group& group, RandomStream& chance) const {
  const Time from = group.sampler.begins() && first_change_ ? *first_change_ : from_;
  const Time to = group.sampler.ends() && last_change_ && *last_change_ > from ? *last_change_ : to_;
  const auto span = static_cast<std::uint64_t>(std::max<Duration::rep>(1, (to - from).count()));
  return from + Duration(static_cast<Duration::rep>(chance.below(span)));
}

// Whoever failed a request because of another one writes of the same trace, a little later.
void LogWriter::place(const Group& group, events::LogLine& line) {
  ServiceLog& log = logs_[group.service];
  const auto follow = [&](const Traced& other) {
    constexpr std::uint64_t kLatest_ms = 20;
    line.trace = other.id;
    line.t = std::min(other.t + Duration(1 + static_cast<Duration::rep>(log.chance.below(kLatest_ms))),
                      std::max(other.t, to_ - Duration(1)));
  };
  line.t = pick_time(group, log.chance);
  line.trace = new_trace(log.chance);
  if (group.writer != Writer::service) return;
  if (group.cause == bad_answer) {
    std::vector<Traced>& theirs = logs_[model_->services[group.service].edges[group.edge].callee].failed;
    if (theirs.empty()) return;
    follow(theirs.back());
    theirs.pop_back();
  } else if (group.cause == server_error) {
    const auto own = std::ranges::find(log.failed, line.route, &Traced::route);
    if (own != log.failed.end()) follow(*own);
  }
}

// Of a service of ours: which replica, of which request.
void LogWriter::tell_of_service(const LogSources& sources, Group& group, events::LogLine& line, Texts& texts) {
  const ServiceModel& m = model_->services[group.service];
  const std::size_t pod = sources.pods.index_of(group.service, pick_replica(sources, group));
  line.pod = sources.pods.name_of(pod);
  if (const Release* release = sources.pods.release(pod)) texts.version = release->version;
  if (group.cause == slow) texts.took = in_words(pick_slowness(logs_[group.service]));
  if (is_of_call(group.cause)) {
    const EdgeModel& edge = m.edges[group.edge];
    line.peer = edge.spec.name;
    line.route = route_of_call(group);
    texts.port = model_->services[edge.callee].spec.port;
    texts.timeout =
        format_duration(group.cause == pool_timeout ? edge.spec.pool.acquire_timeout : edge.spec.request_timeout);
    if (group.cause == bad_answer) texts.code = code_of_call(sources, group);
  } else if (const auto answer = pick_answer(group)) {
    line.route = route_name(m.routes[*answer / m.layout.slots]);
    texts.code = m.codes.list[*answer % m.layout.slots];
  }
}

// Of what stands around services: in front of them, or watches them.
void LogWriter::tell_of_others(const LogSources& sources, const Group& group, events::LogLine& line, Texts& texts) {
  const ServiceSpec& spec = model_->services[group.service].spec;
  if (group.writer == Writer::edge) {
    line.pod = kEdge;
    line.peer = spec.name;
    texts.timeout = format_duration(spec.traffic->timeout);
    return;
  }
  line.service = group.writer == Writer::prometheus ? "prometheus" : "alertmanager";
  line.pod = line.service + "-0";
  if (!is_of_target(group.cause)) return;
  line.peer = spec.name;
  texts.target = pick_target(sources, group);
}

void LogWriter::compose(const LogSources& sources, Group& group, const Explanation& why, std::size_t left,
                        events::Sink& sink) {
  const ServiceSpec& spec = model_->services[group.service].spec;
  events::LogLine line{
      .service = spec.name, .cause = std::string(to_string(group.cause)), .stands_for = group.sampler.stands_for(left)};
  if (line.stands_for == 0) return;
  Texts texts{.version = spec.version, .port = spec.port};
  group.writer == Writer::service ? tell_of_service(sources, group, line, texts)
                                  : tell_of_others(sources, group, line, texts);
  const LogForm* form = choose(group, why, texts.code);
  if (form == nullptr) return;
  line.level = form->level;
  line.message = fill_in(form->message, {.peer = line.peer,
                                         .service = spec.name,
                                         .pod = texts.target.empty() ? line.pod : texts.target,
                                         .route = line.route,
                                         .took = texts.took,
                                         .timeout = texts.timeout,
                                         .version = texts.version,
                                         .mountpoint = spec.disk ? std::string_view(spec.disk->mountpoint) : "",
                                         .port = texts.port,
                                         .code = texts.code});
  place(group, line);
  if (is_of_monitor(group.cause)) line.trace.clear();
  std::vector<Traced>& failed = logs_[group.service].failed;
  const bool fails = group.writer == Writer::service && line.level >= events::LogLevel::warn && group.cause != slow;
  if (fails && failed.size() < kMostTraces) failed.push_back({line.trace, line.route, line.t});
  sink.on_log(line);
}

void LogWriter::write_process(const LogSources& sources, std::size_t pod, LogCause cause, Time now,
                              events::Sink& sink) {
  const std::size_t service = sources.pods.service_of(pod);
  const ServiceSpec& spec = model_->services[service].spec;
  const Group group{cause, Writer::service, service, 0, LogSampler(std::chrono::minutes(1), 1)};
  const auto forms = explain(group, sources.pods.replica_of(pod)).forms;
  const LogForm* form = forms.empty() ? usual_form(cause) : forms[logs_[service].chance.below(forms.size())];
  const Release* release = sources.pods.release(pod);
  const std::string& name = sources.pods.name_of(pod);
  const std::string& version = release != nullptr ? release->version : spec.version;
  sink.on_log({.t = now,
               .level = form->level,
               .service = spec.name,
               .pod = name,
               .cause = std::string(to_string(cause)),
               .message = fill_in(form->message, {.service = spec.name, .pod = name, .version = version})});
}

// Once it is out of the balancing on that account.
void LogWriter::note_node(const LogSources& sources, std::size_t pod, Time now, events::Sink& sink) {
  const std::size_t service = sources.pods.service_of(pod);
  const bool lost = sources.pods.node_lost(pod);
  const bool ready = sources.flow.class_of(service, sources.pods.replica_of(pod)).conditions.ready;
  if (lost && !node_lost_[pod] && !ready) {
    node_lost_[pod] = true;
    sink.on_cluster_event({.first = now,
                           .last = now,
                           .warning = true,
                           .reason = "NodeNotReady",
                           .object = format("pod/{}", sources.pods.name_of(pod)),
                           .service = model_->services[service].spec.name,
                           .message = "the node of the pod is not ready"});
  }
  if (!lost) node_lost_[pod] = false;
}

void LogWriter::write_pods(const LogSources& sources, const Pods::Changes& changes, Time now, events::Sink& sink) {
  effects_ = sources.faults.effective(now - std::chrono::minutes(1));
  ended_by_themselves_.resize(sources.pods.size(), 0);
  node_lost_.resize(sources.pods.size(), false);
  for (std::size_t pod = 0; pod < sources.pods.size(); ++pod) {
    const PodCounts& counts = sources.pods.counts(pod);
    // One that is stopped is counted twice: as killed, and as ended.
    const double by_itself = counts.exits - counts.kills;
    if (by_itself > ended_by_themselves_[pod]) {
      ended_by_themselves_[pod] = by_itself;
      write_process(sources, pod, exited, now, sink);
    }
    note_node(sources, pod, now, sink);
  }
  for (const std::size_t pod : changes.restarted) write_process(sources, pod, started, now, sink);
  note_change(now);
}

}  // namespace firedrill::fake_services
