#include "fake_services/pods/health.h"

#include <algorithm>

#include "base/maths.h"
#include "fake_services/traffic/laws/retransmissions.h"

namespace firedrill::fake_services {
namespace {

constexpr double kOwnTime = 0.001;  // seconds that a health endpoint works
constexpr double kNever = 1e-6;     // chances below this are passed over
constexpr double kTails = 20;       // exp(−20) is 2 in a thousand million

// A health endpoint's response that takes less is taken to be there at once: to end each probe at its own instant would
// only cut the flow into many short steps.
constexpr double kNoTime = 0.1;

// A request that is taken in and that nothing comes back for: the prober's time-out ends it.
HttpResponse unanswered() {
  constexpr Duration kForEver = std::chrono::hours(24);
  return {.headers = kForEver, .body = kForEver};
}

// A kubelet connects to an address and does not look at certificates: only what hits the connection itself hits it.
std::optional<Connection> held_up(const RequestConditions& conditions, RandomStream& chance) {
  constexpr std::pair<ConnectFailure, Connection> kMet[] = {{ConnectFailure::dropped, Connection::no_response},
                                                            {ConnectFailure::refused, Connection::refused},
                                                            {ConnectFailure::reset, Connection::reset}};
  for (const auto& [failure, met] : kMet) {
    const double share = conditions.failing_at(failure);
    if (share > 0 && chance.uniform() < share) return met;
  }
  return std::nullopt;
}

double draw_delay(const Delay& delay, RandomStream& chance) {
  if (delay.variance_s2 <= 0 || delay.mean_s <= 0) return delay.mean_s;
  const double sigma2 = maths::log1p(delay.variance_s2 / (delay.mean_s * delay.mean_s));
  return chance.lognormal(maths::log(delay.mean_s) - sigma2 / 2, maths::sqrt(sigma2));
}

// Mean time that a request waits for a worker, where it has to.
double mean_wait(const ReplicaClass& k) {
  return k.point.wait_mean * k.holding_s / static_cast<double>(k.station->workers());
}

double own_time(const ReplicaClass& k) {
  return kOwnTime * k.own_stretch * k.conditions.replica.cpu_factor;
}

// How one request to a dependency goes.
struct Reach {
  double lost = 0;  // share that fails at once
  double late = 0;  // share that waits for its time-out
};

Reach reach(const ServiceModel& model, const ReplicaClass& k, std::size_t edge) {
  const double open = k.edges[edge].breakers.open;
  Reach out{open + (1 - open) * k.edges[edge].pool.gives_up, 0};
  double refused = 0;
  double late = 0;
  double calls = 0;
  for (std::size_t c = 0; c < model.calls.size(); ++c) {
    if (model.calls[c].edge != edge) continue;
    refused += k.attempts[c].unreached;
    late += k.attempts[c].timed_out;
    calls += 1;
  }
  if (calls > 0) {
    out.lost = 1 - (1 - out.lost) * (1 - refused / calls);
    out.late = (1 - open) * late / calls;
  }
  return out;
}

bool checks_disk(const ServiceModel& model) {
  return model.spec.disk &&
         std::ranges::find(model.spec.readiness_checks, kDiskCheck) != model.spec.readiness_checks.end();
}

bool is_checked(const ServiceModel& model, std::size_t edge) {
  return std::ranges::find(model.spec.readiness_checks, model.edges[edge].spec.name) !=
         model.spec.readiness_checks.end();
}

}  // namespace

ProbeType asked_for(ProbeType type, const ProbeSpec& spec) {
  return spec.http_get ? health_endpoint(spec.http_get->path).value_or(type) : type;
}

HttpResponse draw_health_response(const ServiceModel& model, const ReplicaClass& k, ProbeType type,
                                  const ProbeSpec& spec, RandomStream& chance) {
  const RequestConditions& conditions = k.conditions.health[static_cast<std::size_t>(type)];
  if (const auto met = held_up(conditions, chance)) return {.connection = *met};
  if (k.probes_limited > 0 && chance.uniform() < k.probes_limited) return {.code = k.limit_code};
  for (const InjectedReply& reply : conditions.replies) {
    if (reply.code != 0 && chance.uniform() < reply.share) return {.code = reply.code};
  }
  const double vain = 1 - (1 - conditions.silent) * (1 - conditions.lost);
  if (vain > 0 && chance.uniform() < vain) return unanswered();
  if (k.point.blocking > kNever && chance.uniform() < k.point.blocking) return {.code = kQueueFull};
  double seconds = own_time(k);
  if (k.point.waits > kNever && chance.uniform() < k.point.waits) seconds += chance.exponential(mean_wait(k));
  if (conditions.delay.share > 0 && chance.uniform() < conditions.delay.share) {
    seconds += draw_delay(conditions.delay, chance);
  }
  if (const double loss = conditions.delay.packet_loss; loss > 0) {
    seconds += draw_handshake(loss, chance) + draw_retransmissions(loss, chance);
  }
  HttpResponse response;
  Duration waited{};
  const ProbeType endpoint = asked_for(type, spec);
  if (endpoint == ProbeType::readiness && !model.spec.readiness_checks.empty()) {
    HealthResponse checked = readiness_response(draw_checks(model, k, chance, waited));
    response.code = checked.code;
    response.text = std::move(checked.body);
  }
  response.headers = waited + (seconds < kNoTime ? Duration(0) : from_seconds(std::min(seconds, 86400.0)));
  response.body = response.headers;
  response.body_broken = conditions.cut > 0 && chance.uniform() < conditions.cut;
  return response;
}

std::vector<DependencyCheck> draw_checks(const ServiceModel& model, const ReplicaClass& k, RandomStream& chance,
                                         Duration& waited) {
  std::vector<DependencyCheck> checks;
  for (std::size_t e = 0; e < model.edges.size(); ++e) {
    if (!is_checked(model, e)) continue;
    const Reach way = reach(model, k, e);
    DependencyCheck check{model.edges[e].spec.name, true};
    if (way.lost > kNever && chance.uniform() < way.lost) check.ok = false;
    if (check.ok && way.late > kNever && chance.uniform() < way.late) {
      check.ok = false;
      waited += model.edges[e].spec.request_timeout;
    }
    checks.push_back(std::move(check));
  }
  if (checks_disk(model)) {
    const double errors = k.conditions.replica.disk_errors;
    const bool failed = errors > 0 && chance.uniform() < errors;
    checks.push_back({std::string(kDiskCheck), !failed && k.conditions.replica.disk_level < kDiskFull});
  }
  return checks;
}

bool surely_healthy(const ServiceModel& model, const ReplicaClass& k) {
  if (model.probed_in_vain) return false;
  for (const RequestConditions& conditions : k.conditions.health) {
    if (conditions != RequestConditions{}) return false;
  }
  if (k.probes_limited > 0) return false;
  const bool unwritable = k.conditions.replica.disk_level >= kDiskFull || k.conditions.replica.disk_errors > 0;
  if (unwritable && checks_disk(model)) return false;
  if (k.point.blocking > kNever || own_time(k) > kNoTime) return false;
  if (k.point.waits > kNever && mean_wait(k) * kTails > 1 - kNoTime) return false;  // the shortest time-out is 1 s
  for (std::size_t e = 0; e < model.edges.size(); ++e) {
    if (!is_checked(model, e)) continue;
    const Reach way = reach(model, k, e);
    if (way.lost > kNever || way.late > kNever) return false;
  }
  return true;
}

}  // namespace firedrill::fake_services
