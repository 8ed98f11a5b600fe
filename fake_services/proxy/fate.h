// What is to become of one request, or of one connection, that goes through a fault proxy.
#pragma once

#include <cstddef>

#include "base/random.h"
#include "fake_services/proxy/line_faults.h"

namespace firedrill::fake_services {

struct Fate {
  enum class Kind { carried, reset, silent, replied, lost, cut, truncated } kind = Kind::carried;
  InjectedReply reply{};         // of `replied`
  std::size_t answer_bytes = 0;  // of `cut` and `truncated`: that get through
  double wait_to_backend_s = 0;
  double wait_to_client_s = 0;
  Pace to_backend{};
  Pace to_client{};

  // It is anything but carried at once, as fast as it goes.
  bool is_hit() const {
    return kind != Kind::carried || wait_to_backend_s > 0 || wait_to_client_s > 0 || !to_backend.is_free() ||
           !to_client.is_free();
  }
};

// Draws it; what hits takes from allowances.
Fate draw_fate(const LineFaults& faults, RandomStream& chance);

}  // namespace firedrill::fake_services
