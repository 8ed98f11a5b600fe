// The network between services loses what they send each other.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class Partition final : public Fault {
 public:
  Partition(bool out, bool in) : out_(out), in_(in) {}

  // What others send the target, and what it answers them.
  void apply_to_requests(RequestConditions& conditions, double strength) const override {
    lose(conditions, in_, out_, strength);
  }
  // What it sends others, and what they answer.
  void apply_to_calls(RequestConditions& conditions, double strength) const override {
    lose(conditions, out_, in_, strength);
  }
  void apply_to_link(RequestConditions& conditions, double strength) const override {
    apply_to_calls(conditions, strength);
  }
  bool shows_in_timeouts() const override { return true; }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (!stands_out(during.timed_out, during.attempts, before.timed_out, before.attempts, during.first))
      return std::nullopt;
    return format("{:.0f} of {:.0f} requests to {} got no response in time (before: {:.0f} of {:.0f})",
                  during.timed_out, during.attempts, target, before.timed_out, before.attempts);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return attempts_unchanged(during.timed_out, during, before.timed_out, before,
                              format("requests to {} got no response in time", target));
  }

 private:
  static void lose(RequestConditions& conditions, bool requests, bool answers, double strength) {
    if (requests) {
      conditions.fail_connects(ConnectFailure::dropped, strength);
    } else if (answers) {
      conditions.lost = 1 - (1 - conditions.lost) * (1 - strength);
    }
  }

  bool out_;
  bool in_;
};

constexpr std::string_view kDirections[] = {"both", "out", "in"};
constexpr FieldSpec kFields[] = {
    {.name = "direction",
     .type = FieldType::text,
     .doc = "which packets are lost, as the target sees it",
     .default_text = "both",
     .choices = kDirections},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  const std::string direction = fields.text("direction", "both");
  return std::make_shared<Partition>(direction != "in", direction != "out");
}

constexpr LogForm kLines[] = {
    {LogCause::timeout, events::LogLevel::error,
     "call to {peer} failed: dial tcp {peer}:{port}: i/o timeout, no packet came back"},
};

}  // namespace

FaultKind partition() {
  return {
      .name = "partition",
      .summary = "packets between the target and its peers are lost",
      .doc =
          "The target and its peer cannot reach each other: the peer is the dependency that the target names, or, if "
          "it "
          "names none, every other service. Connections wait out their connect_timeout. With `direction` out or in "
          "only one way is cut: where responses alone are lost, the work is done and counted as a success, and the "
          "caller waits out its request_timeout. Callers show errors while the callee looks healthy; kubelets and the "
          "monitor still reach everyone, so probes pass and `up` is 1: a grey failure. Witness: the requests that "
          "callers gave up on.",
      .fields = kFields,
      .per_request = false,
      .per_connection = true,
      .reaches_probes = false,
      .lines = kLines,
      .make = make,
  };
}

}  // namespace firedrill::fake_services::faults
