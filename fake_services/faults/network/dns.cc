// Names of dependencies are not resolved.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services::faults {
namespace {

enum class Mode { nxdomain, servfail, delay, wrong_address };

// By Mode.
constexpr LogForm kLines[] = {
    {LogCause::dns_error, events::LogLevel::error, "call to {peer} failed: lookup {peer}: no such host"},
    {LogCause::dns_error, events::LogLevel::error, "call to {peer} failed: lookup {peer}: server misbehaving"},
    {LogCause::slow, events::LogLevel::warn, "{route} took {took}, most of it to look up a name"},
    {LogCause::refused, events::LogLevel::error,
     "call to {peer} failed: connect to the address that its name gives: connection refused"},
};

class Dns final : public Fault {
 public:
  Dns(Mode mode, double delay) : mode_(mode), delay_(delay) {}

  void apply_to_calls(RequestConditions& conditions, double strength) const override {
    switch (mode_) {
      case Mode::nxdomain:
      case Mode::servfail:
        conditions.fail_connects(ConnectFailure::unresolved, strength);
        break;
      case Mode::delay:
        conditions.add_delay(strength, delay_, 0);
        break;
      case Mode::wrong_address:
        conditions.refuse(strength);
        break;
    }
  }
  bool writes(const LogForm& line) const override { return &line == &kLines[static_cast<std::size_t>(mode_)]; }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (mode_ == Mode::delay) {
      if (!latency_rose(before, during)) return std::nullopt;
      return format("{:.0f} calls of {} took {:.1f} ms on average (before: {:.1f} ms over {:.0f})",
                    during.latency_count, target, during.mean_latency_s() * 1000, before.mean_latency_s() * 1000,
                    before.latency_count);
    }
    const bool refused = mode_ == Mode::wrong_address;
    const double now = refused ? during.refused : during.dns_errors;
    const double then = refused ? before.refused : before.dns_errors;
    if (!stands_out(now, during.attempts, then, before.attempts, during.first)) return std::nullopt;
    return format("{:.0f} of {:.0f} calls of {} {} (before: {:.0f} of {:.0f})", now, during.attempts, target,
                  refused ? "were refused" : "found no address", then, before.attempts);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    if (during.attempts <= 0) return format("{} called nothing {}", target, since_its_start(during));
    if (mode_ == Mode::delay) return latency_unrisen(before, during, target);
    const bool refused = mode_ == Mode::wrong_address;
    return attempts_unchanged(refused ? during.refused : during.dns_errors, during,
                              refused ? before.refused : before.dns_errors, before,
                              format("calls of {} {}", target, refused ? "were refused" : "found no address"));
  }

 private:
  Mode mode_;
  double delay_;
};

constexpr std::string_view kModes[] = {"nxdomain", "servfail", "delay", "wrong_address"};
constexpr FieldSpec kFields[] = {
    {.name = "answer",
     .type = FieldType::text,
     .doc = "what the resolver does",
     .default_text = "servfail",
     .choices = kModes},
    {.name = "delay",
     .type = FieldType::duration,
     .doc = "of `delay`: how long a look-up takes",
     .default_text = "5s",
     .min = 0.001,
     .max = 3600},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  const std::string answer = fields.text("answer", "servfail");
  Mode mode = Mode::servfail;
  if (answer == "nxdomain") mode = Mode::nxdomain;
  if (answer == "delay") mode = Mode::delay;
  if (answer == "wrong_address") mode = Mode::wrong_address;
  return std::make_shared<Dns>(mode, to_seconds(fields.duration("delay", std::chrono::seconds(5))));
}

}  // namespace

FaultKind dns() {
  return {
      .name = "dns",
      .summary = "the target cannot resolve the names of its dependencies",
      .doc =
          "Look-ups of the dependency that the target names, or of all of them, fail (nxdomain, servfail), take "
          "`delay`, "
          "or give the address of a host on which nothing listens (wrong_address). Calls fail without being sent: "
          "dependency errors rise, the dependencies and the processor idle. Kubelets use addresses: probes pass, "
          "unless "
          "the readiness endpoint looks at the dependency. Witness: calls that found no address, were refused or late.",
      .fields = kFields,
      .per_request = false,
      .view = View::calls,
      .reaches_probes = false,
      .lines = kLines,
      .make = make,
      .misfit = needs_dependencies,
  };
}

}  // namespace firedrill::fake_services::faults
