// A bad version is rolled out to the target.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"
#include "fake_services/topology/release.h"

namespace firedrill::fake_services::faults {
namespace {

class BadDeploy final : public Fault {
 public:
  explicit BadDeploy(Release release) : release_(std::move(release)) {}

  void apply_to_pod(PodConditions& conditions, double /*strength*/) const override { conditions.release = &release_; }
  std::optional<ChangeForm> change(bool ends) const override {
    return ChangeForm{"deployment",
                      ends ? format("version {} is rolled back", release_.version)
                           : format("version {} is rolled out", release_.version),
                      "the deployment pipeline"};
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    const double run = during.of_version(release_.version);
    const double ran = before.of_version(release_.version);
    if (run <= ran) return std::nullopt;
    return format("{:.0f} of {:.0f} pods of {} run {} (before: {:.0f}); of any version {:.0f} are ready", run,
                  during.replicas, target, release_.version, ran, during.endpoints);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return format("{:.0f} of {:.0f} pods of {} run {} (before: {:.0f}) {}", during.of_version(release_.version),
                  during.replicas, target, release_.version, before.of_version(release_.version),
                  since_its_start(during));
  }

 private:
  Release release_;
};

constexpr FieldSpec kFields[] = {
    {.name = "version", .type = FieldType::text, .required = true, .doc = "the version that is rolled out"},
    {.name = "errors",
     .type = FieldType::ratio,
     .doc = "share of the requests that the new version answers with `code`",
     .default_text = "0%",
     .min = 0,
     .max = 1},
    {.name = "code",
     .type = FieldType::integer,
     .doc = "status code of these responses",
     .default_text = "500",
     .min = 400,
     .max = 599},
    {.name = "slower",
     .type = FieldType::number,
     .doc = "by which the new version's own time for a request is multiplied",
     .default_text = "1",
     .min = 0.01,
     .max = 1000},
    {.name = "crash_after",
     .type = FieldType::duration,
     .doc = "how long each process of the new version runs before it ends with exit code 1; absent: it does not end",
     .min = 0},
    {.name = "leak",
     .type = FieldType::bytes,
     .doc = "by which the memory of each process of the new version grows in a minute",
     .default_text = "0",
     .min = 0},
    {.name = "becomes_ready",
     .type = FieldType::boolean,
     .doc = "whether the new version's readiness probe ever succeeds",
     .default_text = "true"},
    {.name = "max_unavailable",
     .type = FieldType::ratio,
     .doc = "share of the replicas that may be missing while it is rolled out, rounded down; absent: as the service's "
            "`strategy` says",
     .min = 0,
     .max = 1},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  Release release;
  release.version = fields.text("version");
  release.errors = fields.number("errors");
  release.code = static_cast<std::int32_t>(fields.integer("code", release.code));
  release.cpu_factor = fields.number("slower", 1);
  if (fields.has("crash_after")) release.crash_after_s = to_seconds(fields.duration("crash_after"));
  release.leak = fields.number("leak") / 60;
  release.becomes_ready = fields.boolean("becomes_ready", true);
  if (fields.has("max_unavailable")) release.max_unavailable = fields.number("max_unavailable");
  return std::make_shared<BadDeploy>(std::move(release));
}

constexpr LogForm kLines[] = {
    {LogCause::server_error, events::LogLevel::error,
     "{route} answered {code}: a field of the response is missing ({service} {version})"},
    {LogCause::client_error, events::LogLevel::warn,
     "{route} answered {code}: a field of the request is unknown ({service} {version})"},
    {LogCause::slow, events::LogLevel::warn, "{route} took {took} in {service} {version}"},
    {LogCause::exited, events::LogLevel::fatal, "{service} {version}: unhandled exception, process ends"},
};

}  // namespace

FaultKind bad_deploy() {
  return {
      .name = "bad_deploy",
      .summary = "a bad version is rolled out to the target",
      .doc =
          "The replicas targeted are replaced by such of `version`, as the service's `strategy` has it: pods of a new "
          "ReplicaSet, with names and addresses of their own, as many beside the old ones as may surge; old ones go as "
          "the new ones are there. A canary is a target with `mode: fixed-percent`. The new version fails a share of "
          "its requests, is slower, leaks, crashes or "
          "never "
          "becomes ready. One that crashes or is never ready stalls its own rollout and the old replicas carry on; one "
          "that is ready and wrong goes all the way. build_info has the `version` of each replica: "
          "`… * on (instance) group_left (version) build_info` gives errors by version, and so does "
          "`sum by (version)` where the service has `version_label`; "
          "kube_deployment_status_replicas_updated and the Progressing condition show how far it has come. The end of "
          "the "
          "fault is the rollback, rolled out alike. Witness: replicas that run another version.",
      .fields = kFields,
      .per_request = false,
      .graded = false,
      .aims = Aim::service,
      .lines = kLines,
      .make = make,
      .misfit = needs_pods,
  };
}

}  // namespace firedrill::fake_services::faults
