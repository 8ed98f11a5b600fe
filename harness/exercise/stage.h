// The series that are made up for an alert, and their values: in a time in which all is well, and in one in which it
// is to fire.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "exercise/subject.h"
#include "model/labels.h"

namespace firedrill::exercise {

// A value, or one that counts from the time at which the alert is to fire (of metrics that are instants).
struct Level {
  double value = 0;
  bool from_now = false;  // seconds since then, as a Unix time
  bool operator==(const Level&) const = default;
};
// Nothing: the series is not there.
using Value = std::optional<Level>;

// What of a series the alert looks at.
enum class Motion {
  level,  // its value
  slope,  // by how much it grows each second
  trend,  // where it is heading: it moves to its value over the whole time
};

// A series, or the buckets of a histogram: those whose bound is not below the value grow, ten each second.
struct Prop {
  std::string metric;
  std::map<std::string, std::string> labels;
  Motion motion = Motion::level;
  std::vector<double> bounds;  // of a histogram; empty: it is none
  Value calm;
  Value hot;
};

// Labels that every series of the target has which do not say otherwise.
inline constexpr const char* kInstance = "exercise";

// Ways of giving selectors series; what no single series can make fire, several of them may.
enum class Casting {
  plain,      // one for each selector, alike in the labels that the rules mention
  bare,       // the same with no labels but those that selectors or joins ask for
  beside,     // and others beside them, where one selector asks for more than another of the same metric
  twice,      // each twice, apart in a label that the rules do not mention
  differing,  // each twice, apart in the labels that no selector asks for
  crowd,      // each five times
};
inline constexpr Casting kCastings[] = {Casting::plain,     Casting::bare,  Casting::beside,
                                        Casting::differing, Casting::twice, Casting::crowd};

// Without values. The error names the selector that no series can satisfy.
std::expected<std::vector<Prop>, std::string> cast(const Subject& subject, Casting casting);

// The bounds of a histogram's buckets, around the numbers of the expressions; rising.
std::vector<double> bounds_of(const Subject& subject);

// The values that are worth trying for each of them, the likeliest first.
std::vector<std::vector<Value>> values_of(const Subject& subject, std::span<const Prop> props);

}  // namespace firedrill::exercise
