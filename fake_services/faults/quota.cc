#include "fake_services/faults/quota.h"

#include <algorithm>

#include "base/maths.h"

namespace firedrill::fake_services {

double Quota::Account::take(double expected) {
  sum += expected;
  const double n = std::max(0.0, std::min(maths::floor(sum), most) - given);
  given += n;
  return n;
}

Quota::Quota(const FaultSpec& fault, std::span<const Hit> hits, const FlowModel& model, RandomStream chance)
    : model_(&model), match_(fault.match), hits_(hits.begin(), hits.end()) {
  RequestConditions shown;
  if (fault.target.dependency.empty()) {
    fault.behaviour->apply_to_requests(shown, 1);
  } else {
    fault.behaviour->apply_to_link(shown, 1);
  }
  for (const InjectedReply& reply : shown.replies) {
    if (reply.code != 0) codes_.push_back(reply.code);
  }
  const auto show = [&](CallOutcome o) { outcomes_[static_cast<std::size_t>(o)] = true; };
  for (std::size_t b = 0; b < kConnectFailures; ++b) {
    if (shown.connect_failures[b] > 0) show(kConnectOutcomes[b]);
  }
  if (shown.silent > 0 || shown.lost > 0) show(CallOutcome::timeout);
  if (shown.cut > 0) show(CallOutcome::reset);
  delays_ = shown.delay.any();
  all_ = fault.probability * fault.pattern.share >= 1;
  responses_ = {.sum = chance.uniform(), .most = fault.pattern.first};
  calls_ = {.sum = chance.uniform()};
  // Callers cannot tell a late response of a replica that is hit from those of the others: they have more of them.
  if (!delays_) calls_.most = fault.pattern.first;
}

bool Quota::goes_on() const {
  return over_ && outcomes_[static_cast<std::size_t>(CallOutcome::timeout)] && !calls_.full();
}

void Quota::deal(std::size_t service, std::size_t replica, std::span<double> expected, std::span<double> dealt) {
  for (const Hit& hit : hits_) {
    if (hit.service == service && hit.replicas[replica] && !hit.edge) deal_responses(hit, expected, dealt);
  }
  const ServiceModel& m = model_->services[service];
  for (std::size_t e = 0; e < m.edges.size(); ++e) {
    if (calls_hit(service, replica, e)) deal_calls(service, e, expected, dealt);
  }
}

bool Quota::calls_hit(std::size_t service, std::size_t replica, std::size_t edge) const {
  const std::size_t callee = model_->services[service].edges[edge].callee;
  return std::ranges::any_of(hits_, [&](const Hit& hit) {
    return hit.edge ? hit.service == service && *hit.edge == edge && hit.replicas[replica] : hit.service == callee;
  });
}

bool Quota::shows_outside(std::size_t service, CallOutcome outcome) const {
  return outcomes_[static_cast<std::size_t>(outcome)] &&
         std::ranges::any_of(hits_, [&](const Hit& hit) { return hit.service == service && !hit.edge; });
}

void Quota::deal_responses(const Hit& hit, std::span<double> expected, std::span<double> dealt) {
  const ServiceModel& m = model_->services[hit.service];
  for (std::size_t r = 0; r < m.routes.size(); ++r) {
    if (!match_.matches(m.routes[r].method, m.routes[r].path)) continue;
    for (std::size_t slot = 0; slot < m.layout.slots && slot < m.codes.list.size(); ++slot) {
      const bool of_code = std::ranges::find(codes_, m.codes.list[slot]) != codes_.end();
      if (!of_code && !(delays_ && all_)) continue;
      for (std::size_t b = 0; b < m.layout.buckets; ++b) {
        const std::size_t at = m.layout.response(r, slot) + b;
        if (expected[at] <= 0) continue;
        dealt[at] += responses_.take(expected[at]);
        expected[at] = 0;
      }
    }
  }
}

void Quota::deal_calls(std::size_t service, std::size_t edge, std::span<double> expected, std::span<double> dealt) {
  const ServiceModel& m = model_->services[service];
  const auto take = [&](std::size_t at) {
    if (expected[at] <= 0 || (over_ && calls_.full())) return;
    dealt[at] += calls_.take(expected[at]);
    expected[at] = 0;
  };
  const Codes& codes = m.edges[edge].codes;
  for (std::size_t i = 0; i < codes.list.size(); ++i) {
    if (delays_ || std::ranges::find(codes_, codes.list[i]) != codes_.end()) take(m.layout.code(edge, i));
  }
  for (std::size_t o = 0; o < kCallOutcomes; ++o) {
    const auto outcome = static_cast<CallOutcome>(o);
    if (outcomes_[o] || (delays_ && outcome == CallOutcome::timeout)) take(m.layout.outcome(edge, outcome));
  }
}

}  // namespace firedrill::fake_services
