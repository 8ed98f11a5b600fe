// Connections to a dependency run out.
#include <algorithm>

#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services::faults {
namespace {

class PoolExhaustion final : public Fault {
 public:
  explicit PoolExhaustion(double left) : left_(left) {}

  void apply_to_dependency(DependencyConditions& conditions, double strength) const override {
    conditions.pool_left = std::min(conditions.pool_left, left_);
    conditions.pool_leak = 1 - (1 - conditions.pool_leak) * (1 - strength);
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    constexpr double kLonger = 4;
    const double wanted = during.calls + during.pool_timeouts;
    const bool gave_up = stands_out(during.pool_timeouts, wanted, before.pool_timeouts, before.calls);
    const bool waits = during.pool_waiting > 1 && during.pool_waiting > kLonger * before.pool_waiting;
    if (!gave_up && !waits) return std::nullopt;
    return format(
        "{:.0f} of {:.0f} connections of {} in use, {:.1f} requests wait for one (before: {:.1f}), {:.0f} gave "
        "up",
        during.pool_in_use, during.pool_size, target, during.pool_waiting, before.pool_waiting, during.pool_timeouts);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return format("{:.0f} of {:.0f} connections of {} are in use, {:.1f} requests wait for one (before: {:.1f})",
                  during.pool_in_use, during.pool_size, target, during.pool_waiting, before.pool_waiting);
  }

 private:
  double left_;
};

constexpr FieldSpec kFields[] = {
    {.name = "max",
     .type = FieldType::integer,
     .doc = "connections that each replica's pool still has to give",
     .default_text = "0",
     .min = 0,
     .max = 10000},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<PoolExhaustion>(static_cast<double>(fields.integer("max", 0)));
}

constexpr LogForm kLines[] = {
    {LogCause::pool_timeout, events::LogLevel::error,
     "call to {peer} was not sent: all connections of the pool are in use, none came back within {timeout}"},
};

}  // namespace

FaultKind pool_exhaustion() {
  return {
      .name = "pool_exhaustion",
      .summary = "connections to a dependency leak until none is left",
      .doc =
          "Connections of the target's pool are taken and never given back (with `ramp`, one by one) until only `max` "
          "are "
          "left: to the dependency that the target names, or to each of them. connection_pool_in_use stands at its "
          "maximum, requests wait for a connection, give up after acquire_timeout and are answered 503. Waiting "
          "requests keep workers: once all are taken, probes wait in the accept queue and time out. Witness: the "
          "requests that wait for a connection or give up.",
      .fields = kFields,
      .per_request = false,
      .aims = kAnyTraffic,
      .lines = kLines,
      .make = make,
      .misfit = needs_dependencies,
  };
}

}  // namespace firedrill::fake_services::faults
