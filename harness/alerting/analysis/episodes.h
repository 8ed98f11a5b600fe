// The stretches in which an alert was pending and did not fire: each asks `for` anew.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "alerting/analysis/why_not.h"
#include "base/time.h"
#include "model/labels.h"

namespace firedrill::alerting {

// What ended a stretch.
enum class EndKind {
  unknown,
  below,          // a comparison no longer held
  gap,            // what is compared had no value
  present,        // what `absent` asks about was there again
  taken_away,     // by `unless`
  apart,          // both sides of `and` held, for no series in common
  label_changed,  // the alert went on under other labels
  restarted,      // the monitor went down; `for` began anew
};

struct Episode {
  model::Labels labels;  // of the alert
  Time began;
  Time last;                  // it held from then until here
  std::optional<Time> ended;  // the first evaluation that found it no longer; absent: it went on
  EndKind end = EndKind::unknown;
  std::string how{};      // "up was 1", in words
  std::string changed{};  // the label that did

  Duration length() const { return last - began; }
};

// Fills in what ended the episode. `at`: its end less the query offset. `series_labels`: of the alert those that are no
// doing of its rule. `next`: the labels of what began to be pending of the same rule when it ended.
void find_end(Episode& episode, WhyNotWatch& watch, Time at, const model::Labels& series_labels,
              std::span<const model::Labels> next);

// How instants and durations are written, and what stands behind how long it held: ", and `for` asks for 5m".
struct EpisodeWords {
  std::function<std::string(Time)> at;
  std::function<std::string(Duration)> length;
  std::string asked{};
};

// "from 5m for 1m30s, until up was 1 at 7m", or of several, in order of time: how many there were, when each was (of
// many the first and the last), the longest, and what ended them. Of several alerts those of the one that held for the
// longest.
std::string describe(std::span<const Episode> episodes, const EpisodeWords& words);

}  // namespace firedrill::alerting
