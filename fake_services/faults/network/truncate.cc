// Responses end before they are whole.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class Truncate final : public Fault {
 public:
  Truncate(double after_bytes, double answer) : bytes_{.answer_bytes = answer, .ends_after = after_bytes} {}

  void apply_to_requests(RequestConditions& conditions, double strength) const override {
    conditions.cut = 1 - (1 - conditions.cut) * (1 - strength * bytes_.longer());
  }
  std::optional<Bytes> bytes() const override { return bytes_; }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (!stands_out(during.reset, during.attempts, before.reset, before.attempts, during.first)) return std::nullopt;
    return format("{:.0f} of {:.0f} connections to {} ended before the response did (before: {:.0f} of {:.0f})",
                  during.reset, during.attempts, target, before.reset, before.attempts);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return attempts_unchanged(during.reset, during, before.reset, before,
                              format("connections to {} ended before the response did", target));
  }

 private:
  Bytes bytes_;
};

constexpr FieldSpec kFields[] = {
    {.name = "after_bytes",
     .type = FieldType::bytes,
     .doc = "of a response, head and all, that get through",
     .default_text = "1Ki",
     .min = 1},
    {.name = "answer", .type = FieldType::bytes, .doc = "mean size of a response", .default_text = "16Ki", .min = 1},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<Truncate>(fields.number("after_bytes", 1024), fields.number("answer", 16 * 1024));
}

constexpr LogForm kLines[] = {
    {LogCause::reset, events::LogLevel::error, "call to {peer} failed: reading the response: unexpected EOF"},
};

}  // namespace

FaultKind truncate() {
  return {
      .name = "truncate",
      .summary = "responses of the target end before they are whole",
      .doc =
          "Connections end in order behind `after_bytes` of a response, as where a proxy has a limit or a full disk: "
          "the "
          "work is done and the target counts a success, but callers find less than was announced, count the call with "
          "those that were reset, retry it, and answer 503 when it is critical. Responses that are shorter come whole: "
          "with exponential sizes of mean `answer` that many are. Responses of health endpoints and scrapes are "
          "spared: "
          "a grey failure, which only callers see. Witness: the connections that ended before the response did.",
      .fields = kFields,
      .per_request = true,
      .per_connection = true,
      .reaches_probes = false,
      .lines = kLines,
      .make = make,
  };
}

}  // namespace firedrill::fake_services::faults
