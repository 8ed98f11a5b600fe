// The attempts of a call where a retry goes by the replica that failed: to another, or to the same.
#include <algorithm>
#include <optional>

#include "fake_services/traffic/call.h"

namespace firedrill::fake_services {
namespace {

constexpr double kRarely = 1e-7;  // of calls, whose further attempts nobody sees
constexpr std::size_t kMostWays = 64;

// What is a share, and not a law. `visit` is called with each of them of both.
template <typename Visit>
void each_share(Attempt& out, const Attempt& a, const Visit& visit) {
  visit(out.success, a.success);
  visit(out.unreached, a.unreached);
  visit(out.timed_out, a.timed_out);
  visit(out.error, a.error);
  visit(out.no_place, a.no_place);
  visit(out.cut, a.cut);
  visit(out.retryable, a.retryable);
  visit(out.holding_s, a.holding_s);
  visit(out.response_time_s, a.response_time_s);
  visit(out.response_square_s2, a.response_square_s2);
  for (std::size_t i = 0; i < kConnectFailures; ++i) visit(out.connect_failures[i], a.connect_failures[i]);
  for (std::size_t i = 0; i < Codes::kMost; ++i) visit(out.codes[i], a.codes[i]);
}

void clear(Attempt& out) {
  each_share(out, out, [](double& to, double) { to = 0; });
  out.retry_after_s = 0;
}

void add(Attempt& out, const Attempt& a, double weight) {
  each_share(out, a, [&](double& to, double from) { to += weight * from; });
  out.retry_after_s += weight * a.retryable * a.retry_after_s;
}

void divide(Attempt& out, double whole) {
  if (whole <= 0) return;
  out.retry_after_s = out.retryable > 0 ? out.retry_after_s / out.retryable : 0;
  each_share(out, out, [&](double& to, double) { to /= whole; });
}

// The n-th attempt: those at the kinds of replicas by their shares, and their laws likewise.
void mix(Attempt& out, std::span<const Attempt> at, std::span<const double> chosen) {
  clear(out);
  double whole = 0;
  for (std::size_t j = 0; j < at.size(); ++j) {
    add(out, at[j], chosen[j]);
    whole += chosen[j];
  }
  divide(out, whole);
  if (whole <= 0) return;
  struct Kind {
    double Attempt::* share;
    Law Attempt::* law;
  };
  constexpr Kind kKinds[] = {{&Attempt::success, &Attempt::success_time},
                             {&Attempt::unreached, &Attempt::unreached_time},
                             {&Attempt::timed_out, &Attempt::timed_out_time},
                             {&Attempt::error, &Attempt::error_time},
                             {&Attempt::retryable, &Attempt::failure_time}};
  out.made_from.begin();
  for (const Kind& kind : kKinds) {
    for (std::size_t j = 0; j < at.size(); ++j) {
      out.made_from.share(chosen[j] / whole * at[j].*kind.share);
      out.made_from.law(at[j].*kind.law);
    }
  }
  if (!out.made_from.moved()) return;
  for (const Kind& kind : kKinds) {
    Times sum;
    for (std::size_t j = 0; j < at.size(); ++j) {
      const double share = chosen[j] / whole * at[j].*kind.share;
      if (share > 0 && at[j].*kind.law != nullptr) sum.add(share, *(at[j].*kind.law));
    }
    out.*kind.law = sum.share() > 0 ? std::make_shared<const Times>(std::move(sum)) : nullptr;
  }
}

// So many replicas of each kind were tried, and failed it.
struct Way {
  std::vector<double> tried;
  double share = 0;
};

void add_way(std::vector<Way>& ways, std::vector<double> tried, double share) {
  if (share < kRarely) return;
  for (Way& way : ways) {
    if (way.tried != tried) continue;
    way.share += share;
    return;
  }
  if (ways.size() < kMostWays) ways.push_back({std::move(tried), share});
}

// Where nothing listens any more; nothing: there is no such kind.
std::optional<std::size_t> ended_kind(std::span<const Attempt> at) {
  constexpr double kNearlyAll = 0.99;
  for (std::size_t j = 0; j < at.size(); ++j) {
    if (at[j].unreached > kNearlyAll) return j;
  }
  return std::nullopt;
}

// The next attempts: among those not tried yet, as long as there are any. `later`: the same without those of a process
// that has ended since, who are told of at the others (Response); nothing: there are none.
std::vector<Way> try_another(const std::vector<Way>& ways, std::span<const Sent> kinds, std::span<const Attempt> at,
                             std::span<const Attempt> later, std::vector<double>& chosen) {
  std::vector<Way> next;
  const std::optional<std::size_t> ended = ended_kind(at);
  for (const Way& way : ways) {
    const auto left = [&](std::size_t j, bool again) {
      return kinds[j].drawn * (again ? kinds[j].replicas : std::max(0.0, kinds[j].replicas - way.tried[j]));
    };
    double open = 0;
    for (std::size_t j = 0; j < kinds.size(); ++j) open += left(j, false);
    const bool again = open <= 0;
    for (std::size_t j = 0; again && j < kinds.size(); ++j) open += left(j, true);
    for (std::size_t j = 0; open > 0 && j < kinds.size(); ++j) {
      const double share = way.share * left(j, again) / open;
      if (share <= 0) continue;
      chosen[j] += share;
      const double of_ended = later.empty() ? 0 : std::max(0.0, at[j].retryable - later[j].retryable);
      const auto tried_at = [&](std::optional<std::size_t> kind) {
        std::vector<double> tried = way.tried;
        if (kind) tried[*kind] += 1;
        return tried;
      };
      add_way(next, tried_at(j), share * (at[j].retryable - of_ended));
      add_way(next, tried_at(ended), share * of_ended);
    }
  }
  return next;
}

}  // namespace

void go_by_replica(Tries& tries, std::span<const Sent> kinds, RetryTo to, std::int64_t retries) {
  const auto most = static_cast<std::size_t>(retries + 1);
  tries.chosen.assign(most, std::vector<double>(kinds.size(), 0));
  tries.nth.resize(most);
  std::vector<Way> ways = {{std::vector<double>(kinds.size(), 0), 1}};
  for (std::size_t n = 0; n < most; ++n) {
    std::vector<double>& chosen = tries.chosen[n];
    const std::vector<Attempt>& at = n == 0 || tries.again.empty() ? tries.at : tries.again;
    if (n == 0 || to == RetryTo::another) {
      ways = try_another(ways, kinds, at, n == 0 ? std::span<const Attempt>(tries.again) : std::span<const Attempt>(),
                         chosen);
    } else {
      const std::vector<Attempt>& before = n == 1 || tries.again.empty() ? tries.at : tries.again;
      for (std::size_t j = 0; j < kinds.size(); ++j) chosen[j] = tries.chosen[n - 1][j] * before[j].retryable;
    }
    double whole = 0;
    for (const double share : chosen) whole += share;
    if (whole <= 0) chosen = tries.chosen[n > 0 ? n - 1 : 0];  // nobody comes so far
    mix(tries.nth[n], at, chosen);
  }
}

void average(Attempt& out, const Operation& operation, std::span<const Attempt> attempts) {
  clear(out);
  double whole = 0;
  for (std::size_t n = 0; n < operation.made.size(); ++n) {
    add(out, attempts[std::min(n, attempts.size() - 1)], operation.made[n]);
    whole += operation.made[n];
  }
  if (whole <= 0) {  // none is made: what a first one would meet
    add(out, attempts.front(), 1);
    whole = 1;
  }
  divide(out, whole);
}

}  // namespace firedrill::fake_services
