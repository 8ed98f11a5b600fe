// A cache loses its entries.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services::faults {
namespace {

class CacheMissStorm final : public Fault {
 public:
  explicit CacheMissStorm(double lost) : lost_(lost) {}

  void apply_to_dependency(DependencyConditions& conditions, double strength) const override {
    conditions.cache_lost = 1 - (1 - conditions.cache_lost) * (1 - lost_ * strength);
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    const double now = during.cache_hits + during.cache_misses;
    const double then = before.cache_hits + before.cache_misses;
    if (!stands_out(during.cache_misses, now, before.cache_misses, then)) return std::nullopt;
    return format("{:.0f} of {:.0f} look-ups in the cache of {} missed (before: {:.0f} of {:.0f})", during.cache_misses,
                  now, target, before.cache_misses, then);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    const double now = during.cache_hits + during.cache_misses;
    const double then = before.cache_hits + before.cache_misses;
    return format("{:.0f} of {:.0f} look-ups in the cache of {} missed (before: {:.0f} of {:.0f}); {}",
                  during.cache_misses, now, target, before.cache_misses, then,
                  count_bound(now, before.cache_misses, then));
  }

 private:
  double lost_;
};

constexpr FieldSpec kFields[] = {
    {.name = "lost",
     .type = FieldType::ratio,
     .doc = "share of the entries that are gone while the fault lasts",
     .default_text = "100%",
     .min = 0.01,
     .max = 1},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<CacheMissStorm>(fields.number("lost", 1));
}

std::optional<Misfit> misfit(const ServiceSpec& service, const TargetSpec& target) {
  bool any = false;
  for (const DependencySpec& d : service.dependencies) {
    any = any || (d.cache && (target.dependency.empty() || target.dependency == d.name));
  }
  if (any) return std::nullopt;
  return Misfit{target.dependency.empty() ? format("{} has no cache", service.name)
                                          : format("{} has no cache before {}", service.name, target.dependency),
                "give the dependency one, for example cache: {hit_ratio: 90%}"};
}

constexpr LogForm kLines[] = {
    {LogCause::cache_miss, events::LogLevel::info, "key is not in the cache, {peer} is asked for it"},
};

}  // namespace

FaultKind cache_miss_storm() {
  return {
      .name = "cache_miss_storm",
      .summary = "a cache loses its entries",
      .doc =
          "The entries of the target's cache are gone (before the dependency that it names, or all of its caches): "
          "every "
          "look-up misses, and the dependency gets the load that the cache kept away from it, which it may not be made "
          "for. Afterwards the cache fills up again, in its `refill` time and only by misses that succeed: a "
          "dependency "
          "that is overloaded keeps it cold. The hit ratio falls, the dependency's request rate multiplies, latency "
          "follows; readiness cascades where it looks at the dependency. Witness: the look-ups that missed.",
      .fields = kFields,
      .per_request = false,
      .loads_callees = true,
      .lines = kLines,
      .make = make,
      .misfit = misfit,
  };
}

}  // namespace firedrill::fake_services::faults
