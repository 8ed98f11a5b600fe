#include "fake_services/process/account.h"

#include <algorithm>
#include <charconv>

#include "base/clock.h"

namespace firedrill::fake_services {
namespace {

struct Row {
  const char* name;
  double Observation::* field;
};

// What a process knows of. Sums and levels alike.
constexpr Row kRows[] = {
    {"attempts", &Observation::attempts},
    {"refused", &Observation::refused},
    {"timed_out", &Observation::timed_out},
    {"reset", &Observation::reset},
    {"dns_errors", &Observation::dns_errors},
    {"replies", &Observation::replies},
    {"latency_sum_s", &Observation::latency_sum_s},
    {"latency_square_s2", &Observation::latency_square_s2},
    {"latency_count", &Observation::latency_count},
    {"served", &Observation::served},
    {"cpu_s", &Observation::cpu_s},
    {"calls", &Observation::calls},
    {"retries", &Observation::retries},
    {"cache_hits", &Observation::cache_hits},
    {"cache_misses", &Observation::cache_misses},
    {"pool_timeouts", &Observation::pool_timeouts},
    {"published", &Observation::published},
    {"consumed", &Observation::consumed},
    {"in_flight", &Observation::in_flight},
    {"queued", &Observation::queued},
    {"pool_in_use", &Observation::pool_in_use},
    {"pool_size", &Observation::pool_size},
    {"pool_waiting", &Observation::pool_waiting},
    {"backlog", &Observation::backlog},
    {"memory_bytes", &Observation::memory_bytes},
    {"request_bytes", &Observation::request_bytes},
    {"disk_used", &Observation::disk_used},
    {"disk_bytes", &Observation::disk_bytes},
    {"measured", &Observation::measured},
};

json::object to_json(const Observation& seen) {
  json::object out;
  for (const Row& row : kRows) {
    if (seen.*row.field != 0) out[row.name] = seen.*row.field;
  }
  json::object codes;
  for (const auto& [code, count] : seen.by_code) codes[std::to_string(code)] = count;
  if (!codes.empty()) out["by_code"] = std::move(codes);
  return out;
}

double number(const json::value& value) {
  if (const double* found = value.if_double()) return *found;
  if (const auto* found = value.if_int64()) return static_cast<double>(*found);
  if (const auto* found = value.if_uint64()) return static_cast<double>(*found);
  return 0;
}

Observation read_observation(const json::value& told) {
  Observation out;
  const json::object* object = told.if_object();
  if (object == nullptr) return out;
  for (const Row& row : kRows) {
    if (const json::value* found = object->if_contains(row.name)) out.*row.field = number(*found);
  }
  const json::value* codes = object->if_contains("by_code");
  if (codes == nullptr || !codes->is_object()) return out;
  for (const auto& each : codes->as_object()) {
    int code = 0;
    std::from_chars(each.key().data(), each.key().data() + each.key().size(), code);
    out.by_code[code] += number(each.value());
  }
  return out;
}

json::array each_to_json(const std::vector<Observation>& edges) {
  json::array out;
  for (const Observation& edge : edges) out.push_back(to_json(edge));
  return out;
}

void add_each(std::vector<Observation>& out, const std::vector<Observation>& edges) {
  if (out.size() < edges.size()) out.resize(edges.size());
  for (std::size_t e = 0; e < edges.size(); ++e) out[e].add(edges[e]);
}

json::array while_left_to_json(const Account& account) {
  json::array out;
  for (const auto& [fault, edges] : account.while_left) {
    out.push_back(json::object{{"fault", fault}, {"edges", each_to_json(edges)}});
  }
  return out;
}

// What is no such list is left out.
std::map<std::size_t, std::vector<Observation>> read_while_left(const json::object& told, std::size_t edges) {
  std::map<std::size_t, std::vector<Observation>> out;
  const json::value* listed = told.if_contains("while_left");
  if (listed == nullptr || !listed->is_array()) return out;
  for (const json::value& each : listed->as_array()) {
    const json::object* object = each.if_object();
    const json::value* fault = object == nullptr ? nullptr : object->if_contains("fault");
    const json::value* seen = object == nullptr ? nullptr : object->if_contains("edges");
    if (fault == nullptr || seen == nullptr || !seen->is_array() || seen->as_array().size() != edges) continue;
    std::vector<Observation>& read = out[static_cast<std::size_t>(number(*fault))];
    for (const json::value& edge : seen->as_array()) read.push_back(read_observation(edge));
  }
  return out;
}

// As the simulated world counts them (traffic/tally.cc): what no connection came free for is no attempt.
void count_attempt(Observation& seen, CallOutcome outcome, int code, double seconds) {
  if (outcome == CallOutcome::pool_timeout) seen.pool_timeouts += 1;
  if (outcome == CallOutcome::pool_timeout || outcome == CallOutcome::circuit_open) return;
  seen.attempts += 1;
  seen.refused += outcome == CallOutcome::refused ? 1 : 0;
  seen.timed_out += outcome == CallOutcome::timeout ? 1 : 0;
  seen.reset += outcome == CallOutcome::reset ? 1 : 0;
  seen.dns_errors += outcome == CallOutcome::dns_error ? 1 : 0;
  if (code != 0) {
    seen.replies += 1;
    seen.by_code[code] += 1;
  }
  if (code == 0 && outcome != CallOutcome::timeout) return;
  seen.latency_count += 1;
  seen.latency_sum_s += seconds;
  seen.latency_square_s2 += seconds * seconds;
}

}  // namespace

void Account::add(const Account& other) {
  own.add(other.own);
  add_each(edges, other.edges);
  for (std::size_t b = 0; b < latency.size(); ++b) latency[b] += other.latency[b];
  for (const auto& [fault, seen] : other.while_left) add_each(while_left[fault], seen);
}

Account Account::counts() const {
  Account out = *this;
  out.own = own.counts();
  for (Observation& edge : out.edges) edge = edge.counts();
  return out;
}

json::object to_json(const Account& account) {
  json::array edges = each_to_json(account.edges);
  json::array latency(account.latency.begin(), account.latency.end());
  return {{"own", to_json(account.own)},
          {"edges", std::move(edges)},
          {"latency", std::move(latency)},
          {"while_left", while_left_to_json(account)}};
}

std::optional<Account> read_account(const json::object& told, std::size_t edges) {
  const json::value* own = told.if_contains("own");
  const json::value* listed = told.if_contains("edges");
  const json::value* latency = told.if_contains("latency");
  if (own == nullptr || listed == nullptr || !listed->is_array() || listed->as_array().size() != edges ||
      latency == nullptr || !latency->is_array() || latency->as_array().size() != events::kLatencyBuckets) {
    return std::nullopt;
  }
  Account account;
  account.own = read_observation(*own);
  for (const json::value& edge : listed->as_array()) account.edges.push_back(read_observation(edge));
  std::ranges::transform(latency->as_array(), account.latency.begin(), number);
  account.while_left = read_while_left(told, edges);
  return account;
}

void AccountKeeper::answered(double seconds) {
  const auto bounds = events::latency_bounds_s();
  const std::scoped_lock lock(mutex_);
  account_.own.served += 1;
  account_.latency[static_cast<std::size_t>(std::ranges::lower_bound(bounds, seconds) - bounds.begin())] += 1;
}

void AccountKeeper::called(std::size_t edge, CallOutcome outcome, int code, double seconds) {
  const double began_s = stopwatch_seconds() - seconds;
  const auto granted = allowances_ == nullptr ? std::vector<Allowances::Granted>() : allowances_->granted();
  const std::scoped_lock lock(mutex_);
  count_attempt(account_.edges[edge], outcome, code, seconds);
  for (const Allowances::Granted& each : granted) {
    if (!each.covers(began_s)) continue;
    std::vector<Observation>& seen = account_.while_left[each.fault];
    seen.resize(account_.edges.size());
    count_attempt(seen[edge], outcome, code, seconds);
  }
}

void AccountKeeper::operated(std::size_t edge, std::int64_t attempts) {
  const std::scoped_lock lock(mutex_);
  account_.edges[edge].calls += 1;
  account_.edges[edge].retries += static_cast<double>(std::max<std::int64_t>(0, attempts - 1));
}

void AccountKeeper::asked_cache(std::size_t edge, bool hit) {
  const std::scoped_lock lock(mutex_);
  (hit ? account_.edges[edge].cache_hits : account_.edges[edge].cache_misses) += 1;
}

Account AccountKeeper::account() const {
  const std::scoped_lock lock(mutex_);
  return account_;
}

}  // namespace firedrill::fake_services
