// A share of the target's requests is answered with an HTTP error at once.
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class HttpError final : public Fault {
 public:
  HttpError(int code, double retry_after_s) : code_(code), retry_after_s_(retry_after_s) {}

  void apply_to_requests(RequestConditions& conditions, double strength) const override {
    conditions.add_reply(code_, strength, retry_after_s_);
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    return code_rise(before, during, code_, target);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return code_unrisen(before, during, code_, target);
  }

 private:
  int code_;
  double retry_after_s_;
};

constexpr FieldSpec kFields[] = {
    {.name = "code",
     .type = FieldType::integer,
     .doc = "status code of the response",
     .default_text = "500",
     .min = 400,
     .max = 599},
    {.name = "retry_after",
     .type = FieldType::duration,
     .doc = "value of the Retry-After header, which callers that retry obey"},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<HttpError>(static_cast<int>(fields.integer("code", 500)),
                                     to_seconds(fields.duration("retry_after")));
}

constexpr LogForm kLines[] = {
    {LogCause::server_error, events::LogLevel::error, "{route} answered {code}: the handler gave up before it began"},
    {LogCause::too_many_requests, events::LogLevel::warn, "{route} answered 429: the handler gave up before it began"},
    {LogCause::client_error, events::LogLevel::warn, "{route} answered {code}: the handler gave up before it began"},
};

}  // namespace

FaultKind http_error() {
  return {
      .name = "http_error",
      .summary = "requests to the target are answered with an error code at once",
      .doc =
          "The target answers a share of its requests with `code` without doing any work; with `retry_after`, callers "
          "that retry wait that long first. Its counters show the code, its error ratio and burn rate rise, and "
          "callers "
          "for whom the call is critical answer 502. Probes fail only if their path is matched. Witness: the responses "
          "with that code counted by callers.",
      .fields = kFields,
      .per_request = true,
      .per_connection = true,
      .lines = kLines,
      .make = make,
  };
}

}  // namespace firedrill::fake_services::faults
