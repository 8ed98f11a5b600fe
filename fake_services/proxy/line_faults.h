// What befalls the connections that go through a fault proxy. At the neutral values bytes are carried on as they come.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "fake_services/faults/allowances.h"
#include "fake_services/traffic/conditions.h"

namespace firedrill::fake_services {

// How fast bytes go on, over each connection.
struct Pace {
  double bytes_per_second = 0;  // 0: as fast as it goes
  std::size_t slice = 0;        // bytes that are written at once; 0: as they come
  double slice_pause_s = 0;     // between two of them
  bool is_free() const { return bytes_per_second <= 0 && slice == 0; }
  bool operator==(const Pace&) const = default;
};

// Of what goes one way.
struct WayFaults {
  Delay delay{};  // before the first byte of a request, or of its answer; the jitter is its variance
  Pace pace{};
  bool operator==(const WayFaults&) const = default;
};

struct LineFaults {
  // Of what the shares are. `connection`: each connection is drawn for once, and whatever goes over one of the share
  // `connections` meets all of what follows, as drawn for each request. Those of one `fault` go by the same draw,
  // however its share changes.
  enum class Unit { request, connection } unit = Unit::request;
  double connections = 1;
  std::size_t fault = 0;

  // Of the line as a whole.
  bool refuse = false;     // nothing listens; connections on which nothing is under way end
  bool blackhole = false;  // no packet is answered: no connection comes about, and on those there are nothing arrives

  // Shares; what comes first in this order happens.
  double reset = 0;                        // before anything is carried on
  double silent = 0;                       // taken in, and never carried on
  std::array<InjectedReply, 4> replies{};  // answered by the proxy instead
  double lost = 0;                         // carried on, and the answer is not carried back
  double cut = 0;                          // reset behind `cut_after` bytes of the answer
  double truncated = 0;                    // ended in order behind as many
  std::size_t cut_after = 0;

  WayFaults to_backend{};
  WayFaults to_client{};
  double paced = 1;         // share for which their paces hold
  double slow_close = 0;    // share whose answer is the last of its connection, and
  double slow_close_s = 0;  // from the backend's end to the client's: of these
  Allowance first{};        // of what shares hit
  // More, of whose shares each is drawn for by itself, and each within an allowance of its own; what hits first stands,
  // waits add up, and the narrowest holds.
  std::vector<LineFaults> further{};
  bool operator==(const LineFaults&) const = default;
};

// What has gone over a line since it was opened.
struct LineCounts {
  std::uint64_t connections = 0;
  std::uint64_t unreached = 0;  // of these: the backend refused
  std::uint64_t requests = 0;   // begun, as far as one can be told from the next: a client that waits for each answer
  std::uint64_t hit = 0;        // requests to which something happened by a share
  std::uint64_t open = 0;       // connections now
};

}  // namespace firedrill::fake_services
