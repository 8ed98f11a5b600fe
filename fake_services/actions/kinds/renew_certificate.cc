// A new certificate.
#include "base/text/format.h"
#include "base/time.h"
#include "fake_services/actions/action.h"
#include "fake_services/actions/relief.h"

namespace firedrill::fake_services::actions {
namespace {

constexpr std::string_view kCures[] = {"tls"};

std::optional<Misfit> misfit(const ServiceSpec& service, const Fields& /*arguments*/) {
  if (service.certificate) return std::nullopt;
  return Misfit{"it has no certificate", "name a service with one (`certificate:` in the topology)"};
}

std::expected<void, std::string> pull(Levers& levers, const std::string& target, const Fields& /*arguments*/) {
  return levers.renew_certificate(target);
}

Time expiry(const Observation& seen) {
  return Time(from_seconds(seen.certificate_expiry_s));
}

std::string shown(const Observation& before, const Observation& after, std::string_view target) {
  return format(
      "the certificate of {} expires at {} (before: {}), {:.0f} of {:.0f} connections were refused for it {} "
      "(before: {:.0f} of {:.0f})",
      target, format_instant(expiry(after)), format_instant(expiry(before)), after.tls_errors, after.attempts,
      lately(after), before.tls_errors, before.attempts);
}

std::optional<std::string> symptom(const Observation& before, const Observation& after, std::string_view target) {
  const bool later = after.certificate_expiry_s > before.certificate_expiry_s;
  const bool fewer = stands_out(before.tls_errors, before.attempts, after.tls_errors, after.attempts);
  if (!fewer && !(later && after.tls_errors <= 0)) return std::nullopt;
  return shown(before, after, target);
}

}  // namespace

ActionSpec renew_certificate() {
  return {
      .kind = events::ActionKind::renew_certificate,
      .name = "renew_certificate",
      .summary = "a new certificate",
      .doc =
          "Half a minute after it was begun the service has a certificate that lasts as long as the topology says of a "
          "new one (`expires_in`), issued for the right name. It helped when fewer connections fail for a certificate, "
          "or none does and it expires later than before.",
      .cures = kCures,
      .takes = std::chrono::seconds(30),
      .shows_within = std::chrono::minutes(5),
      .misfit = misfit,
      .pull = pull,
      .symptom = symptom,
      .unseen = shown,
  };
}

}  // namespace firedrill::fake_services::actions
