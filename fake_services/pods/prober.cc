#include "fake_services/pods/prober.h"

#include <algorithm>
#include <utility>

#include "base/text/format.h"

namespace firedrill::fake_services {
namespace {

ProbeResult initial(ProbeType type) {
  switch (type) {
    case ProbeType::liveness:
      return ProbeResult::success;
    case ProbeType::readiness:
      return ProbeResult::failure;
    case ProbeType::startup:
      return ProbeResult::unknown;
  }
  std::unreachable();
}

}  // namespace

std::string_view to_string(ProbeType type) {
  switch (type) {
    case ProbeType::liveness:
      return "liveness";
    case ProbeType::readiness:
      return "readiness";
    case ProbeType::startup:
      return "startup";
  }
  std::unreachable();
}

std::string_view to_string(ProbeResult result) {
  switch (result) {
    case ProbeResult::unknown:
      return "unknown";
    case ProbeResult::success:
      return "success";
    case ProbeResult::failure:
      return "failure";
  }
  std::unreachable();
}

events::ClusterEvent probe_failed(Time t, std::string_view pod, std::string_view service, std::string_view type,
                                  std::string_view why) {
  std::string name(type);
  if (!name.empty()) name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return {.first = t,
          .last = t,
          .warning = true,
          .reason = "Unhealthy",
          .object = format("pod/{}", pod),
          .service = std::string(service),
          .message = format("{} probe failed{}{}", name, why.empty() ? "" : ": ", why)};
}

Duration timeout_at(const ProbeSpec& probe, double speed) {
  const double longest = static_cast<double>(std::max(probe.period_seconds, probe.timeout_seconds)) / speed;
  return std::min(Duration(std::chrono::seconds(probe.timeout_seconds)), from_seconds(longest));
}

double speed_with_timeout(const ProbeSpec& probe, Duration timeout) {
  return static_cast<double>(std::max(probe.period_seconds, probe.timeout_seconds)) / to_seconds(timeout);
}

Worker::Worker(ProbeType type, const ProbeSpec& spec, Time created)
    : type_(type), spec_(spec), next_grid_(created), free_at_(created), published_(initial(type)) {
  spec_.period_seconds = std::max<std::int64_t>(1, spec_.period_seconds);
}

std::optional<Time> Worker::next_tick() const {
  if (under_way_) return free_at_;
  if (exited_) return std::nullopt;
  return std::max(free_at_, triggered_at_ ? std::min(*triggered_at_, next_grid_) : next_grid_);
}

std::optional<Publication> Worker::tick(Time now, const ContainerView& view, const RunProbe& run) {
  if (under_way_) return finish(now);
  take_tick(now);
  return examine(now, view, run);
}

// What woke the worker. Where a requested probe and a tick are both waiting, Go's select draws lots; here the request
// goes first. Its reset of the ticker discards the waiting tick, as Go's timers do since 1.23.
void Worker::take_tick(Time now) {
  if (triggered_at_ && *triggered_at_ <= now) {
    triggered_at_.reset();
    next_grid_ = now + period();
  } else if (next_grid_ <= now) {
    next_grid_ += ((now - next_grid_) / period() + 1) * period();
  }
}

void Worker::trigger(Time now) {
  if (!exited_ && !triggered_at_) triggered_at_ = now;
}

void Worker::stop() {
  exited_ = true;
  triggered_at_.reset();
}

ProbeResult Worker::result(std::uint64_t container) const {
  return container == container_ && container != 0 ? published_ : initial(type_);
}

void Worker::adopt(std::uint64_t container, ProbeResult result, Time now) {
  container_ = container;
  published_ = last_ = result;
  run_ = 1;
  on_hold_ = type_ == ProbeType::startup;
  skip_to(now);
}

void Worker::skip_to(Time now) {
  if (next_grid_ < now) next_grid_ += ((now - next_grid_ - Duration(1)) / period() + 1) * period();
}

bool Worker::steady(const ContainerView& view) const {
  if (idle(view.id)) return true;
  if (type_ == ProbeType::startup || exited_ || under_way_ || triggered_at_ || view.pod_deleting) return false;
  return view.id == container_ && view.running && view.started && published_ == ProbeResult::success &&
         delay_is_over(next_grid_, view);
}

void Worker::coast(Time until) {
  if (on_hold_ || next_grid_ >= until) return;
  const std::int64_t ticks = (until - next_grid_ - Duration(1)) / period() + 1;
  counts_.successful += static_cast<std::uint64_t>(ticks);
  run_ = last_ == ProbeResult::success ? run_ + ticks : ticks;
  last_ = ProbeResult::success;
  next_grid_ += ticks * period();
}

// The pod's status holds the start in whole seconds (status_manager.go, normalizeStatus), and the comparison is in
// whole seconds too.
bool Worker::delay_is_over(Time now, const ContainerView& view) const {
  const auto started_at = std::chrono::floor<std::chrono::seconds>(view.started_at);
  return std::chrono::floor<std::chrono::seconds>(now - started_at).count() >= spec_.initial_delay_seconds;
}

// worker.go, doProbe: the order of these questions is part of the semantics.
std::optional<Publication> Worker::examine(Time now, const ContainerView& view, const RunProbe& run) {
  if (view.pod_terminal) {
    stop();
    return std::nullopt;
  }
  if (view.id == 0) return std::nullopt;
  if (view.id != container_) {
    container_ = view.id;
    published_ = initial(type_);
    on_hold_ = false;
  }
  if (on_hold_) return std::nullopt;
  if (!view.running) return publish(now, ProbeResult::failure, nullptr);
  if (view.pod_deleting && type_ != ProbeType::readiness) {
    stop();
    return publish(now, ProbeResult::success, nullptr);
  }
  if (!delay_is_over(now, view)) return std::nullopt;
  if (view.started == (type_ == ProbeType::startup)) return std::nullopt;

  kept_ = view.kept;
  under_way_ = Attempt{container_, attempt(now, run)};
  free_at_ = now + under_way_->outcome.took;
  return free_at_ == now ? finish(now) : std::nullopt;
}

ProbeOutcome Worker::attempt(Time now, const RunProbe& run) const {
  const Duration timeout = std::chrono::seconds(spec_.timeout_seconds);
  Duration spent{};
  for (int i = 1;; ++i) {
    ProbeOutcome outcome = run(type_, spec_, now + spent);
    if (outcome.took < Duration::zero()) outcome.took = Duration::zero();
    if (outcome.took >= timeout) {
      outcome.took = timeout;
      if (outcome.verdict != ProbeVerdict::error) {
        outcome.verdict = ProbeVerdict::failure;
        outcome.warning = false;
        outcome.detail = format("no response within {} s", spec_.timeout_seconds);
      }
    }
    spent += outcome.took;
    outcome.took = spent;
    if (outcome.verdict != ProbeVerdict::error || i == kMaxAttempts) return outcome;
  }
}

std::optional<Publication> Worker::finish(Time now) {
  const Attempt attempt = std::move(*under_way_);
  under_way_.reset();
  if (attempt.outcome.verdict == ProbeVerdict::error) return std::nullopt;

  const bool success = attempt.outcome.verdict == ProbeVerdict::success;
  if (!success) last_failure_ = attempt.outcome.detail;
  const ProbeResult result = success ? ProbeResult::success : ProbeResult::failure;
  ++(success ? counts_.successful : counts_.failed);
  if (success && attempt.outcome.warning) ++counts_.warnings;
  if (success && attempt.outcome.took > counts_.slowest) {
    counts_.slowest = attempt.outcome.took;
    counts_.slowest_at = now - attempt.outcome.took;
  }
  run_ = result == last_ ? run_ + 1 : 1;
  last_ = result;
  if (run_ < (success ? spec_.success_threshold : spec_.failure_threshold)) return std::nullopt;

  // A failed container is about to be restarted, a started one needs no startup probe: nothing more until it is
  // replaced.
  const bool is_over = success ? type_ == ProbeType::startup : type_ != ProbeType::readiness && !kept_;
  if (is_over) {
    on_hold_ = true;
    run_ = 0;
  }
  return publish(now, result, &attempt.outcome);
}

std::optional<Publication> Worker::publish(Time now, ProbeResult result, const ProbeOutcome* outcome) {
  if (std::exchange(published_, result) == result) return std::nullopt;
  Publication publication{
      .at = now, .type = type_, .container = container_, .result = result, .probed = outcome != nullptr};
  if (outcome) {
    publication.warning = outcome->warning;
    publication.detail = outcome->detail;
  }
  return publication;
}

}  // namespace firedrill::fake_services
