// What is to become of one request, or of one connection, that goes through a fault proxy.
#pragma once

#include <cstdint>
#include <limits>

#include "base/random.h"
#include "fake_services/proxy/line_faults.h"

namespace firedrill::fake_services {

struct Fate {
  enum class Kind { carried, reset, silent, replied, lost, cut, truncated } kind = Kind::carried;
  InjectedReply reply{};         // of `replied`
  std::size_t answer_bytes = 0;  // of `cut` and `truncated`: that get through
  double wait_to_backend_s = 0;
  double wait_to_client_s = 0;
};

// Draws it. `left` is of LineFaults::first, and falls by one if it is anything but carried at once.
Fate draw_fate(const LineFaults& faults, RandomStream& chance, std::uint64_t& left);

// LineFaults::first as what is left of it.
inline std::uint64_t all_of(const LineFaults& faults) {
  return faults.first == 0 ? std::numeric_limits<std::uint64_t>::max() : faults.first;
}

}  // namespace firedrill::fake_services
