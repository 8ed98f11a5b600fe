// What a monitor sent to its Alertmanager about an alert, and what of it was received: not one entry for each send, but
// stretches in which all went alike. A dead man's switch is judged by these.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/labels.h"

namespace firedrill::record {

// A firing alert is sent again when the last send is longer ago than this (Prometheus: --rules.alert.resend-delay).
inline constexpr Duration kResendDelay = 1min;

// Sends that follow each other as they should, with one outcome.
struct SendStretch {
  Time from;  // the first send
  Time to;    // the last
  bool received = true;
  std::uint64_t sends = 0;
  bool operator==(const SendStretch&) const = default;
};

// The sends of one alert instance while it was firing.
struct SendRecord {
  std::string alert;
  model::Labels labels;                // with alertname, as sent
  Duration spacing{};                  // between two sends while all is well
  std::vector<SendStretch> stretches;  // in order of time
  bool operator==(const SendRecord&) const = default;
};

// Between two sends of a rule that is evaluated at this interval: the first evaluation after the resend delay.
Duration send_spacing(Duration interval, Duration resend_delay = kResendDelay);

// Adds a send, later than those before: to the last stretch, if it went like it and comes when it is due.
void add_send(SendRecord& record, Time t, bool received);

// A time in which nothing was received.
struct Silence {
  Time from;  // when something was last received before it
  Time to;    // when something was next, or the run's end
  Duration length() const { return to - from; }
};
// Those of all the instances together, from the first that was received to `end`, in order of time: one before each
// send received that begins a stretch, and the last one. What is shorter than an instance's spacing is no silence of
// note and is left out within stretches. Empty: nothing was ever received.
std::vector<Silence> silences(std::span<const SendRecord* const> records, Time end);

}  // namespace firedrill::record
