// The network is narrow.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class Bandwidth final : public Fault {
 public:
  Bandwidth(double rate, double answer)
      : bytes_{.answer_bytes = answer, .bytes_per_second = rate}, seconds_(answer / rate) {}

  // Sizes of responses spread widely: their times are taken for exponential.
  void apply_to_requests(RequestConditions& conditions, double strength) const override {
    conditions.add_delay(strength, seconds_, seconds_ * seconds_);
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
  double seconds_;
};

constexpr FieldSpec kFields[] = {
    {.name = "rate",
     .type = FieldType::bytes,
     .required = true,
     .doc = "bytes per second that a connection still carries",
     .min = 1},
    {.name = "answer", .type = FieldType::bytes, .doc = "mean size of a response", .default_text = "16Ki", .min = 1},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<Bandwidth>(fields.number("rate", 1024), fields.number("answer", 16 * 1024));
}

constexpr LogForm kLines[] = {
    {LogCause::slow, events::LogLevel::warn,
     "{route} took {took}, most of it to write the response: the send buffer was full"},
    {LogCause::timeout, events::LogLevel::error,
     "call to {peer} failed: response still incomplete after {timeout}: context deadline exceeded"},
};

}  // namespace

FaultKind bandwidth() {
  return {
      .name = "bandwidth",
      .summary = "connections to the target are narrow",
      .doc =
          "Each connection carries `rate` bytes a second: a response of mean size `answer` takes so much longer, large "
          "ones "
          "most of all. The tail of the latency rises, requests in flight and pools fill, clients give up on what "
          "comes "
          "too slowly. Responses of health endpoints are small: probes pass. Witness: the mean time that callers "
          "waited.",
      .fields = kFields,
      .per_request = true,
      .per_connection = true,
      .reaches_probes = false,
      .lines = kLines,
      .make = make,
  };
}

}  // namespace firedrill::fake_services::faults
