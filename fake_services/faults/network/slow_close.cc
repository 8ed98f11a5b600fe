// Connections to a dependency end late.
#include "base/maths.h"
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services::faults {
namespace {

// Of two numbers of connections in use, each of which varies as independent arrivals make it: square roots of such
// numbers vary alike (Anscombe 1948), and are five standard deviations apart.
bool rose_by_more_than_chance(double now, double before) {
  constexpr double kShift = 3.0 / 8;
  constexpr double kApart = 5 * 0.70710678;
  return maths::sqrt(now + kShift) - maths::sqrt(before + kShift) > kApart;
}

class SlowClose final : public Fault {
 public:
  explicit SlowClose(double delay_s) : delay_s_(delay_s) {}

  // Of two, the longer counts for all that end late.
  void apply_to_dependency(DependencyConditions& conditions, double strength) const override {
    conditions.closing = 1 - (1 - conditions.closing) * (1 - strength);
    conditions.closing_s = conditions.closing_s < delay_s_ ? delay_s_ : conditions.closing_s;
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    constexpr double kLonger = 4;
    const double wanted = during.calls + during.pool_timeouts;
    const bool gave_up = stands_out(during.pool_timeouts, wanted, before.pool_timeouts, before.calls);
    const bool waits = during.pool_waiting > 1 && during.pool_waiting > kLonger * before.pool_waiting;
    if (!gave_up && !waits && !rose_by_more_than_chance(during.pool_in_use, before.pool_in_use)) return std::nullopt;
    return format(
        "{:.0f} of {:.0f} connections of {} in use (before: {:.1f}), {:.1f} requests wait for one (before: {:.1f}), "
        "{:.0f} gave up",
        during.pool_in_use, during.pool_size, target, before.pool_in_use, during.pool_waiting, before.pool_waiting,
        during.pool_timeouts);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return format(
        "{:.1f} of {:.0f} connections of {} are in use (before: {:.1f}), {:.1f} requests wait for one (before: {:.1f})",
        during.pool_in_use, during.pool_size, target, before.pool_in_use, during.pool_waiting, before.pool_waiting);
  }

 private:
  double delay_s_;
};

constexpr FieldSpec kFields[] = {
    {.name = "delay",
     .type = FieldType::duration,
     .required = true,
     .doc = "from the end of the answer to the end of its connection",
     .min = 0.001,
     .max = 3600},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<SlowClose>(to_seconds(fields.duration("delay")));
}

constexpr LogForm kLines[] = {
    {LogCause::pool_timeout, events::LogLevel::error,
     "call to {peer} was not sent: none of the pool's connections within {timeout}, most of them are closing"},
};

}  // namespace

FaultKind slow_close() {
  return {
      .name = "slow_close",
      .summary = "connections to a dependency end with each answer, and late",
      .doc =
          "The dependency that the target names, or each of them, keeps no connection: an answer is the last of its "
          "connection, which ends `delay` after it (as where the other side lingers, or a middlebox holds its end "
          "back). The answer itself is as quick as ever; but the target's pool waits for the end of the connection "
          "before "
          "it gives the place to another request. connection_pool_in_use rises by as many as are answered in `delay`; "
          "once the pool is full requests wait for a place, give up after acquire_timeout and are answered "
          "503, while the dependency is as quick as before and idle. Probes and scrapes pool nothing, and pass. "
          "Witness: connections in use, the requests that wait for one or give up.",
      .fields = kFields,
      .per_request = false,
      .per_connection = true,
      .reaches_probes = false,
      .lines = kLines,
      .make = make,
      .misfit = needs_dependencies,
  };
}

}  // namespace firedrill::fake_services::faults
