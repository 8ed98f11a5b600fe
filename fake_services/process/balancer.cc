#include "fake_services/process/balancer.h"

#include <algorithm>
#include <utility>

namespace firedrill::fake_services {
namespace {

bool has(std::span<const std::uint16_t> ports, std::uint16_t port) {
  return std::ranges::find(ports, port) != ports.end();
}

}  // namespace

void Balancer::set_ready(std::vector<std::uint16_t> ports) {
  ready_ = std::move(ports);
}

bool Balancer::is_ready(std::uint16_t port) const {
  return has(ready_, port);
}

std::optional<std::uint16_t> Balancer::choose(Chance& chance, std::span<const std::uint16_t> tried, RetryTo to) {
  if (ready_.empty()) return std::nullopt;
  std::vector<std::uint16_t> open = ready_;
  if (to == RetryTo::same && !tried.empty() && is_ready(tried.back())) open = {tried.back()};
  if (to == RetryTo::another) {
    std::erase_if(open, [&](std::uint16_t port) { return has(tried, port); });
    if (open.empty()) open = ready_;
  }
  if (policy_ == LoadBalancing::least_requests) {
    const auto owed = [&](std::uint16_t port) {
      const auto at = owes_.find(port);
      return at == owes_.end() ? 0 : at->second;
    };
    const std::int64_t least = owed(*std::ranges::min_element(open, {}, owed));
    std::erase_if(open, [&](std::uint16_t port) { return owed(port) > least; });
  }
  const bool in_turn = policy_ == LoadBalancing::round_robin && open.size() > 1;
  const std::uint16_t chosen = in_turn ? next_in_turn(chance, open) : open[chance.below(open.size())];
  ++owes_[chosen];
  return chosen;
}

// All of a service's callers that begin at once do not begin at the same replica.
std::uint16_t Balancer::next_in_turn(Chance& chance, std::span<const std::uint16_t> open) {
  if (!turn_) turn_ = chance.below(ready_.size());
  while (true) {
    const std::uint16_t next = ready_[*turn_ % ready_.size()];
    turn_ = (*turn_ + 1) % ready_.size();
    if (has(open, next)) return next;
  }
}

void Balancer::ended(std::uint16_t port) {
  const auto at = owes_.find(port);
  if (at != owes_.end() && --at->second <= 0) owes_.erase(at);
}

}  // namespace firedrill::fake_services
