// The conditions of the simulated production's traffic. Faults set them; services obey them and know nothing of faults.
// Each has a neutral value, and at the neutral values nothing is wrong. Those of pods are in pod_conditions.h, those of
// scrapes and of the monitor in telemetry_conditions.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.h"

namespace firedrill::fake_services {

// Extra time before requests are answered: of a share of them, and of those of which packets have to be sent again.
struct Delay {
  double share = 0;
  double mean_s = 0;
  double variance_s2 = 0;
  double packet_loss = 0;  // share of the packets that are lost
  bool operator==(const Delay&) const = default;
  bool any() const { return share > 0 || packet_loss > 0; }
  // Adds another: shares and times combine as if independent.
  void add(double other_share, double other_mean_s, double other_variance_s2);
  void lose_packets(double other_loss) { packet_loss = 1 - (1 - packet_loss) * (1 - other_loss); }
};

// Requests answered at once with `code` instead of being worked on.
struct InjectedReply {
  std::int32_t code = 0;  // 0: unused
  double share = 0;
  double retry_after_s = 0;  // that a well-behaved caller waits before it tries again; 0: not said
  bool operator==(const InjectedReply&) const = default;
};

// What can keep a request from arriving, in the order in which a connection comes about: the name has no address, no
// packet is answered (the caller waits out its connect time-out), nothing listens, the certificate is not trusted, the
// connection is reset before the request is worked on.
enum class ConnectFailure : std::size_t { unresolved, dropped, refused, untrusted, reset };
inline constexpr std::size_t kConnectFailures = 5;

// What befalls the requests of one route at one replica, or on the way to it from one caller.
struct RequestConditions {
  std::array<double, kConnectFailures> connect_failures{};  // share of the attempts that got so far
  std::array<InjectedReply, 4> replies{};
  Delay delay;
  double silent = 0;  // share taken in and never answered: it keeps its worker
  double lost = 0;    // share whose response is lost on its way: the work is done, the caller waits in vain
  double cut = 0;     // share whose response is cut off by a reset: the work is done
  // Share of those that went to a process which has ended since: it is reset, or nothing comes back. Who tries again
  // meets another process.
  double torn = 0;
  double gone = 0;
  bool operator==(const RequestConditions&) const = default;

  // Fails a further share of what did not fail there yet.
  void fail_connects(ConnectFailure at, double share);
  void refuse(double share) { fail_connects(ConnectFailure::refused, share); }
  double failing_at(ConnectFailure at) const { return connect_failures[static_cast<std::size_t>(at)]; }
  // The share of attempts that connect.
  double passes() const;
  // Adds a reply; of one code, the shares add up. A fifth code is dropped.
  void add_reply(std::int32_t code, double share, double retry_after_s);
  // Adds to the delay of others: shares and times combine as if independent.
  void add_delay(double share, double mean_s, double variance_s2) { delay.add(share, mean_s, variance_s2); }
};

// A disk is full to all intents from here on.
inline constexpr double kDiskFull = 1 - 1e-9;

// What befalls a replica as a whole.
struct ReplicaConditions {
  double scrapes_refused = 0;     // share of scrapes that find no listener
  double scrapes_silent = 0;      // share of scrapes that are taken in and never answered
  double cpu_factor = 1;          // own time is multiplied by it, and what the processor limit lets through divided
  double concurrency_factor = 1;  // share of its workers that work
  Delay disk_delay;               // of requests that write
  double disk_errors = 0;         // share of writes to its disk that fail
  double disk_level = 0;          // share of its disk that is in use at least; at 1 nothing can be written
  bool operator==(const ReplicaConditions&) const = default;
};

// What befalls the way in which a replica deals with one of its dependencies.
struct DependencyConditions {
  double pool_leak = 0;            // share of the pool's connections, but for `pool_left`, that never come back
  double pool_left = 1e9;          // connections that leaks leave
  double cache_lost = 0;           // share of the cache's entries that are gone
  double extra_attempts = 0;       // attempts sent beside each that is awaited, their responses thrown away
  std::int32_t extra_retries = 0;  // beyond the policy, at once and outside the budget
  double closing = 0;              // share of the answers with which their connection ends, and
  double closing_s = 0;            // so long after which it has ended: its place in the pool is taken until then
  bool off = false;                // requests do without it, and are as good as if it had answered
  bool operator==(const DependencyConditions&) const = default;
};

// What befalls a service before its replicas: at its entrance, and in the queue of messages that it consumes.
struct ServiceConditions {
  double traffic_factor = 1;  // of the rate from outside
  double unrouted = 0;        // share of the checks from outside that find no way to it
  double limit = 0;           // requests per second let through to all its replicas; 0: no limit
  double limit_burst = 0;     // size of the token bucket, requests
  std::int32_t limit_code = 0;
  double limit_retry_after_s = 0;          // 0: not said
  bool limits_probes = false;              // the requests of kubelets count as all others do
  double foreign_messages = 0;             // per second, put into its queue by nobody of ours
  double consuming = 1;                    // share of its consumers that take messages
  std::optional<Time> certificate_expiry;  // of its certificate; nothing: as issued
  Time since{};                            // when the fault began that sets these conditions: set for it
  bool operator==(const ServiceConditions&) const = default;
};

}  // namespace firedrill::fake_services
