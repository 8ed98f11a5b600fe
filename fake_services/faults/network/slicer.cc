// What comes over the network comes in slices.
#include "base/maths.h"
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class Slicer final : public Fault {
 public:
  Slicer(double size, double pause_s, double answer)
      : bytes_{.answer_bytes = answer, .slice = size, .slice_pause_s = pause_s} {
    // Sizes of responses spread widely and are taken for exponential: the number of pauses within one is geometric.
    const double ends = -maths::expm1(-size / answer);  // the chance that a slice is the last
    mean_s_ = pause_s * (1 - ends) / ends;
    variance_s2_ = pause_s * pause_s * (1 - ends) / (ends * ends);
  }

  void apply_to_requests(RequestConditions& conditions, double strength) const override {
    conditions.add_delay(strength, mean_s_, variance_s2_);
  }
  std::optional<Bytes> bytes() const override { return bytes_; }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    return latency_rise(before, during, target);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return latency_unrisen(before, during, target);
  }

 private:
  Bytes bytes_;
  double mean_s_;
  double variance_s2_;
};

constexpr FieldSpec kFields[] = {
    {.name = "size", .type = FieldType::bytes, .doc = "of a slice", .default_text = "1Ki", .min = 1},
    {.name = "pause",
     .type = FieldType::duration,
     .required = true,
     .doc = "between a slice and the next",
     .min = 0.001},
    {.name = "answer", .type = FieldType::bytes, .doc = "mean size of a response", .default_text = "16Ki", .min = 1},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<Slicer>(fields.number("size", 1024), to_seconds(fields.duration("pause")),
                                  fields.number("answer", 16 * 1024));
}

constexpr LogForm kLines[] = {
    {LogCause::slow, events::LogLevel::warn,
     "{route} took {took}, most of it to write the response, a little at a time: the peer's window was small"},
    {LogCause::timeout, events::LogLevel::error,
     "call to {peer} failed: response still incomplete after {timeout}: context deadline exceeded"},
};

}  // namespace

FaultKind slicer() {
  return {
      .name = "slicer",
      .summary = "responses of the target come in slices, with pauses between them",
      .doc =
          "A response is handed on `size` bytes at a time, with `pause` between a slice and the next, as by a "
          "middlebox "
          "that holds packets up: one of mean size `answer` takes so many pauses longer, large ones most of all. The "
          "tail of the latency rises, requests in flight and pools fill, clients give up in the middle of what comes. "
          "Responses of health endpoints fit into a slice: probes pass. Witness: the mean time that callers waited.",
      .fields = kFields,
      .per_request = true,
      .per_connection = true,
      .reaches_probes = false,
      .lines = kLines,
      .make = make,
  };
}

}  // namespace firedrill::fake_services::faults
