// Who gets in: a program of this machine that has the drill's token. A page of some web site that the browser loads has
// neither our name (Host, against DNS that is bound anew) nor our origin, and no token.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "http/message.h"

namespace firedrill::console {

// So many a second, and as many at once after a rest. Not thread-safe.
class Allowance {
 public:
  explicit Allowance(double per_second) : per_second_(per_second), left_(per_second) {}
  // Whether there is something left at that instant (seconds that only rise).
  bool has_any(double now_s);
  // May leave less than nothing, which has to come back before there is any.
  void spend(double amount) { left_ -= amount; }

 private:
  double per_second_;
  double left_;
  double at_s_ = 0;
};

// What to answer a request that says Host, Origin or Authorization twice, is for another host than 127.0.0.1 at this
// port, or comes from a page of another site; nothing: none of that.
std::optional<http::Response> refuse_foreign(const http::Request& request, std::uint16_t port);

class Gate {
 public:
  struct Bounds {
    double requests_per_second = 5000;
    double strangers_per_second = 20;  // requests without the token
  };

  Gate(std::string token, const Bounds& bounds)
      : token_(std::move(token)), requests_(bounds.requests_per_second), strangers_(bounds.strangers_per_second) {}

  // Once the port is known.
  void stand_at(std::uint16_t port) { port_ = port; }
  // What to answer instead of working on it; nothing: it may pass. Thread-safe.
  std::optional<http::Response> refuse(const http::Request& request, double now_s);

  const std::string& token() const { return token_; }

 private:
  std::string token_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  Allowance requests_;
  Allowance strangers_;
};

}  // namespace firedrill::console
