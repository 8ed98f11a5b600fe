// The target vanishes from service discovery.
#include "fake_services/faults/fault.h"
#include "fake_services/faults/telemetry/scraped.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class TargetMissing final : public Fault {
 public:
  void apply_to_scrape(ScrapeConditions& conditions, double strength) const override {
    conditions.undiscovered = 1 - (1 - conditions.undiscovered) * (1 - strength);
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (during.targets_gone <= 0 || during.targets_gone <= before.targets_gone) return std::nullopt;
    return format("`up` of {:.0f} target{} of {} ended, and with it all their series", during.targets_gone,
                  during.targets_gone == 1 ? "" : "s", target);
  }
  std::string unseen(const Observation& /*before*/, const Observation& during, std::string_view target) const override {
    return format(
        "no `up` of {} ended {}: a monitor ends the series of a target that is gone after two more scrape "
        "intervals and a tenth",
        target, since_its_start(during));
  }
};

std::shared_ptr<const Fault> make(const Fields& /*fields*/) {
  return std::make_shared<TargetMissing>();
}

constexpr LogForm kLines[] = {
    {LogCause::target_gone, events::LogLevel::info, "{pod} of {peer} is no longer among the discovered targets"},
};

}  // namespace

FaultKind target_missing() {
  return {
      .name = "target_missing",
      .summary = "the target vanishes from service discovery",
      .doc =
          "Service discovery no longer lists the target, as after a changed label or a typing error in its "
          "selector: it is not scraped any more, and all its series end, `up` too. `up == 0` has nothing to look "
          "at and stays silent; only absent() notices. As in Prometheus the stale markers are written after two "
          "more scrape intervals and a tenth, at the time of the first scrape that did not take place. With a "
          "`probability`, the target is missing from that share of the scrapes: it comes and goes. Probes see "
          "nothing, traffic flows. Witness: targets whose `up` ended because discovery no longer listed them.",
      .fields = {},
      .per_request = false,
      .aims = kScraped,
      .telemetry = true,
      .lines = kLines,
      .make = make,
      .misfit = not_scraped,
  };
}

}  // namespace firedrill::fake_services::faults
