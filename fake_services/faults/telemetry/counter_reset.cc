// The target's counters begin anew.
#include <cstdint>

#include "fake_services/faults/fault.h"
#include "fake_services/faults/telemetry/scraped.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class CounterReset final : public Fault {
 public:
  explicit CounterReset(Duration every) : every_(every) {}

  void apply_to_scrape(ScrapeConditions& conditions, double /*strength*/) const override {
    const Duration::rep periods = every_ > Duration(0) ? conditions.elapsed / every_ : 0;
    conditions.resets += static_cast<std::uint64_t>(periods) + 1;
  }
  bool momentary() const override { return every_ == Duration(0); }
  bool shows_afterwards() const override { return true; }  // at the next scrape
  std::optional<DutyCycle> duty_cycle() const override {
    if (every_ == Duration(0)) return std::nullopt;
    return DutyCycle{every_, every_};
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (!more_often(during.counters_fallen, during.scrapes, before.counters_fallen, before.scrapes))
      return std::nullopt;
    return format("{:.0f} counters of {} fell though its process lived on (before: {:.0f} in {:.0f} scrapes)",
                  during.counters_fallen, target, before.counters_fallen, before.scrapes);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    if (std::string none = not_scraped_yet(during, target); !none.empty()) return none;
    return format("{:.0f} counters of {} fell in {:.0f} scrapes (before: {:.0f} in {:.0f}) {}", during.counters_fallen,
                  target, during.scrapes, before.counters_fallen, before.scrapes, since_its_start(during));
  }

 private:
  Duration every_;  // 0: once
};

constexpr FieldSpec kFields[] = {
    {.name = "every",
     .type = FieldType::duration,
     .doc = "after which they begin anew again; once if absent",
     .min = 1},
};

std::optional<FieldProblem> check(const Fields& fields) {
  if (!fields.has("duration") || fields.has("every")) return std::nullopt;
  return FieldProblem{"duration", "counters that begin anew once do so at once", "remove it, or say `every` how often"};
}

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<CounterReset>(fields.duration("every"));
}

}  // namespace

FaultKind counter_reset() {
  return {
      .name = "counter_reset",
      .summary = "counters of the target begin anew, without a restart",
      .doc =
          "All counters and histograms of the target fall to zero when the fault begins, and again `every` so "
          "often, while the process lives on: a metrics proxy that was replaced, a registry that was built anew. "
          "Afterwards they go on from there. rate() and increase() see through it, but for what lies between the "
          "last scrape and the reset; differences by hand (`x - x offset 5m`), delta(), and rules that compare a "
          "counter itself do not. process_start_time_seconds and the restart counts stay as they are. Probes see "
          "nothing. Witness: counters that were stored lower than at the scrape before.",
      .fields = kFields,
      .per_request = false,
      .graded = false,
      .aims = kScraped,
      .telemetry = true,
      .no_lines = "Prometheus stores what it is given, and writes nothing of it.",
      .make = make,
      .check = check,
      .misfit = not_scraped,
  };
}

}  // namespace firedrill::fake_services::faults
