// Packets get lost.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

// TCP hides a lost packet, at the price of a time-out; what is lost three times in a row before anything has come
// through is not hidden any more.
class Loss final : public Fault {
 public:
  explicit Loss(double percent) : percent_(percent) {}

  void apply_to_requests(RequestConditions& conditions, double strength) const override {
    const double p = percent_ * strength;
    conditions.delay.lose_packets(p);
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
          "A share of the packets is lost and sent again after a retransmission time-out of 200 ms, which doubles each "
          "time that the same packet is lost: a request and its response, taken as eight packets that are on their way "
          "together, are 200 ms, 600 ms, 1.4 s late and so on, or not at all, and nothing in between. Of 2 % lost, 15 "
          "requests in a hundred are late; of 8 %, nearly half of them. Callers keep their connections; a new one, as "
          "that of each probe is, is 1 s, 3 s late and so on where the packets that open it are lost. Where three in a "
          "row are lost, nobody connects. Timeouts and retries rise with the tail of the latency; probes flap where "
          "their time-out is short. Witness: the mean time that callers waited.",
      .fields = kFields,
      .per_request = false,
      .per_connection = true,
      .lines = kLines,
      .make = make,
  };
}

}  // namespace firedrill::fake_services::faults
