// What faults share that take away the machines under their target: it is silent, to callers, to the monitor and to the
// control plane.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {

class Gone : public Fault {
 public:
  // Before the target's name: "scrapes in", "requests to services in".
  Gone(std::string_view scrapes, std::string_view requests) : scrapes_(scrapes), requests_(requests) {}

  void apply_to_requests(RequestConditions& conditions, double strength) const override {
    conditions.fail_connects(ConnectFailure::dropped, strength);
  }
  void apply_to_calls(RequestConditions& conditions, double strength) const override {
    conditions.fail_connects(ConnectFailure::dropped, strength);
  }
  void apply_to_replica(ReplicaConditions& conditions, double strength) const override {
    conditions.scrapes_silent = 1 - (1 - conditions.scrapes_silent) * (1 - strength);
  }
  void apply_to_pod(PodConditions& conditions, double strength) const override {
    if (strength >= 1) conditions.node_lost = true;
  }
  bool shows_in_timeouts() const override { return true; }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (stands_out(during.scrapes_failed, during.scrapes, before.scrapes_failed, before.scrapes)) {
      return format("{:.0f} of {:.0f} {} {} failed (before: {:.0f} of {:.0f})", during.scrapes_failed, during.scrapes,
                    scrapes_, target, before.scrapes_failed, before.scrapes);
    }
    if (!stands_out(during.timed_out, during.attempts, before.timed_out, before.attempts)) return std::nullopt;
    return format("{:.0f} of {:.0f} {} {} got no response (before: {:.0f} of {:.0f})", during.timed_out,
                  during.attempts, requests_, target, before.timed_out, before.attempts);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return format(
        "{:.0f} of {:.0f} {} {} and {:.0f} of {:.0f} {} {} failed (before: {:.0f} of {:.0f} and {:.0f} of {:.0f}) {}",
        during.scrapes_failed, during.scrapes, scrapes_, target, during.timed_out, during.attempts, requests_, target,
        before.scrapes_failed, before.scrapes, before.timed_out, before.attempts, since_its_start(during));
  }

 private:
  std::string_view scrapes_;
  std::string_view requests_;
};

}  // namespace firedrill::fake_services::faults
