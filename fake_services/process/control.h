// The line between firedrill and a process that it started: a socket pair that nobody else has an end of, so that what
// comes over it needs no other credentials. One JSON object a line. Its end is the lease: a process whose firedrill is
// gone ends.
//
//   to the process    {"topology": TEXT, "name": FILE, "service": NAME, "replica": N, "seed": TEXT, "port": N,
//                      "parent": PID, and, where they are not as usual: "clock_ms": what scenario time is ahead of the
//                      wall's, "startup_ms": N, "starts": false, "exit_code": N of one that ends instead,
//                    "answer_bytes": N of a mean answer, "expires_s": N of its certificate, "allowances": true where it
//                    has them (serve_replica.h), "metrics": [{...}, ...] of the scenario's own (told_metrics.h), with
//                      "speed": N}
//                     {"ready": {DEPENDENCY: [PORT, ...], ...}}
//                     {"conditions": {...}} (process_conditions.h), {"exit": CODE}, {"tell": true} (now,
//                     and some times a second from then on),
//                     {"anew": true}: its metrics are to count from now on alone; beside it "expires_s": N again, and
//                     "past": {...}, from which they go on (past_metrics.h)
//   from the process  {"bound": PORT}, {"listening": PORT}, {"draining": true}, {"drained": true}, {"failed": WHY},
//                    {"oom": true} by one that has more memory than it may, and is about to be killed for it
//                     {"account": {...}} (account.h), some times a second once it was asked to tell
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/files/descriptor.h"
#include "base/text/json.h"

namespace firedrill::fake_services {

class Control {
 public:
  // The longest line: a topology with all its escapes.
  static constexpr std::size_t kLongestLine = 64 * 1024 * 1024;

  explicit Control(Descriptor end) : end_(std::move(end)) {}

  int descriptor() const { return end_.get(); }
  // False: the other end is gone, or has taken nothing for as long as the socket waits (SO_SNDTIMEO).
  bool send(const json::object& message);
  // Takes what has come, without waiting. False: the other end is gone, or says what is no message.
  bool receive();
  // The next message that is there in whole.
  std::optional<json::object> next();

 private:
  Descriptor end_;
  std::string come_;
  bool broken_ = false;
};

}  // namespace firedrill::fake_services
