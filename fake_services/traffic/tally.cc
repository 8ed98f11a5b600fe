#include "fake_services/traffic/tally.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/maths.h"
#include "base/text/format.h"
#include "fake_services/traffic/wide.h"

namespace firedrill::fake_services {
namespace {

constexpr double kInversionBelow = 12;
constexpr double kRareBelow = 0.25;
constexpr int kFirstClientError = 400;
constexpr int kFirstServerError = 500;

std::string pod_name(const ServiceModel& model, std::size_t replica) {
  return format("{}-{}", model.spec.name, replica);
}

}  // namespace

double draw_count(double mean, RandomStream& chance) {
  if (!(mean > 0)) return 0;
  if (mean > kInversionBelow) return static_cast<double>(chance.poisson(mean));
  double u = chance.uniform();
  if (u < 1 - mean) return 0;  // e^(−m) ≥ 1 − m: most draws of rare events end here
  double p = maths::exp(-mean);
  double n = 0;
  while (u >= p && n < 200) {
    u -= p;
    n += 1;
    p *= mean / n;
  }
  return n;
}

ReplicaTally::ReplicaTally(const ServiceModel& model, std::uint64_t seed, std::string_view pod)
    : requests(seed, format("pod/{}/requests", pod)),
      gauges(seed, format("pod/{}/gauges", pod)),
      scrapes(seed, format("pod/{}/scrapes", pod)),
      counts(model.layout.counts, 0),
      responses(model.routes.size() * model.layout.slots, 0),
      response_sum_s(model.routes.size(), 0),
      response_code_s(model.routes.size() * model.layout.slots, 0),
      calls(model.edges.size()) {}

void ReplicaTally::restart() {
  std::ranges::fill(counts, 0.0);
  std::ranges::fill(responses, 0.0);
  std::ranges::fill(response_sum_s, 0.0);
  std::ranges::fill(response_code_s, 0.0);
  cpu_s = 0;
}

ServiceTally::ServiceTally(const ServiceModel& model, std::uint64_t seed)
    : outside_chance(seed, format("outside/{}", model.spec.name)),
      check_chance(seed, format("checks/{}", model.spec.name)),
      edges(model.edges.size()),
      answered(model.routes.size() * model.layout.slots, 0) {
  for (std::size_t r = 0; r < static_cast<std::size_t>(model.spec.replicas); ++r) {
    replicas.emplace_back(model, seed, pod_name(model, r));
  }
}

void Seen::add_to(Observation& out, const Codes& names) const {
  out.attempts += attempts;
  out.refused += refused;
  out.timed_out += timed_out;
  out.reset += reset;
  out.dns_errors += dns_errors;
  out.tls_errors += tls_errors;
  out.replies += replies;
  out.latency_sum_s += latency_sum_s;
  out.latency_square_s2 += latency_square_s2;
  out.latency_count += latency_count;
  for (std::size_t i = 0; i < names.list.size(); ++i) {
    if (codes[i] > 0) out.by_code[names.list[i]] += codes[i];
  }
}

Tallies::Tallies(const FlowModel& model, std::uint64_t seed) : model_(&model) {
  std::size_t largest = 0;
  for (const auto& m : model.services) {
    services_.emplace_back(m, seed);
    largest = std::max(largest, m.layout.size);
  }
  expected_.assign(largest, 0);
  drawn_.assign(largest, 0);
}

void Tallies::add_replica(std::size_t service, std::uint64_t seed) {
  std::vector<ReplicaTally>& replicas = services_[service].replicas;
  const ServiceModel& m = model_->services[service];
  replicas.emplace_back(m, seed, pod_name(m, replicas.size()));
}

void Tallies::pass(const Flow& flow, double seconds) {
  for (std::size_t i = 0; i < services_.size(); ++i) {
    const ServiceState& s = flow.service(i);
    ServiceTally& t = services_[i];
    add_scaled(seconds, s.fine_rate.data(), t.fine.data(), kLatencyBuckets);
    for (std::size_t b = 0; b < kConnectFailures; ++b) t.connect_failures[b] += s.outside_connect_failures[b] * seconds;
    t.usual += s.outside_usual * seconds;
    t.gives_up += s.outside_gives_up * seconds;
    t.unanswered += s.outside_unanswered * seconds;
    t.cut += s.outside_cut * seconds;
    t.hollow += s.outside_hollow * seconds;
    t.failing_s += s.checks_failing * seconds;
  }
}

void Tallies::draw(Flow& flow, std::size_t service, std::size_t replica, Time t) {
  const ServiceModel& m = model_->services[service];
  ReplicaTally& tally = services_[service].replicas[replica];
  flow.take(service, replica, t, expected_);
  if (quotas_.empty()) {
    draw_counts(std::span(expected_).first(m.layout.counts), tally.requests);
  } else {
    deal_counts(service, replica, tally.requests);
  }
  count_responses(flow, service, tally);
  count_calls(service, tally);
  for (std::size_t i = 0; i < m.layout.counts; ++i) tally.counts[i] += drawn_[i];
}

// Rare events are most of the categories and hardly any of the counts: they are drawn together, and the few that occur
// are dealt out in proportion, which gives each the same independent Poisson count.
void Tallies::draw_counts(std::span<const double> means, RandomStream& chance) {
  const std::size_t counts = means.size();
  double rare = 0;
  for (std::size_t i = 0; i < counts; ++i) {
    const double mean = means[i];
    drawn_[i] = 0;
    if (mean >= kRareBelow) {
      drawn_[i] = draw_count(mean, chance);
    } else if (mean > 0) {
      rare += mean;
    }
  }
  for (double n = draw_count(rare, chance); n > 0; n -= 1) {
    double left = chance.uniform() * rare;
    std::size_t last = counts;
    for (std::size_t i = 0; i < counts && left >= 0; ++i) {
      if (means[i] <= 0 || means[i] >= kRareBelow) continue;
      left -= means[i];
      last = i;
    }
    if (last < counts) drawn_[last] += 1;
  }
}

void Tallies::deal_counts(std::size_t service, std::size_t replica, RandomStream& chance) {
  const auto counts = static_cast<std::ptrdiff_t>(model_->services[service].layout.counts);
  free_.assign(expected_.begin(), expected_.begin() + counts);
  dealt_.assign(free_.size(), 0);
  for (Quota* quota : quotas_) quota->deal(service, replica, free_, dealt_);
  draw_counts(free_, chance);
  for (std::size_t i = 0; i < dealt_.size(); ++i) drawn_[i] += dealt_[i];
}

void Tallies::count_responses(const Flow& flow, std::size_t service, ReplicaTally& tally) {
  const ServiceModel& m = model_->services[service];
  const ServiceState& state = flow.service(service);
  ServiceTally& s = services_[service];
  // Most codes are never answered.
  const auto none_of = [&](std::size_t at) {
    const auto is_zero = [](double n) { return n == 0; };
    return std::all_of(expected_.data() + at, expected_.data() + at + m.layout.buckets, is_zero) &&
           std::all_of(drawn_.data() + at, drawn_.data() + at + m.layout.buckets, is_zero);
  };
  for (std::size_t r = 0; r < m.routes.size(); ++r) {
    double expected_sum = 0;  // of bucket middles
    double drawn_sum = 0;
    double drawn_square = 0;
    double count = 0;
    std::array<double, Codes::kMost> slot_sums{};
    for (std::size_t slot = 0; slot < m.layout.slots; ++slot) {
      const std::size_t at = m.layout.response(r, slot);
      if (none_of(at)) continue;
      double of_slot = 0;
      for (std::size_t b = 0; b < m.layout.buckets; ++b) {
        const double middle = m.middles[b];
        expected_sum += expected_[at + b] * middle;
        drawn_sum += drawn_[at + b] * middle;
        slot_sums[slot] += drawn_[at + b] * middle;
        drawn_square += drawn_[at + b] * middle * middle;
        of_slot += drawn_[at + b];
      }
      count += of_slot;
      tally.responses[r * m.layout.slots + slot] += of_slot;
      tally.served += of_slot;
      if (of_slot <= 0) continue;
      s.answered[r * m.layout.slots + slot] += of_slot;
      if (!state.traffic) continue;
      const double outside = of_slot * state.outside_share;
      const int code = m.codes.list[slot];
      s.minute.requests += outside;
      s.minute.replies += outside;
      s.minute.errors += code >= kFirstServerError ? outside : 0;
      s.minute.client_errors += code >= kFirstClientError && code < kFirstServerError ? outside : 0;
      s.outside.codes[slot] += outside;
    }
    // The drawn buckets say how many; their mean time within buckets is the expected one.
    const double scale = expected_sum > 0 ? expected_[m.layout.response_seconds(r)] / expected_sum : 0;
    tally.response_sum_s[r] += drawn_sum * scale;
    for (std::size_t slot = 0; slot < m.layout.slots; ++slot) {
      tally.response_code_s[r * m.layout.slots + slot] += slot_sums[slot] * scale;
    }
    if (!state.traffic) continue;
    s.outside.attempts += count * state.outside_share;
    s.outside.replies += count * state.outside_share;
    s.outside.latency_count += count * state.outside_share;
    s.outside.latency_sum_s += drawn_sum * scale * state.outside_share;
    s.outside.latency_square_s2 += drawn_square * scale * scale * state.outside_share;
  }
  const double cpu = expected_[m.layout.worked()] * m.cpu_per_request;
  tally.cpu_s += cpu;
  tally.cpu_total += cpu;
}

void Tallies::count_calls(std::size_t service, ReplicaTally& tally) {
  const ServiceModel& m = model_->services[service];
  const auto slot_of = [](CallOutcome o) { return static_cast<std::size_t>(o); };
  for (std::size_t e = 0; e < m.edges.size(); ++e) {
    double* outcome = drawn_.data() + m.layout.edge_at[e];
    const Codes& codes = m.edges[e].codes;
    Seen& seen = services_[service].edges[e];
    MinuteTally& callee = services_[m.edges[e].callee].minute;
    double success = 0;
    double error = 0;
    double server_errors = 0;
    double expected_replies = expected_[m.layout.outcome(e, CallOutcome::timeout)];
    for (std::size_t i = 0; i < codes.list.size(); ++i) {
      const double n = drawn_[m.layout.code(e, i)];
      (codes.list[i] < kFirstClientError ? success : error) += n;
      server_errors += codes.list[i] >= kFirstServerError ? n : 0;
      seen.codes[i] += n;
      expected_replies += expected_[m.layout.code(e, i)];
    }
    // What was drawn by code is not drawn a second time by outcome.
    outcome[slot_of(CallOutcome::success)] = success;
    outcome[slot_of(CallOutcome::error)] = error;
    const double refused = outcome[slot_of(CallOutcome::refused)];
    const double timed_out = outcome[slot_of(CallOutcome::timeout)];
    const double reset = outcome[slot_of(CallOutcome::reset)];
    const double dns_errors = outcome[slot_of(CallOutcome::dns_error)];
    const double tls_errors = outcome[slot_of(CallOutcome::tls_error)];
    const double awaited = success + error + timed_out;
    const double unreached = refused + reset + dns_errors + tls_errors;
    seen.attempts += awaited + unreached;
    seen.refused += refused;
    seen.timed_out += timed_out;
    seen.reset += reset;
    seen.dns_errors += dns_errors;
    seen.tls_errors += tls_errors;
    seen.pool_timeouts += outcome[slot_of(CallOutcome::pool_timeout)];
    seen.circuit_open += outcome[slot_of(CallOutcome::circuit_open)];
    seen.replies += success + error;
    seen.latency_count += awaited;
    if (expected_replies > 0) {
      seen.latency_sum_s += awaited * expected_[m.layout.call_seconds(e)] / expected_replies;
      seen.latency_square_s2 += awaited * expected_[m.layout.call_seconds(e) + 1] / expected_replies;
    }
    callee.requests += awaited + unreached;
    callee.errors += unreached + timed_out + server_errors;
    callee.client_errors += error - server_errors;
    callee.replies += awaited;  // the service ends what its caller has given up on
    CallTally& calls = tally.calls[e];
    calls.operations += expected_[m.layout.operations(e)];
    calls.retries += expected_[m.layout.retries(e)];
    calls.pool_timeouts += outcome[slot_of(CallOutcome::pool_timeout)];
    calls.cache_hits += drawn_[m.layout.cache(e)];
    calls.cache_misses += drawn_[m.layout.cache(e) + 1];
  }
}

void Tallies::draw_outside(std::size_t service) {
  ServiceTally& s = services_[service];
  double turned_away = 0;
  const auto draw = [&](double& expected, CallOutcome outcome) {
    const double mean = std::exchange(expected, 0.0);
    for (Quota* quota : quotas_) {
      if (quota->shows_outside(service, outcome)) return quota->deal_outside(mean);
    }
    return draw_count(mean, s.outside_chance);
  };
  const auto failing = [&](ConnectFailure at) {
    const auto i = static_cast<std::size_t>(at);
    const double n = draw(s.connect_failures[i], kConnectOutcomes[i]);
    turned_away += n;
    return n;
  };
  s.outside.refused += failing(ConnectFailure::refused);
  const double late = draw_count(std::exchange(s.gives_up, 0.0), s.outside_chance);
  s.outside.dns_errors += failing(ConnectFailure::unresolved);
  s.outside.tls_errors += failing(ConnectFailure::untrusted);
  s.outside.reset += failing(ConnectFailure::reset);
  const double dropped = failing(ConnectFailure::dropped);
  const double unanswered = draw(s.unanswered, CallOutcome::timeout);
  const double cut = draw(s.cut, CallOutcome::reset);
  s.outside.reset += cut;
  s.outside.timed_out += late + dropped + unanswered;
  s.outside.attempts += turned_away + unanswered;
  s.minute.requests += turned_away + unanswered;
  s.minute.errors += turned_away + unanswered + late + cut;
  s.minute.hollow += draw_count(std::exchange(s.hollow, 0.0), s.outside_chance);
}

void Tallies::draw_all(Flow& flow, Time t) {
  for (std::size_t i = 0; i < services_.size(); ++i) {
    for (std::size_t r = 0; r < services_[i].replicas.size(); ++r) draw(flow, i, r, t);
    if (flow.service(i).traffic) draw_outside(i);
  }
}

Minute Tallies::close_minute(const Flow& flow, Time from) {
  Minute minute;
  minute.from = from;
  minute.services.resize(services_.size());
  for (std::size_t i = 0; i < services_.size(); ++i) {
    ServiceTally& s = services_[i];
    ServiceMinute& out = minute.services[i];
    out.requests = s.minute.requests;
    out.errors = std::min(s.minute.errors, s.minute.requests);
    out.client_errors = s.minute.client_errors;
    out.hollow = std::min(s.minute.hollow, std::max(0.0, out.requests - out.errors - out.client_errors));
    // Callers count answers a little later than they are given: of a handful that are left over nothing is known.
    constexpr double kLeftOver = 0.01;
    const auto sum = [](const auto& fine) { return std::accumulate(fine.begin(), fine.end(), 0.0); };
    const bool known = sum(s.fine) > kLeftOver * s.minute.replies;
    if (known) s.usual_fine = s.fine;
    const auto& fine = known ? s.fine : s.usual_fine;
    const double expected = sum(fine);
    const double scale = expected > 0 ? s.minute.replies / expected : 0;
    for (std::size_t b = 0; b < kLatencyBuckets; ++b) out.latency[b] = static_cast<float>(fine[b] * scale);
    if (flow.service(i).traffic) {
      const TrafficSpec& traffic = flow.service(i).traffic->spec();
      out.users = static_cast<double>(traffic.users);
      const double rounds = maths::floor(60 / std::max(1.0, to_seconds(traffic.check_interval)) + 0.5);
      const auto checks = static_cast<std::uint64_t>(rounds) * static_cast<std::uint64_t>(traffic.check_locations);
      out.checks = static_cast<double>(checks);
      out.checks_failed = static_cast<double>(s.check_chance.binomial(checks, s.failing_s / 60));
    }
  }
  forget_minute();
  return minute;
}

void Tallies::forget_minute() {
  for (ServiceTally& s : services_) {
    s.minute = {};
    s.fine.fill(0);
    s.failing_s = 0;
  }
}

Observation Tallies::seen_of_service(std::size_t service) const {
  Observation out;
  services_[service].outside.add_to(out, model_->services[service].codes);
  for (std::size_t i = 0; i < services_.size(); ++i) {
    const auto& edges = model_->services[i].edges;
    for (std::size_t e = 0; e < edges.size(); ++e) {
      if (edges[e].callee == service) services_[i].edges[e].add_to(out, edges[e].codes);
    }
  }
  return out;
}

Observation Tallies::seen_over_edge(std::size_t caller, std::size_t edge) const {
  Observation out;
  services_[caller].edges[edge].add_to(out, model_->services[caller].edges[edge].codes);
  return out;
}

}  // namespace firedrill::fake_services
