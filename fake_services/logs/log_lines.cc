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

std::string in_words(double seconds) {
  if (seconds < 1) return format("{:.0f}ms", seconds * 1000);
  return seconds < 10 ? format("{:.2f}s", seconds) : format("{:.1f}s", seconds);
}

double lower_bound_s(std::size_t bucket) {
  const auto bounds = events::latency_bounds_s();
  return bucket == 0 ? 0.0 : bounds[std::min(bucket, bounds.size()) - 1];
}

// With which a request is answered that fails on account of such a call; 0: of none, as of one that was made again.
int code_after(LogCause cause) {
  switch (cause) {
    case timeout:
      return kCauseCodes[static_cast<std::size_t>(Cause::timed_out)];
    case bad_answer:
      return kCauseCodes[static_cast<std::size_t>(Cause::bad_response)];
    case cache_miss:
    case repeated:
      return 0;
    default:
      return kCauseCodes[static_cast<std::size_t>(Cause::unreachable)];
  }
}

std::string route_name(const RouteModel& route) {
  return format("{} {}", route.method, route.path);
}

}  // namespace

bool LogWriter::hits(const FaultInjector::Effective& effect, const Group& group, std::size_t replica) const {
  const FaultKind& kind = *effect.fault->kind;
  // How often a service calls another is its own doing.
  const bool of_calls = kind.loads_callees && (group.cause == repeated || group.cause == cache_miss);
  if (kind.aims == Aims(Aim::monitor)) return is_of_monitor(group.cause);
  return std::ranges::any_of(effect.hits, [&](const Hit& hit) {
    // In a zone may be services that it does nothing to.
    if (kind.misfit != nullptr && kind.misfit(model_->services[hit.service].spec, effect.fault->target)) return false;
    const bool here = hit.service == group.service;
    if (is_of_call(group.cause) && group.writer == Writer::service) {
      const std::size_t callee = model_->services[group.service].edges[group.edge].callee;
      if (hit.service == callee && !hit.edge) return !of_calls;
      return here && (hit.edge ? *hit.edge == group.edge : kind.view == View::calls || of_calls);
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
    why.writes_only = effect.fault->kind->writes_only;
    why.codes = reply_codes(*effect.fault->behaviour);
    PodConditions conditions;
    effect.fault->behaviour->apply_to_pod(conditions, 1);
    why.release = conditions.release;
    // What is neither worked on nor can be: 502 and 504 are about others.
    if (why.codes.empty()) why.codes = {kBackgroundError, kQueueFull};
    return why;
  }
  return {};
}

const LogForm* LogWriter::choose(const Group& group, const Explanation& why, const Texts& texts, Time t) {
  const int code = texts.code;
  const bool refused = texts.scrape && texts.scrape->refused;
  const LogForm* usual = refused ? refused_scrape_form() : usual_form(group.cause, code);
  RandomStream& chance = chance_of(group);
  const bool by_code = group.cause == server_error || group.cause == client_error;
  if (why.forms.empty() || (by_code && std::ranges::find(why.codes, code) == why.codes.end())) return usual;
  if (why.writes_only && !texts.writes) return usual;
  // Not even by chance where the usual line speaks of a longer time than can have gone by.
  const bool too_long = group.cause == timeout && group.writer == Writer::service && begun_ &&
                        t < *begun_ + model_->services[group.service].edges[group.edge].spec.request_timeout;
  if (usual != nullptr && chance.uniform() >= group.sampler.excess() && !too_long) return usual;
  const LogForm* form = why.forms[chance.below(why.forms.size())];
  // What a fault says of a connection that is refused does not go with a scrape that was not answered in time.
  const bool of_refusal = form->message.find("refused") != std::string_view::npos;
  return texts.scrape && of_refusal != refused ? usual : form;
}

std::size_t LogWriter::pick_replica(const LogSources& sources, Group& group, const Release* release) {
  const std::size_t replicas = sources.tallies.service(group.service).replicas.size();
  const auto fresh = [&](std::size_t r) { return r < group.fresh.size() ? group.fresh[r] : 0.0; };
  const auto index_of = [&](std::size_t r) { return sources.pods.index_of(group.service, r); };
  bool up = false;
  for (std::size_t r = 0; r < replicas && !up; ++r) up = was_up(index_of(r), release);
  const auto could = [&](std::size_t r) { return !up || was_up(index_of(r), release); };
  bool weighed = false;
  for (std::size_t r = 0; r < replicas && !weighed; ++r) weighed = fresh(r) > 0 && could(r);
  constexpr double kHardly = 1e-6;  // one that is not ready, where none is
  const std::vector<bool> idle = weighed ? std::vector<bool>{} : idle_replicas(group, replicas);
  return pick(replicas, chance_of(group), [&](std::size_t r) {
    if (!could(r)) return 0.0;
    if (weighed) return fresh(r);
    if (!idle.empty() && idle[r]) return 0.0;
    return sources.flow.class_of(group.service, r).conditions.ready ? 1.0 : kHardly;
  });
}

bool LogWriter::was_up(std::size_t pod, const Release* release) const {
  if (pod >= up_.size()) return false;
  return std::ranges::any_of(up_[pod], [&](const Up& up) {
    return up.until > from_ && up.from < to_ && (release == nullptr || up.release == release);
  });
}

// As much of it as is beyond what is usual is the doing of the version that explains it, once a process of it is up.
const Release* LogWriter::release_to_blame(const Group& group, const Explanation& why) {
  if (why.release == nullptr) return nullptr;
  bool up = false;
  for (std::size_t pod = 0; pod < up_.size() && !up; ++pod) up = was_up(pod, why.release);
  return up && chance_of(group).uniform() < group.sampler.excess() ? why.release : nullptr;
}

// One of the processes that its slot had in this stretch, by how much each did of it, or else by how long it was up;
// null: none was.
const LogWriter::Up* LogWriter::pick_process(const Group& group, std::size_t pod, std::size_t replica,
                                             const Release* release, RandomStream& chance) const {
  if (!was_up(pod, nullptr)) return nullptr;
  if (!was_up(pod, release)) release = nullptr;
  const std::vector<Up>& all = up_[pod];
  const auto could = [&](const Up& up) { return release == nullptr || up.release == release; };
  std::vector<double> did(all.size(), 0);
  double most = 0;
  for (std::size_t i = 0; i < all.size() && all.size() > 1; ++i) {
    const Stretch within{std::max(from_, all[i].from), std::min(to_, all[i].until)};
    if (could(all[i])) did[i] = how_many(spells_of(group, {.up = &all[i], .replica = replica}, {}, within));
    most = std::max(most, did[i]);
  }
  return &all[pick(all.size(), chance, [&](std::size_t i) {
    if (most > 0 || !could(all[i])) return did[i];
    const Stretch stretch = stretch_of(group, &all[i]);
    return std::max(0.0, to_seconds(stretch.to - stretch.from));
  })];
}

// Of the replicas that Prometheus scrapes.
std::string LogWriter::pick_target(const LogSources& sources, const Group& group) {
  const std::size_t pod = pick(targets_fresh_.size(), chance_of(group), [&](std::size_t i) {
    return sources.pods.service_of(i) == group.service ? targets_fresh_[i] : 0.0;
  });
  const ServiceSpec& spec = model_->services[group.service].spec;
  return format("{}:{}", sources.pods.name_of(pod), spec.port);
}

// How many requests a second are answered so, of a route and with a code, and take longer than that, as things stand.
double LogWriter::slower_than(const LogSources& sources, std::size_t service, std::size_t answer,
                              double seconds) const {
  const std::size_t slots = model_->services[service].layout.slots;
  double rate = 0;
  for (const ReplicaClass& k : sources.flow.service(service).classes) {
    for (const Component& part : k.routes[answer / slots].parts) {
      if (part.rate <= 0 || part.slot != answer % slots || part.time == nullptr) continue;
      rate += static_cast<double>(k.replicas) * part.rate * (1 - part.time->cdf(seconds));
    }
  }
  constexpr double kHardlyAny = 1e-9;
  return rate < kHardlyAny ? 0 : rate;
}

std::optional<std::size_t> LogWriter::pick_answer(const LogSources& sources, const Group& group, const Texts& texts) {
  const ServiceModel& m = model_->services[group.service];
  ServiceLog& log = logs_[group.service];
  const auto weight = [&](std::size_t i) {
    const LogCause cause = cause_of(m.codes.list[i % m.layout.slots]);
    return cause == group.cause || group.cause == slow ? log.fresh[i] : 0.0;
  };
  if (group.cause == slow) {
    const auto slower = [&](std::size_t i) {
      return log.fresh[i] > 0 ? slower_than(sources, group.service, i, to_seconds(texts.lasted)) : 0.0;
    };
    const std::size_t at = pick(log.fresh.size(), log.chance, slower);
    if (!log.fresh.empty() && slower(at) > 0) return at;
  }
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

// The lower bound of one of the buckets that are slow: no more is known of what it holds.
double LogWriter::pick_slowness(ServiceLog& log) const {
  const std::size_t slow_buckets = log.latency.size() - log.slow_from;
  return lower_bound_s(log.slow_from + pick(slow_buckets, log.chance,
                                            [&](std::size_t i) { return slow_in_bucket(log, log.slow_from + i); }));
}

double LogWriter::slow_in_bucket(const ServiceLog& log, std::size_t bucket) const {
  return early(from_seconds(lower_bound_s(bucket))) ? 0.0 : static_cast<double>(log.latency[bucket]);
}

// Of a service of ours: which replica, of which request.
LogWriter::Subject LogWriter::tell_of_service(const LogSources& sources, Group& group, const Explanation& why,
                                              events::LogLine& line, Texts& texts) {
  const ServiceModel& m = model_->services[group.service];
  const Release* blamed = release_to_blame(group, why);
  const std::size_t replica = pick_replica(sources, group, blamed);
  const std::size_t pod = sources.pods.index_of(group.service, replica);
  const Up* up = pick_process(group, pod, replica, blamed, chance_of(group));
  Subject subject{.up = up, .replica = replica};
  line.pod = up == nullptr ? sources.pods.name_of(pod) : up->name;
  const Release* release = up == nullptr ? sources.pods.release(pod) : up->release;
  if (release != nullptr) texts.version = release->version;
  if (group.cause == slow) {
    const double slowness = pick_slowness(logs_[group.service]);
    texts.took = format("more than {}", in_words(slowness));
    texts.lasted = from_seconds(slowness);
  }
  if (is_of_call(group.cause)) {
    const EdgeModel& edge = m.edges[group.edge];
    line.peer = edge.spec.name;
    line.route = route_of_call(group);
    texts.port = model_->services[edge.callee].spec.port;
    const bool waits = group.cause == pool_timeout;
    texts.timeout = format_duration(waits ? edge.spec.pool.acquire_timeout : edge.spec.request_timeout);
    if (waits) texts.lasted = edge.spec.pool.acquire_timeout;
    if (group.cause == timeout) texts.lasted = waited_for(group);
    if (group.cause == bad_answer) texts.code = code_of_call(sources, group);
  } else if (group.cause == lag) {
    // As it was when the line is written, which is not known yet.
  } else if (const auto answer = pick_answer(sources, group, texts)) {
    const RouteModel& route = m.routes[*answer / m.layout.slots];
    subject.answer = answer;
    line.route = route_name(route);
    texts.writes = route.writes;
    texts.code = m.codes.list[*answer % m.layout.slots];
    if (group.cause == server_error && texts.code == kCauseCodes[static_cast<std::size_t>(Cause::timed_out)] &&
        !early(logs_[group.service].waited)) {
      texts.lasted = logs_[group.service].waited;
    }
  }
  return subject;
}

// Of what stands around services: in front of them, or watches them.
// A scrape that failed, at the time at which it was made; each is written of once.
void LogWriter::place_scrape(const LogSources& sources, const Group& group, events::LogLine& line, Texts& texts) {
  RandomStream& chance = chance_of(group);
  const std::size_t at = pick(scrapes_.size(), chance, [&](std::size_t i) {
    return sources.pods.service_of(scrapes_[i].pod) == group.service ? 1.0 : 0.0;
  });
  if (at >= scrapes_.size() || sources.pods.service_of(scrapes_[at].pod) != group.service) return;
  const Scrape scrape = scrapes_[at];
  scrapes_.erase(scrapes_.begin() + static_cast<std::ptrdiff_t>(at));
  line.t = scrape.failure.t;
  texts.scrape = scrape.failure;
  const std::size_t replica = sources.pods.replica_of(scrape.pod);
  const auto its = std::ranges::find_if(sources.pods.lives(), [&](const PodLife& life) {
    return life.service == group.service && life.replica == replica && life.from <= line.t && line.t < life.until;
  });
  if (its != sources.pods.lives().end()) {
    texts.target = format("{}:{}", its->name, model_->services[group.service].spec.port);
  }
}

void LogWriter::tell_of_others(const LogSources& sources, const Group& group, events::LogLine& line, Texts& texts) {
  const ServiceSpec& spec = model_->services[group.service].spec;
  if (group.writer == Writer::edge) {
    line.pod = kEdge;
    line.peer = spec.name;
    texts.timeout = format_duration(spec.traffic->timeout);
    if (group.cause == timeout) texts.lasted = spec.traffic->timeout;
    return;
  }
  line.service = group.writer == Writer::prometheus ? "prometheus" : "alertmanager";
  line.pod = line.service + "-0";
  if (!is_of_target(group.cause)) return;
  line.peer = spec.name;
  texts.target = pick_target(sources, group);
}

// Between what was seen of the queue before and what is seen now.
void LogWriter::tell_of_queue(const Group& group, events::LogLine& line, Texts& texts) const {
  const ServiceLog& log = logs_[group.service];
  const double passed = to_ > from_ ? to_seconds(line.t - from_) / to_seconds(to_ - from_) : 1;
  const auto between = [&](double before, double now) { return before + (now - before) * passed; };
  texts.waiting = format("{:.0f}", between(log.queue_before.backlog, log.queue.backlog));
  texts.took = in_words(between(log.queue_before.oldest_s, log.queue.oldest_s));
}

std::optional<events::LogLine> LogWriter::compose(const LogSources& sources, Group& group, const Explanation& why,
                                                  bool alone) {
  const ServiceSpec& spec = model_->services[group.service].spec;
  events::LogLine line{.service = spec.name, .cause = std::string(to_string(group.cause))};
  Texts texts{.version = spec.version, .port = spec.port};
  Subject subject;
  if (group.writer == Writer::service) {
    subject = tell_of_service(sources, group, why, line, texts);
  } else {
    tell_of_others(sources, group, line, texts);
  }
  place(group, subject, alone, texts, line);
  if (group.cause == lag) tell_of_queue(group, line, texts);
  if (group.cause == scrape_failed) place_scrape(sources, group, line, texts);
  const LogForm* form = choose(group, why, texts, line.t);
  if (form == nullptr) return std::nullopt;
  line.level = form->level;
  line.message = fill_in(form->message, {.peer = line.peer,
                                         .service = spec.name,
                                         .pod = texts.target.empty() ? line.pod : texts.target,
                                         .route = line.route,
                                         .took = texts.took,
                                         .timeout = texts.timeout,
                                         .version = texts.version,
                                         .mountpoint = spec.disk ? std::string_view(spec.disk->mountpoint) : "",
                                         .waiting = texts.waiting,
                                         .port = texts.port,
                                         .code = texts.code});
  if (is_of_monitor(group.cause) || group.cause == lag) line.trace.clear();
  std::vector<Traced>& failed = logs_[group.service].failed;
  const bool fails =
      !alone && group.writer == Writer::service && (is_of_call(group.cause) || group.cause == server_error);
  if (fails && line.level >= events::LogLevel::warn && failed.size() < kMostTraces) {
    const bool answered = group.cause == server_error;
    failed.push_back(
        {line.trace, line.pod, line.route, line.t, answered, answered ? texts.code : code_after(group.cause)});
  }
  return line;
}

void LogWriter::write_process(const LogSources& sources, std::size_t pod, LogCause cause, Time now,
                              events::Sink& sink) {
  const std::size_t service = sources.pods.service_of(pod);
  const ServiceSpec& spec = model_->services[service].spec;
  const Group group{cause, Writer::service, service, 0, LogSampler(std::chrono::minutes(1), 1)};
  const auto forms = explain(group, sources.pods.replica_of(pod)).forms;
  const LogForm* form = forms.empty() ? usual_form(cause) : forms[logs_[service].language % forms.size()];
  const Release* release = sources.pods.release(pod);
  const std::string& name = sources.pods.name_of(pod);
  const std::string& version = release != nullptr ? release->version : spec.version;
  events::LogLine line{.t = now,
                       .level = form->level,
                       .service = spec.name,
                       .pod = name,
                       .cause = std::string(to_string(cause)),
                       .message = fill_in(form->message, {.service = spec.name, .pod = name, .version = version})};
  Processes& processes = logs_[service].processes[cause == exited ? 0 : 1];
  if (const Time minute = std::chrono::floor<std::chrono::minutes>(now); minute != processes.minute) {
    if (processes.rest) sink.on_log(*std::exchange(processes.rest, std::nullopt));
    processes.minute = minute;
    processes.lines = 0;
  }
  if (++processes.lines <= kMostProcesses) return sink.on_log(line);
  if (processes.rest) line.stands_for = processes.rest->stands_for + 1;
  processes.rest = std::move(line);
}

// Of a minute that is over.
void LogWriter::write_rest_of_processes(Time now, events::Sink& sink) {
  for (ServiceLog& log : logs_) {
    for (Processes& processes : log.processes) {
      if (!processes.rest || now < processes.minute + std::chrono::minutes(1)) continue;
      sink.on_log(*std::exchange(processes.rest, std::nullopt));
    }
  }
}

// Who is up, and since when. It counts from when requests come, until there is no process any more, or none that
// anybody could read of.
void LogWriter::note_pods(const Pods& pods, Time now) {
  up_.resize(pods.size());
  for (std::size_t pod = 0; pod < pods.size(); ++pod) {
    std::vector<Up>& all = up_[pod];
    const bool open = !all.empty() && all.back().until == Time::max();
    const bool listens = pods.exists(pod) && pods.listens(pod) && !pods.node_lost(pod);
    const bool same = open && listens && all.back().name == pods.name_of(pod);
    if (same) continue;
    if (open) all.back().until = now;
    if (listens && pods.routed(pod)) all.push_back({pods.name_of(pod), now, Time::max(), pods.release(pod)});
  }
}

// Of those that are gone nothing is written any more.
void LogWriter::forget_pods() {
  for (std::vector<Up>& all : up_) {
    std::erase_if(all, [this](const Up& up) { return up.until <= to_; });
  }
}

// The control plane takes all that was on a node for lost at one time.
void LogWriter::note_nodes(const LogSources& sources, Time now, events::Sink& sink) {
  const Pods& pods = sources.pods;
  node_lost_.resize(pods.size());
  for (std::size_t pod = 0; pod < pods.size(); ++pod) {
    const std::optional<Time> noticed = pods.node_noticed(pod);
    if (noticed && *noticed > now) continue;
    if (node_lost_[pod] == noticed) continue;
    node_lost_[pod] = noticed;
    if (!noticed) continue;
    note_node(sources, pods.identity(pod).node, *noticed, sink);
    sink.on_cluster_event({.first = *noticed,
                           .last = *noticed,
                           .warning = true,
                           .reason = "NodeNotReady",
                           .object = format("pod/{}", pods.name_of(pod)),
                           .service = model_->services[pods.service_of(pod)].spec.name,
                           .message = "the node of the pod is not ready"});
  }
}

// Told with the first of its pods; of one of which other pods are in touch nothing is told.
void LogWriter::note_node(const LogSources& sources, const std::string& node, Time noticed, events::Sink& sink) {
  const Pods& pods = sources.pods;
  std::size_t told = 0;
  for (std::size_t pod = 0; pod < pods.size(); ++pod) {
    if (!pods.exists(pod) || pods.identity(pod).node != node) continue;
    if (!pods.node_lost(pod)) return;
    told += node_lost_[pod] == noticed ? 1 : 0;
  }
  if (told != 1) return;
  sink.on_cluster_event({.first = noticed,
                         .last = noticed,
                         .reason = "NodeNotReady",
                         .object = format("node/{}", node),
                         .message = "the node is not ready"});
}

void LogWriter::write_pods(const LogSources& sources, const Pods::Changes& changes, Time now, events::Sink& sink) {
  effects_ = sources.faults.effective(now - std::chrono::minutes(1));
  ended_by_themselves_.resize(sources.pods.size(), 0);
  note_pods(sources.pods, now);
  for (std::size_t pod = 0; pod < sources.pods.size(); ++pod) {
    const PodCounts& counts = sources.pods.counts(pod);
    // One that is stopped is counted twice: as killed, and as ended.
    const double by_itself = counts.exits - counts.kills;
    if (by_itself > ended_by_themselves_[pod]) {
      ended_by_themselves_[pod] = by_itself;
      write_process(sources, pod, exited, now, sink);
    }
  }
  note_nodes(sources, now, sink);
  for (const std::size_t pod : changes.restarted) write_process(sources, pod, started, now, sink);
  note_change(now);
}

}  // namespace firedrill::fake_services
