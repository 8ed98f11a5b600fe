#include "fake_services/process/connections.h"

#include <algorithm>
#include <utility>

namespace firedrill::fake_services {

bool Connections::acquire(Duration patience) {
  std::unique_lock lock(mutex_);
  if (in_use_ < size_ - lost_) {
    ++in_use_;
    return true;
  }
  Waiting self;
  waiting_.push_back(&self);
  if (self.turn.wait_for(lock, patience, [&] { return self.come; })) return true;
  std::erase(waiting_, &self);
  return false;
}

void Connections::release() {
  const std::scoped_lock lock(mutex_);
  --in_use_;
  call_in();
}

void Connections::set_lost(std::int64_t places) {
  const std::scoped_lock lock(mutex_);
  lost_ = places;
  call_in();
}

void Connections::call_in() {
  while (in_use_ < size_ - lost_ && !waiting_.empty()) {
    Waiting* next = waiting_.front();
    waiting_.pop_front();
    ++in_use_;
    next->come = true;
    next->turn.notify_one();
  }
}

http::Client Connections::take(std::uint16_t port) {
  const std::scoped_lock lock(mutex_);
  auto& kept = kept_[port];
  if (kept.empty()) return http::Client(port);
  http::Client client = std::move(kept.back());
  kept.pop_back();
  return client;
}

void Connections::keep(http::Client client) {
  const std::scoped_lock lock(mutex_);
  if (balancer_.is_ready(client.port())) kept_[client.port()].push_back(std::move(client));
}

void Connections::set_ready(std::vector<std::uint16_t> ports) {
  const std::scoped_lock lock(mutex_);
  balancer_.set_ready(std::move(ports));
  std::erase_if(kept_, [&](const auto& each) { return !balancer_.is_ready(each.first); });
}

std::optional<std::uint16_t> Connections::choose(Chance& chance, std::span<const std::uint16_t> tried, RetryTo to) {
  const std::scoped_lock lock(mutex_);
  return balancer_.choose(chance, tried, to);
}

void Connections::ended(std::uint16_t port) {
  const std::scoped_lock lock(mutex_);
  balancer_.ended(port);
}

Connections::Use Connections::use() const {
  const std::scoped_lock lock(mutex_);
  return {in_use_ + lost_, static_cast<std::int64_t>(waiting_.size())};
}

}  // namespace firedrill::fake_services
