// The certificate of the target is not valid.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services::faults {
namespace {

enum class Mode { expires, bad_name };

// By Mode.
constexpr LogForm kLines[] = {
    {LogCause::tls_error, events::LogLevel::error,
     "call to {peer} failed: tls: failed to verify the certificate: it has expired"},
    {LogCause::tls_error, events::LogLevel::error,
     "call to {peer} failed: tls: failed to verify the certificate: it is not valid for {peer}"},
};

class Tls final : public Fault {
 public:
  Tls(Mode mode, Duration expires_in) : mode_(mode), expires_in_(expires_in) {}

  void apply_to_requests(RequestConditions& conditions, double strength) const override {
    if (mode_ == Mode::bad_name) conditions.fail_connects(ConnectFailure::untrusted, strength);
  }
  // The service itself obeys the date: nobody trusts it from then on.
  void apply_to_service(ServiceConditions& conditions, double /*strength*/) const override {
    if (mode_ != Mode::expires) return;
    const Time expiry = conditions.since + expires_in_;
    if (!conditions.certificate_expiry || expiry < *conditions.certificate_expiry) {
      conditions.certificate_expiry = expiry;
    }
  }
  std::optional<Duration> turns_after() const override {
    if (mode_ != Mode::expires || expires_in_ <= Duration(0)) return std::nullopt;
    return expires_in_;
  }
  bool writes(const LogForm& line) const override { return &line == &kLines[static_cast<std::size_t>(mode_)]; }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (stands_out(during.tls_errors, during.attempts, before.tls_errors, before.attempts, during.first)) {
      return format("{:.0f} of {:.0f} handshakes with {} failed (before: {:.0f} of {:.0f})", during.tls_errors,
                    during.attempts, target, before.tls_errors, before.attempts);
    }
    constexpr double kHour = 3600;
    if (mode_ != Mode::expires || during.certificate_expiry_s > before.certificate_expiry_s - kHour)
      return std::nullopt;
    if (during.scrapes <= during.scrapes_failed) return std::nullopt;  // nobody has seen the gauge
    return format("the certificate of {} expires {:.1f} h earlier than before", target,
                  (before.certificate_expiry_s - during.certificate_expiry_s) / kHour);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    if (during.tls_errors > 0) {
      return format("{:.0f} of {:.0f} handshakes with {} failed (before: {:.0f} of {:.0f}); {}", during.tls_errors,
                    during.attempts, target, before.tls_errors, before.attempts,
                    count_bound(during.attempts, before.tls_errors, before.attempts, during.first));
    }
    return format("no handshake with {} failed, and its certificate expires by less than an hour earlier, if at all",
                  target);
  }

 private:
  Mode mode_;
  Duration expires_in_;
};

constexpr std::string_view kModes[] = {"expired", "expiring", "bad_name"};
constexpr FieldSpec kFields[] = {
    {.name = "certificate",
     .type = FieldType::text,
     .doc = "what is wrong with it: expired (what it is if nothing is said), expiring (if expires_in is given) or "
            "bad_name",
     .choices = kModes},
    {.name = "expires_in",
     .type = FieldType::duration,
     .doc = "of `expiring`: from the fault's beginning to the expiry",
     .min = 1},
};

std::optional<FieldProblem> check(const Fields& fields) {
  const std::string which = fields.text("certificate");
  if (!fields.has("expires_in") || which.empty() || which == "expiring") return std::nullopt;
  return FieldProblem{"expires_in", format("a certificate that is {} does not expire later", which),
                      "remove it, or write certificate: expiring"};
}

std::shared_ptr<const Fault> make(const Fields& fields) {
  const bool expiring = fields.has("expires_in");
  const std::string which = fields.text("certificate", expiring ? "expiring" : "expired");
  const Duration expired = -std::chrono::hours(1);
  const Duration in = which == "expired" ? expired : fields.duration("expires_in", std::chrono::hours(1));
  return std::make_shared<Tls>(which == "bad_name" ? Mode::bad_name : Mode::expires, in);
}

std::optional<Misfit> misfit(const ServiceSpec& service, const TargetSpec& /*target*/) {
  if (service.certificate) return std::nullopt;
  return Misfit{format("{} has no certificate", service.name),
                "give it one, for example certificate: {expires_in: 90d}"};
}

}  // namespace

FaultKind tls() {
  return {
      .name = "tls",
      .summary = "the certificate of the target expires, or names somebody else",
      .doc =
          "The target presents a certificate that has expired, that expires after `expires_in`, or that names another "
          "host. probe_ssl_earliest_cert_expiry says when it expires; from that instant on every handshake fails, at "
          "once and on all replicas, callers count tls_error and answer 503, the target counts nothing. A kubelet does "
          "not look at certificates: its HTTPS probes pass. Witness: failed handshakes, or before the expiry the "
          "gauge.",
      .fields = kFields,
      .per_request = false,
      .graded = false,
      .of_replicas = false,
      .aims = Aims(Aim::service),
      .lines = kLines,
      .make = make,
      .check = check,
      .misfit = misfit,
  };
}

}  // namespace firedrill::fake_services::faults
