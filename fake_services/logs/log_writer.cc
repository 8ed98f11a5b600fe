#include "fake_services/logs/log_writer.h"

#include <algorithm>
#include <utility>

#include "base/maths.h"
#include "base/text/format.h"

namespace firedrill::fake_services {
namespace {

using enum LogCause;

// What a fault did shows for a while after its end.
constexpr Duration kAftermath = std::chrono::minutes(2);
constexpr int kMinutesToLearn = 3;
// An answer is slow beyond what hardly any is usually, with room for chance; and written of where these are many.
constexpr double kHardlyAny = 0.001;
constexpr std::size_t kRoom = 2;       // buckets
constexpr std::size_t kRoomOfOne = 1;  // where all answers take the same time, in one bucket
constexpr double kManySlow = 0.005;
constexpr double kFewestSlow = 5;
constexpr double kLate_s = 10;  // that a message waits, where a consumer writes of it

constexpr std::array kAnswers{server_error, too_many_requests, client_error, slow, served};
constexpr std::array kCalls{refused,   timeout,   pool_timeout, circuit_open, reset,
                            dns_error, tls_error, bad_answer,   cache_miss,   repeated};
constexpr std::array kOutside{refused, timeout, reset, dns_error, tls_error};
constexpr std::array kOfTargets{scrape_failed, sample_refused, target_gone};
constexpr std::array kOfMonitor{iteration_missed, send_failed, receiver_refused, receiver_timeout};

double since(double now, double& then) {
  return now - std::exchange(then, now);
}

double server_errors(const Seen& seen, const Codes& codes) {
  double sum = 0;
  for (std::size_t i = 0; i < codes.list.size(); ++i) {
    if (codes.list[i] >= 500) sum += seen.codes[i];
  }
  return sum;
}

// In the order of kCalls, but for the last two; of kOutside those that it has.
double seen_of(const Seen& seen, LogCause cause) {
  switch (cause) {
    case refused:
      return seen.refused;
    case timeout:
      return seen.timed_out;
    case pool_timeout:
      return seen.pool_timeouts;
    case circuit_open:
      return seen.circuit_open;
    case reset:
      return seen.reset;
    case dns_error:
      return seen.dns_errors;
    case tls_error:
      return seen.tls_errors;
    default:
      return 0;
  }
}

}  // namespace

LogCause LogWriter::cause_of(int code) {
  constexpr int kFirstClientError = 400;
  constexpr int kFirstServerError = 500;
  if (code >= kFirstServerError) return server_error;
  if (code == kTooManyRequests) return too_many_requests;
  return code >= kFirstClientError ? client_error : served;
}

CallOutcome LogWriter::outcome_of(LogCause cause) {
  static constexpr std::array kOutcomes{CallOutcome::refused,      CallOutcome::timeout, CallOutcome::pool_timeout,
                                        CallOutcome::circuit_open, CallOutcome::reset,   CallOutcome::dns_error,
                                        CallOutcome::tls_error,    CallOutcome::error};
  return kOutcomes[static_cast<std::size_t>(cause)];
}

LogWriter::LogWriter(const FlowModel& model, std::uint64_t seed, Time start, Duration every)
    : model_(&model), monitored_(model.services.size()), from_(start), to_(start), history_(model) {
  for (std::size_t s = 0; s < model.services.size(); ++s) {
    const ServiceModel& m = model.services[s];
    ServiceLog log{.chance = RandomStream(seed, format("log/{}", m.spec.name)),
                   .answered = std::vector<double>(m.routes.size() * m.layout.slots, 0),
                   .fresh = std::vector<double>(m.routes.size() * m.layout.slots, 0),
                   .calls = std::vector<Seen>(m.edges.size()),
                   .misses = std::vector<double>(m.edges.size(), 0),
                   .repeated = std::vector<double>(m.edges.size(), 0),
                   .outside = {},
                   .first_group = groups_.size(),
                   .failed = {}};
    log.language = RandomStream(seed, format("language/{}", m.spec.name)).below(std::uint64_t{1} << 32U);
    logs_.push_back(std::move(log));
    if (m.spec.external) continue;  // its logs are not ours
    const LogSampler sampler(every, LogSampler::kMostAtOnce);
    for (const LogCause cause : kAnswers) {
      groups_.push_back({cause, Writer::service, s, 0, cause == served ? LogSampler(every, 1) : sampler});
    }
    for (std::size_t e = 0; e < m.edges.size(); ++e) {
      for (const LogCause cause : kCalls) groups_.push_back({cause, Writer::service, s, e, sampler});
    }
    for (const LogCause cause : kOutside) {
      if (m.spec.traffic) groups_.push_back({cause, Writer::edge, s, 0, sampler});
    }
    if (m.spec.consumer) groups_.push_back({lag, Writer::service, s, 0, sampler});
  }
  const LogSampler sampler(every, LogSampler::kMostAtOnce);
  for (std::size_t s = 0; s < model.services.size(); ++s) {
    for (const LogCause cause : kOfTargets) monitor_groups_.push_back({cause, Writer::prometheus, s, 0, sampler});
  }
  for (const LogCause cause : kOfMonitor) {
    const bool of_alertmanager = cause == receiver_refused || cause == receiver_timeout;
    monitor_groups_.push_back({cause, of_alertmanager ? Writer::alertmanager : Writer::prometheus, 0, 0, sampler});
  }
}

void LogWriter::note_change(Time t) {
  if (t <= from_) return;
  if (!first_change_) first_change_ = t;
  last_change_ = t;
}

void LogWriter::pass(const Flow& flow, Time from, Time to) {
  slow_rates_.assign(logs_.size(), 0);
  for (std::size_t s = 0; s < logs_.size(); ++s) {
    const auto& rates = flow.service(s).fine_rate;
    for (std::size_t b = logs_[s].slow_from; b < rates.size(); ++b) slow_rates_[s] += rates[b];
  }
  history_.pass(flow, slow_rates_, from, to);
}

void LogWriter::see(const events::Minute& minute) {
  for (std::size_t s = 0; s < logs_.size(); ++s) {
    ServiceLog& log = logs_[s];
    log.slow = 0;
    const auto& latency = minute.services[s].latency;
    if (log.minutes < kMinutesToLearn) {
      double all = 0;
      for (std::size_t b = 0; b < latency.size(); ++b) all += log.usual[b] += static_cast<double>(latency[b]);
      if (all > 0) ++log.minutes;
      double above = all;
      for (log.slow_from = 0; log.slow_from < latency.size() && above > kHardlyAny * all; ++log.slow_from) {
        above -= log.usual[log.slow_from];
      }
      const auto held = std::ranges::count_if(log.usual, [all](double n) { return n > kHardlyAny * all; });
      log.slow_from += held > 1 ? kRoom : kRoomOfOne;
      continue;
    }
    for (std::size_t b = log.slow_from; b < latency.size(); ++b) log.slow += static_cast<double>(latency[b]);
    if (log.slow < kFewestSlow) {
      log.slow = 0;
    } else {
      double all = 0;
      for (const float n : latency) all += static_cast<double>(n);
      log.latency = latency;
      if (log.slow < kManySlow * all) log.slow = 0;
    }
  }
}

void LogWriter::write(const LogSources& sources, Time now, events::Sink& sink) {
  if (now <= from_) return;
  to_ = now;
  effects_ = sources.faults.effective(from_ - kAftermath);
  begun_ = effects_.empty() ? std::nullopt : std::optional(effects_.front().begun);
  // The called before their callers, who write of the same requests.
  for (auto s = model_->callers_first.rbegin(); s != model_->callers_first.rend(); ++s) {
    logs_[*s].failed.clear();
    if (model_->services[*s].spec.external) continue;
    count_calls(sources, *s, sink);
    count_answers(sources, *s, sink);
    if (model_->services[*s].spec.traffic) count_outside(sources, *s, sink);
    if (model_->services[*s].spec.consumer) count_lag(sources, *s, sink);
  }
  count_monitor(sources, sink);
  write_rest_of_processes(now, sink);
  note_nodes(sources, now, sink);
  forget_pods();
  history_.forget_before(now);
  from_ = now;
  first_change_.reset();
  last_change_.reset();
}

void LogWriter::finish(events::Sink& sink) {
  for (Group& group : groups_) write_rest(group, true, sink);
  for (Group& group : monitor_groups_) write_rest(group, true, sink);
  write_rest_of_processes(Time::max(), sink);
}

void LogWriter::write_rest(Group& group, bool last, events::Sink& sink) {
  if (!group.rest) return;
  const Time minute = std::chrono::floor<std::chrono::minutes>(group.rest->t);
  if (minute == group.rested && !last) return;
  group.rested = minute;
  group.rest->stands_for = group.sampler.stands_for(1);
  sink.on_log(*group.rest);
  group.rest.reset();
}

void LogWriter::count(const LogSources& sources, Group& group, double amount, events::Sink& sink) {
  if (amount <= 0 && group.sampler.idle()) return;
  if (amount <= 0) write_rest(group, false, sink);
  Explanation why;
  if (!effects_.empty()) why = explain(group, kAnyReplica);
  if (amount > 0 && group.writer == Writer::service && group.cause != served && group.cause != lag) {
    weigh_replicas(sources, group);
  }
  const bool written = !why.forms.empty() || usual_form(group.cause) != nullptr;
  std::size_t lines = group.sampler.count(amount, from_, to_, !why.forms.empty());
  if (const Time minute = std::chrono::floor<std::chrono::minutes>(from_); minute != group.minute) {
    group.minute = minute;
    group.lines = 0;
  }
  lines = std::min(lines, kMostInAMinute - group.lines);
  group.lines += lines;
  if (!written) {
    group.sampler.forget();
    group.rest.reset();
    return;
  }
  for (std::size_t left = lines; left > 0; --left) {
    std::optional<events::LogLine> line = compose(sources, group, why, false);
    const std::uint64_t stands_for = group.sampler.stands_for(left);
    if (!line || stands_for == 0) continue;
    line->stands_for = stands_for;
    sink.on_log(*line);
  }
  if (!group.sampler.pending()) {
    group.rest.reset();
  } else if (amount > 0) {
    group.rest = compose(sources, group, why, true);
  }
}

void LogWriter::count_answers(const LogSources& sources, std::size_t service, events::Sink& sink) {
  const ServiceModel& m = model_->services[service];
  ServiceLog& log = logs_[service];
  const std::vector<double>& answered = sources.tallies.service(service).answered;
  std::array<double, kAnswers.size()> sums{};
  const std::vector<int> own =
      early(log.waited) ? explain(groups_[log.first_group], kAnyReplica).codes : std::vector<int>{};
  for (std::size_t i = 0; i < answered.size(); ++i) {
    const int code = m.codes.list[i % m.layout.slots];
    // Whoever answers that a dependency did not has waited for it.
    if (code == kCauseCodes[static_cast<std::size_t>(Cause::timed_out)] && early(log.waited) &&
        std::ranges::find(own, code) == own.end()) {
      log.fresh[i] = 0;
      continue;
    }
    log.fresh[i] = since(answered[i], log.answered[i]);
    if (log.fresh[i] <= 0) continue;
    const LogCause cause = cause_of(m.codes.list[i % m.layout.slots]);
    sums[static_cast<std::size_t>(std::ranges::find(kAnswers, cause) - kAnswers.begin())] += log.fresh[i];
  }
  sums[3] = std::exchange(log.slow, 0.0);
  double told = 0;
  for (std::size_t b = log.slow_from; b < log.latency.size(); ++b) told += slow_in_bucket(log, b);
  sums[3] = told < kFewestSlow ? 0 : std::min(sums[3], told);
  for (std::size_t i = 0; i < kAnswers.size(); ++i) count(sources, groups_[log.first_group + i], sums[i], sink);
}

void LogWriter::count_calls(const LogSources& sources, std::size_t service, events::Sink& sink) {
  const ServiceModel& m = model_->services[service];
  ServiceLog& log = logs_[service];
  const ServiceTally& tally = sources.tallies.service(service);
  log.waited = m.edges.empty() ? Duration(0) : Duration::max() / 2;
  for (std::size_t e = 0; e < m.edges.size(); ++e) {
    Seen now = tally.edges[e];
    // None that has begun since the last fault did has been waited for: what ends of earlier ones is told later, so
    // that it is not taken for this one's.
    const std::size_t first = log.first_group + kAnswers.size() + e * kCalls.size();
    const Duration waited = waited_for(groups_[first + 1]);
    log.waited = std::min(log.waited, waited);
    if (early(waited)) now.timed_out = log.calls[e].timed_out;
    if (early(m.edges[e].spec.pool.acquire_timeout)) now.pool_timeouts = log.calls[e].pool_timeouts;
    double misses = 0, repetitions = 0;
    for (const ReplicaTally& replica : tally.replicas) {
      misses += replica.calls[e].cache_misses;
      repetitions += replica.calls[e].retries;
    }
    std::size_t at = first;
    for (const LogCause cause : kCalls) {
      Group& group = groups_[at++];
      double amount = seen_of(now, cause) - seen_of(log.calls[e], cause);
      if (cause == bad_answer) {
        const Codes& codes = m.edges[e].codes;
        amount = server_errors(now, codes) - server_errors(log.calls[e], codes);
      }
      if (cause == cache_miss) amount = m.edges[e].spec.cache ? since(misses, log.misses[e]) : 0;
      if (cause == repeated) amount = since(repetitions, log.repeated[e]);
      count(sources, group, amount, sink);
    }
    log.calls[e] = now;
  }
}

void LogWriter::count_outside(const LogSources& sources, std::size_t service, events::Sink& sink) {
  ServiceLog& log = logs_[service];
  Seen now = sources.tallies.service(service).outside;
  if (early(model_->services[service].spec.traffic->timeout)) now.timed_out = log.outside.timed_out;
  std::size_t at = log.first_group + kAnswers.size() + model_->services[service].edges.size() * kCalls.size();
  for (const LogCause cause : kOutside) {
    count(sources, groups_[at++], seen_of(now, cause) - seen_of(log.outside, cause), sink);
  }
  log.outside = now;
}

// By what is written of it: a connection that does not come about is waited for more shortly than an answer.
Duration LogWriter::waited_for(const Group& group) const {
  const DependencySpec& spec = model_->services[group.service].edges[group.edge].spec;
  if (!begun_) return spec.request_timeout;
  const auto of_connecting = [](const LogForm* form) {
    return form->message.find("{timeout}") == std::string_view::npos;
  };
  const bool short_wait = std::ranges::any_of(explain(group, kAnyReplica).forms, of_connecting);
  return short_wait ? std::min(spec.connect_timeout, spec.request_timeout) : spec.request_timeout;
}

// By how many messages its queue has grown while the oldest has waited for long.
void LogWriter::count_lag(const LogSources& sources, std::size_t service, events::Sink& sink) {
  ServiceLog& log = logs_[service];
  const QueueState queue = sources.flow.queue_at(service, to_);
  log.queue_before = std::exchange(log.queue, queue);
  const double grown = queue.backlog - log.queue_before.backlog;
  const std::size_t at = log.first_group + kAnswers.size() + model_->services[service].edges.size() * kCalls.size();
  count(sources, groups_[at], queue.oldest_s >= kLate_s ? std::max(0.0, maths::floor(grown)) : 0.0, sink);
}

void LogWriter::count_monitor(const LogSources& sources, events::Sink& sink) {
  std::vector<Monitor> now(monitored_.size());
  const std::size_t pods = std::min(sources.scrapes.size(), sources.pods.size());
  targets_.resize(pods, 0);
  targets_fresh_.assign(pods, 0);
  scrapes_failed_.resize(pods, 0);
  scrapes_.clear();
  for (std::size_t pod = 0; pod < pods; ++pod) {
    const ScrapeTally& scrapes = sources.scrapes[pod];
    Monitor& of = now[sources.pods.service_of(pod)];
    targets_fresh_[pod] = since(scrapes.outcomes.skewed + scrapes.outcomes.gone, targets_[pod]);
    std::uint64_t& told = scrapes_failed_[pod];
    if (scrapes.failures - told > ScrapeTally::kLastFailures) told = scrapes.failures - ScrapeTally::kLastFailures;
    for (; told < scrapes.failures; ++told) {
      scrapes_.push_back({pod, scrapes.last_failures[told % ScrapeTally::kLastFailures]});
    }
    of.scrapes_failed += static_cast<double>(scrapes.failures);
    of.skewed += scrapes.outcomes.skewed;
    of.gone += scrapes.outcomes.gone;
  }
  std::size_t at = 0;
  for (std::size_t s = 0; s < now.size(); ++s) {
    count(sources, monitor_groups_[at++], now[s].scrapes_failed - monitored_[s].scrapes_failed, sink);
    count(sources, monitor_groups_[at++], now[s].skewed - monitored_[s].skewed, sink);
    count(sources, monitor_groups_[at++], now[s].gone - monitored_[s].gone, sink);
  }
  monitored_ = std::move(now);
  count(sources, monitor_groups_[at++], since(sources.monitor.evaluations_missed, monitor_.evaluations_missed), sink);
  count(sources, monitor_groups_[at++], since(sources.monitor.notifications_lost, monitor_.notifications_lost), sink);
  const AlertmanagerCounts& alertmanager = sources.alertmanager;
  count(sources, monitor_groups_[at++], since(alertmanager.requests_refused, alertmanager_.requests_refused), sink);
  count(sources, monitor_groups_[at++], since(alertmanager.requests_timed_out, alertmanager_.requests_timed_out), sink);
}

// What a replica has counted of it since its process began.
double LogWriter::of_replica(const LogSources& sources, const Group& group, std::size_t replica) const {
  const ServiceModel& m = model_->services[group.service];
  const ReplicaTally& tally = sources.tallies.service(group.service).replicas[replica];
  if (!is_of_call(group.cause)) {
    double sum = 0;
    for (std::size_t i = 0; i < tally.responses.size(); ++i) {
      const LogCause cause = cause_of(m.codes.list[i % m.layout.slots]);
      if (cause == group.cause || group.cause == slow) sum += tally.responses[i];
    }
    return sum;
  }
  if (group.cause == cache_miss) return tally.counts[m.layout.cache(group.edge) + 1];
  if (group.cause == repeated) return tally.calls[group.edge].retries;
  return tally.counts[m.layout.outcome(group.edge, outcome_of(group.cause))];
}

void LogWriter::weigh_replicas(const LogSources& sources, Group& group) const {
  const std::size_t replicas = sources.tallies.service(group.service).replicas.size();
  group.by_replica.resize(replicas, 0);
  group.fresh.assign(replicas, 0);
  for (std::size_t r = 0; r < replicas; ++r) {
    const double now = of_replica(sources, group, r);
    const double then = std::exchange(group.by_replica[r], now);
    group.fresh[r] = now < then ? now : now - then;  // a process that began anew counts from zero
  }
}

}  // namespace firedrill::fake_services
