// Scripts for the kubelet's tests: what a probe finds attempt by attempt, and a log of what the worker made of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text/format.h"
#include "fake_services/pods/pod.h"
#include "fake_services/pods/prober.h"

namespace firedrill::fake_services::test {

inline Time at(double seconds) {
  return Time{} + from_seconds(seconds);
}
inline std::string text(Time t) {
  return format("{}", to_seconds(t));
}

// One letter an attempt, the last one goes on for ever: S success, F failure, W success with a warning, E error of the
// prober, T no answer within the time-out, H success after half a second.
inline ProbeOutcome outcome(char letter) {
  switch (letter) {
    case 'F':
      return {.verdict = ProbeVerdict::failure, .detail = "HTTP probe failed with status code 503"};
    case 'W':
      return {.warning = true};
    case 'E':
      return {.verdict = ProbeVerdict::error};
    case 'T':
      return {.took = Duration::max() / 2};
    case 'H':
      return {.took = std::chrono::milliseconds(500)};
    default:
      return {};
  }
}

class Answers {
 public:
  explicit Answers(std::string_view letters) : letters_(letters) {}
  char next() { return letters_[at_ + 1 < letters_.size() ? at_++ : at_]; }

 private:
  std::string letters_;
  std::size_t at_ = 0;
};

// What happens to the container that a worker probes. From `start` on it runs (a new container for each); `stop`: it
// has ended; `keep`: nobody ends it for what probes find; `started`: its startup probe has succeeded; `delete`,
// `terminal`: the pod; `trigger`: a probe is asked for; `end`: the worker is stopped.
struct Happening {
  double at = 0;
  std::string_view what;
};

// "5F 10F 15F=failure": an attempt at 5 that failed, …, at 15 the failure was published. A published result without an
// attempt stands alone: "20=success".
inline std::string run_worker(ProbeType type, const ProbeSpec& spec, std::string_view answers,
                              const std::vector<Happening>& happenings, double until) {
  Worker worker(type, spec, at(0));
  Answers script(answers);
  ContainerView view;
  std::string log;
  const auto add = [&](const std::string& entry) { log += (log.empty() ? "" : " ") + entry; };
  const RunProbe run = [&](ProbeType, const ProbeSpec&, Time now) {
    const char letter = script.next();
    add(text(now) + letter);
    return outcome(letter);
  };
  const auto happen = [&](const Happening& h) {
    if (h.what == "start") view = {.id = view.id + 1, .running = true, .started = true, .started_at = at(h.at)};
    if (h.what == "start unstarted") view = {.id = view.id + 1, .running = true, .started_at = at(h.at)};
    if (h.what == "stop") view.running = view.started = false;
    if (h.what == "started") view.started = true;
    if (h.what == "keep") view.kept = true;
    if (h.what == "delete") view.pod_deleting = true;
    if (h.what == "terminal") view.pod_terminal = true;
    if (h.what == "trigger") worker.trigger(at(h.at));
    if (h.what == "end") worker.stop();
  };
  std::size_t next = 0;
  while (true) {
    const auto tick = worker.next_tick();
    if (next < happenings.size() && (!tick || at(happenings[next].at) <= *tick)) {
      happen(happenings[next++]);
      continue;
    }
    if (!tick || *tick > at(until)) return tick ? log : log + (log.empty() ? "exited" : " exited");
    const std::size_t before = log.size();
    const auto published = worker.tick(*tick, view, run);
    if (!published) continue;
    const bool attached = log.size() != before && published->at == *tick;
    if (attached) {
      log += format("={}", to_string(published->result));
    } else {
      add(format("{}={}", to_seconds(published->at), to_string(published->result)));
    }
  }
}

// A process whose answers are scripted by probe type, and that reacts to SIGTERM after `shutdown`.
class ScriptedProcess : public Process {
 public:
  std::string liveness = "S", readiness = "S", startup = "S";  // a letter for each second, the last one for ever
  std::optional<Duration> stops_in = std::chrono::seconds(1);

  ProbeOutcome probe(ProbeType type, const ProbeSpec&, Time now) override {
    const std::string& letters = type == ProbeType::liveness    ? liveness
                                 : type == ProbeType::readiness ? readiness
                                                                : startup;
    const auto second = static_cast<std::size_t>(std::max(0.0, to_seconds(now)));
    return outcome(letters[std::min(second, letters.size() - 1)]);
  }
  std::optional<Duration> shutdown(Time) override { return stops_in; }
};

// One line an event, but for probes that decide nothing: "12 probe.failure readiness (detail)".
inline std::string describe(const PodEvent& event) {
  const bool probe = event.kind == EventKind::probe_success || event.kind == EventKind::probe_failure;
  return format("{} {}{}{}{}", to_seconds(event.at), to_string(event.kind),
                probe ? format(" {}", to_string(event.probe)) : "",
                event.detail.empty() ? "" : format(" ({})", event.detail), event.warning ? " warning" : "");
}

inline std::string describe(const std::vector<PodEvent>& events) {
  std::string out = "\n";
  for (const PodEvent& event : events) {
    if (event.decides) out += describe(event) + "\n";
  }
  return out;
}

inline void run_until(Pod& pod, Process& process, Time until, std::vector<PodEvent>& events) {
  while (pod.next_event() && *pod.next_event() <= until) pod.step(*pod.next_event(), process, events);
}

}  // namespace firedrill::fake_services::test
