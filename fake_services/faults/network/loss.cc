// Packets get lost.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

constexpr double kPackets = 8;           // of a request and its response
constexpr double kRetransmission = 0.2;  // seconds until a lost packet is sent again: the least that Linux waits

// TCP hides a lost packet, at the price of a time-out; what is lost three times in a row is not hidden any more.
class Loss final : public Fault {
 public:
  explicit Loss(double percent) : percent_(percent) {}

  void apply_to_requests(RequestConditions& conditions, double strength) const override {
    const double p = percent_ * strength;
    double none = 1;
    for (double n = 0; n < kPackets; n += 1) none *= 1 - p;
    const double wait_s = kRetransmission * (1 + 2 * p);
    conditions.add_delay(1 - none, wait_s, wait_s * wait_s * p);
    conditions.fail_connects(ConnectFailure::dropped, p * p * p);
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    return latency_rise(before, during, target);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return latency_unrisen(before, during, target);
  }

 private:
  double percent_;
};

constexpr FieldSpec kFields[] = {
    {.name = "percent",
     .type = FieldType::ratio,
     .required = true,
     .doc = "share of the packets that are lost",
     .min = 0.0001,
     .max = 1},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<Loss>(fields.number("percent"));
}

constexpr LogForm kLines[] = {
    {LogCause::slow, events::LogLevel::warn, "{route} took {took}, most of it for bytes that were on their way"},
    {LogCause::timeout, events::LogLevel::error, "call to {peer} failed: read tcp {peer}:{port}: i/o timeout"},
};

}  // namespace

FaultKind loss() {
  return {
      .name = "loss",
      .summary = "packets to and from the target are lost",
      .doc =
          "A share of the packets is lost and sent again after a retransmission time-out of 200 ms: of a request and "
          "its "
          "response, taken as eight packets, the more are late the more are lost, while the median hardly moves. "
          "Connections of which three packets in a row are lost do not come about. The tail of the latency rises, and "
          "timeouts and retries with it; probes flap where their time-out is short. Witness: the mean time that "
          "callers "
          "waited.",
      .fields = kFields,
      .per_request = false,
      .lines = kLines,
      .make = make,
  };
}

}  // namespace firedrill::fake_services::faults
