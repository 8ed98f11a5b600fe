#include "fake_services/logs/rate_history.h"

#include <algorithm>

namespace firedrill::fake_services {
namespace {

constexpr double kHardlyMore = 1.1;       // one service from step to step
constexpr double kSteady = 1.25;          // what lines are written of, over all of a stretch
constexpr double kNothing = 1e-9;         // a second
constexpr std::size_t kMost = 1U << 21U;  // rates that are kept: 16 MiB

bool alike(double a, double b) {
  return a <= b * kHardlyMore + kNothing && b <= a * kHardlyMore + kNothing;
}

double length_s(const Spell& spell) {
  return to_seconds(spell.to - spell.from);
}

}  // namespace

bool nothing(std::span<const Spell> spells) {
  return std::ranges::none_of(spells, [](const Spell& spell) { return spell.rate > 0; });
}

bool is_steady(std::span<const Spell> spells) {
  if (spells.empty()) return false;
  const auto [least, most] = std::ranges::minmax(spells, {}, &Spell::rate);
  return least.rate > 0 && most.rate <= kSteady * least.rate;
}

double how_many(std::span<const Spell> spells) {
  double sum = 0;
  for (const Spell& spell : spells) sum += spell.rate * length_s(spell);
  return sum;
}

bool happens_at(std::span<const Spell> spells, Time t) {
  return std::ranges::any_of(spells, [t](const Spell& p) { return p.from <= t && t < p.to && p.rate > 0; });
}

Time instant_of(std::span<const Spell> spells, double q) {
  double left = q * how_many(spells);
  const Spell* in = nullptr;
  double into_s = 0;
  for (const Spell& spell : spells) {
    if (spell.rate <= 0) continue;
    in = &spell;
    into_s = left / spell.rate;
    left -= spell.rate * length_s(spell);
    if (left < 0) break;
  }
  return std::clamp(in->from + from_seconds(into_s), in->from, in->to - Duration(1));
}

RateHistory::RateHistory(const FlowModel& model) : model_(&model), services_(model.services.size()) {
  for (std::size_t s = 0; s < services_.size(); ++s) {
    const ServiceModel& m = model.services[s];
    Service& service = services_[s];
    service.first_edge = answer(m.routes.size() * m.layout.slots);
    service.first_retries = service.first_edge + m.layout.counts - m.layout.edge_at.front();
    service.width = service.first_retries + m.edges.size();
  }
}

std::size_t RateHistory::outcome(std::size_t service, std::size_t edge, CallOutcome outcome) const {
  const CountLayout& layout = model_->services[service].layout;
  return services_[service].first_edge + layout.outcome(edge, outcome) - layout.edge_at.front();
}

std::size_t RateHistory::code(std::size_t service, std::size_t edge, std::size_t slot) const {
  const CountLayout& layout = model_->services[service].layout;
  return services_[service].first_edge + layout.code(edge, slot) - layout.edge_at.front();
}

std::size_t RateHistory::misses(std::size_t service, std::size_t edge) const {
  const CountLayout& layout = model_->services[service].layout;
  return services_[service].first_edge + layout.cache(edge) + 1 - layout.edge_at.front();
}

std::size_t RateHistory::retries(std::size_t service, std::size_t edge) const {
  return services_[service].first_retries + edge;
}

void RateHistory::read(const Flow& flow, std::size_t service, double slow) {
  const ServiceState& s = flow.service(service);
  const CountLayout& layout = model_->services[service].layout;
  const Service& its = services_[service];
  now_.slow = slow;
  now_.class_of.assign(s.class_of.begin(), s.class_of.end());
  now_.rates.assign(s.classes.size() * its.width + kOutside, 0);
  double* at = now_.rates.data();
  for (const ReplicaClass& k : s.classes) {
    for (std::size_t r = 0; r < k.routes.size(); ++r) {
      for (const Component& part : k.routes[r].parts) at[answer(r * layout.slots + part.slot)] += part.rate;
    }
    std::copy(k.rate.data() + layout.edge_at.front(), k.rate.data() + layout.counts, at + its.first_edge);
    for (std::size_t e = 0; e < k.edges.size(); ++e) at[its.first_retries + e] = k.rate[layout.retries(e)];
    at += its.width;
  }
  std::ranges::copy(s.outside_connect_failures, at);
  at[kUnanswered] = s.outside_unanswered;
  at[kGivenUp] = s.outside_gives_up;
  at[kCut] = s.outside_cut;
}

bool RateHistory::same_as(const Span& span) const {
  return alike(span.slow, now_.slow) && span.class_of == now_.class_of &&
         std::ranges::equal(span.rates, now_.rates, alike);
}

void RateHistory::pass(const Flow& flow, std::span<const double> slow, Time from, Time to) {
  if (to <= from || overflowing_) return;
  for (std::size_t s = 0; s < services_.size(); ++s) {
    if (model_->services[s].spec.external) continue;  // its logs are not ours
    read(flow, s, slow[s]);
    std::vector<Span>& spans = services_[s].spans;
    if (!spans.empty() && same_as(spans.back())) {
      spans.back().until = to;
      continue;
    }
    now_.from = from;
    now_.until = to;
    spans.push_back(now_);
    kept_ += now_.rates.size() + now_.class_of.size();
  }
  if (kept_ <= kMost) return;
  overflowing_ = true;
  kept_ = 0;
  for (Service& service : services_) service.spans.clear();
}

void RateHistory::forget_before(Time t) {
  overflowing_ = false;
  for (Service& service : services_) {
    std::vector<Span>& spans = service.spans;
    std::size_t gone = 0;  // the last one may go on
    for (; gone + 1 < spans.size() && spans[gone].until <= t; ++gone) {
      kept_ -= spans[gone].rates.size() + spans[gone].class_of.size();
    }
    spans.erase(spans.begin(), spans.begin() + static_cast<std::ptrdiff_t>(gone));
  }
}

double RateHistory::rate(const Counted& counted, const Span& span) const {
  const Service& service = services_[counted.service];
  const double* at = span.rates.data() + span.rates.size() - kOutside;
  if (counted.replica) {
    if (*counted.replica >= span.class_of.size()) return 0;
    at = span.rates.data() + span.class_of[*counted.replica] * service.width;
  }
  double sum = 0;
  for (const std::size_t place : counted.places) sum += at[place];
  return counted.slow && sum > 0 ? span.slow : sum;
}

bool RateHistory::any(const Counted& counted, Time from, Time to) const {
  return std::ranges::any_of(services_[counted.service].spans, [&](const Span& span) {
    return span.until > from && span.from < to && rate(counted, span) > 0;
  });
}

std::vector<Spell> RateHistory::spells(const Counted& counted, Time from, Time to) const {
  const std::vector<Span>& spans = services_[counted.service].spans;
  std::vector<Spell> out;
  // Before the first it was as in the first, after the last as in the last.
  std::size_t i = 0;
  for (Time t = from; t < to && !spans.empty(); t = out.back().to) {
    while (i + 1 < spans.size() && spans[i].until <= t) ++i;
    const Time until = i + 1 < spans.size() ? std::min(to, spans[i].until) : to;
    out.push_back({t, until, rate(counted, spans[i])});
  }
  return out;
}

}  // namespace firedrill::fake_services
