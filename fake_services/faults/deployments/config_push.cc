// All replicas of the target read a bad configuration at once.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

enum class Effect { errors, crashes, unready };

class ConfigPush final : public Fault {
 public:
  ConfigPush(Effect effect, std::int32_t code) : effect_(effect), code_(code) {}

  void apply_to_requests(RequestConditions& conditions, double strength) const override {
    if (effect_ == Effect::errors) conditions.add_reply(code_, strength, 0);
  }
  void apply_to_pod(PodConditions& conditions, double /*strength*/) const override {
    if (effect_ == Effect::crashes) {
      conditions.crashed = true;
      conditions.exit_code = 1;
      conditions.crash_after_s = 1;
    }
    if (effect_ == Effect::unready) conditions.forced[1] = false;  // ProbeType::readiness
  }
  std::optional<ChangeForm> change(bool ends) const override {
    return ChangeForm{
        "configuration",
        ends ? "the configuration before the last one is read again" : "a new configuration is read by the replicas",
        "the configuration service"};
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (effect_ == Effect::errors) return code_rise(before, during, code_, target);
    if (during.endpoints >= before.endpoints) return std::nullopt;
    if (effect_ == Effect::crashes ? during.exits <= before.exits
                                   : during.readiness_failures <= before.readiness_failures) {
      return std::nullopt;
    }
    return format("{:.0f} of {:.0f} replicas of {} are ready (before: {:.0f}), {:.0f} containers ended",
                  during.endpoints, during.replicas, target, before.endpoints, during.exits);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    if (effect_ == Effect::errors) return code_unrisen(before, during, code_, target);
    return format(
        "{:.0f} of {:.0f} replicas of {} are ready (before: {:.0f}), {:.0f} containers ended and {:.0f} "
        "readiness probes failed {}",
        during.endpoints, during.replicas, target, before.endpoints, during.exits, during.readiness_failures,
        since_its_start(during));
  }

 private:
  Effect effect_;
  std::int32_t code_;
};

constexpr std::string_view kEffects[] = {"errors", "crashes", "unready"};
constexpr FieldSpec kFields[] = {
    {.name = "effect",
     .type = FieldType::text,
     .doc = "errors: requests are answered with `code`; crashes: a process that reads the configuration ends; unready: "
            "its readiness probe fails",
     .default_text = "errors",
     .choices = kEffects},
    {.name = "code",
     .type = FieldType::integer,
     .doc = "status code of the responses",
     .default_text = "500",
     .min = 400,
     .max = 599},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  const std::string effect = fields.text("effect", "errors");
  return std::make_shared<ConfigPush>(effect == "crashes"   ? Effect::crashes
                                      : effect == "unready" ? Effect::unready
                                                            : Effect::errors,
                                      static_cast<std::int32_t>(fields.integer("code", 500)));
}

constexpr LogForm kLines[] = {
    {LogCause::server_error, events::LogLevel::error,
     "{route} answered {code}: a setting has a value that this service cannot use"},
    {LogCause::too_many_requests, events::LogLevel::warn,
     "{route} answered 429: a setting has a value that this service cannot use"},
    {LogCause::client_error, events::LogLevel::warn,
     "{route} answered {code}: a setting has a value that this service cannot use"},
    {LogCause::exited, events::LogLevel::fatal, "settings cannot be read: unexpected value, process ends"},
};

}  // namespace

FaultKind config_push() {
  return {
      .name = "config_push",
      .summary = "the replicas of the target read a bad configuration at once",
      .doc =
          "No rollout and no canary: every replica targeted reads the bad configuration at the same instant (or over "
          "`ramp`, as a configuration that spreads). Their requests fail with `code`, or their processes crash, or "
          "they "
          "turn not ready. A restart reads the same configuration and does not help: crashed processes end in "
          "CrashLoopBackOff everywhere, and with all replicas down at once there are no survivors to take the load. "
          "Only "
          "the end of the fault, the old configuration, heals it, and then only as fast as the back-off lets them. "
          "Witness: responses with that code, or replicas that are no longer ready.",
      .fields = kFields,
      .per_request = true,
      .aims = Aims(Aim::service) | Aim::zone,
      .lines = kLines,
      .make = make,
  };
}

}  // namespace firedrill::fake_services::faults
