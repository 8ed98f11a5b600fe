// The knobs of the simulated production. Faults turn them; services obey them and know nothing of faults. Each has a
// neutral value, and at the neutral values nothing is wrong.
#pragma once

#include <array>
#include <cstdint>

namespace firedrill::fake_services {

// Extra time before a share of the requests is answered. Seconds.
struct Delay {
  double share = 0;
  double mean = 0;
  double variance = 0;
  bool operator==(const Delay&) const = default;
};

// Requests answered at once with `code` instead of being worked on.
struct InjectedReply {
  std::int32_t code = 0;  // 0: unused
  double share = 0;
  double retry_after = 0;  // seconds that a well-behaved caller waits before it tries again; 0: not said
  bool operator==(const InjectedReply&) const = default;
};

// What befalls the requests of one route at one replica, or on the way to it from one caller.
struct RequestConditions {
  double refused = 0;  // share of connection attempts refused
  std::array<InjectedReply, 4> replies{};
  Delay delay;
  bool operator==(const RequestConditions&) const = default;

  // Adds a reply; of one code, the shares add up. A fifth code is dropped.
  void add_reply(std::int32_t code, double share, double retry_after);
  // Adds to the delay of others: shares and times combine as if independent.
  void add_delay(double share, double mean, double variance);
  // Refuses a further share of what was not refused yet.
  void refuse(double share);
};

// What befalls a replica as a whole.
struct ReplicaConditions {
  double scrapes_refused = 0;     // share of scrapes that find no listener
  double cpu_factor = 1;          // own time is multiplied by it
  double concurrency_factor = 1;  // share of its workers that work
  bool operator==(const ReplicaConditions&) const = default;
};

}  // namespace firedrill::fake_services
