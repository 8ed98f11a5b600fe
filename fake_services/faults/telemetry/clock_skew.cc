// The target's clock is wrong, and its samples carry their own timestamps.
#include "fake_services/faults/fault.h"
#include "fake_services/faults/telemetry/scraped.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class ClockSkew final : public Fault {
 public:
  ClockSkew(Duration offset, double drift) : offset_(offset), drift_(drift) {}

  void apply_to_scrape(ScrapeConditions& conditions, double /*strength*/) const override {
    conditions.skew += offset_ + from_seconds(drift_ * to_seconds(conditions.elapsed));
  }
  // A drifting clock is read again every so often.
  std::optional<DutyCycle> duty_cycle() const override {
    if (drift_ == 0) return std::nullopt;
    return DutyCycle{std::chrono::seconds(5), std::chrono::seconds(5)};
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (!more_often(during.samples_skewed, during.samples, before.samples_skewed, before.samples)) return std::nullopt;
    return format("{:.0f} of {:.0f} samples of {} lay at another time than their scrape, or were refused for theirs",
                  during.samples_skewed, during.samples, target);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    if (std::string none = not_scraped_yet(during, target); !none.empty()) return none;
    return format("{:.0f} of {:.0f} samples of {} lay at another time than their scrape (before: {:.0f} of {:.0f}) {}",
                  during.samples_skewed, during.samples, target, before.samples_skewed, before.samples,
                  since_its_start(during));
  }

 private:
  Duration offset_;
  double drift_;
};

constexpr FieldSpec kFields[] = {
    {.name = "offset",
     .type = FieldType::offset,
     .doc = "how far the clock is ahead; negative: behind",
     .default_text = "-5m"},
    {.name = "drift",
     .type = FieldType::number,
     .doc = "seconds by which it goes further wrong each second",
     .default_text = "0",
     .min = -0.9,
     .max = 0.9},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<ClockSkew>(fields.duration("offset", -std::chrono::minutes(5)), fields.number("drift", 0));
}

constexpr LogForm kLines[] = {
    {LogCause::sample_refused, events::LogLevel::warn,
     "samples of {peer} carry timestamps that are not those of the scrape ({pod})"},
};

}  // namespace

FaultKind clock_skew() {
  return {
      .name = "clock_skew",
      .summary = "samples of the target carry the timestamps of a wrong clock",
      .doc =
          "The target exposes its samples with timestamps of its own, and its clock is wrong by `offset` "
          "(negative: slow) and by `drift` more each second. Samples from the past beyond the lookback of five "
          "minutes are stale on arrival, and the rules that read them see nothing; samples from the future are "
          "seen late, and those more than ten minutes ahead are refused; when the clock jumps back, samples are "
          "refused until it has caught up with what was stored. `up` stands at the time of the scrape. Series "
          "with timestamps of their own get no stale markers. Probes see nothing. Witness: samples stored at "
          "another time than their scrape, or refused.",
      .fields = kFields,
      .per_request = false,
      .graded = false,
      .aims = kScraped,
      .telemetry = true,
      .lines = kLines,
      .make = make,
      .misfit = not_scraped,
  };
}

}  // namespace firedrill::fake_services::faults
