// Who is on call: a schedule has tiers, a tier layers, each with a rotation, and overrides above them all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/time.h"
#include "oncall/schedule/rotation.h"
#include "oncall/schedule/window.h"

namespace firedrill::oncall {

struct Layer {
  std::string name{};  // empty: the tier's own members
  std::vector<std::string> members{};
  Rotation rotation{};
  std::vector<Window> restrictions{};  // in the rotation's zone; empty: it holds always
  Position where{};
};

// Somebody stands in.
struct Override {
  std::string member{};
  Time from{};
  Time to{};  // does not belong to it
  Position where{};
};

// A stretch of time with one person, or with nobody.
struct Shift {
  enum class By { rotation, layer, override, nobody };
  Time from{};
  Time to{};
  std::string member{};  // empty: nobody
  By by = By::rotation;
  std::string layer{};    // its name, of By::layer
  std::int64_t turn = 0;  // of the layer's rotation

  bool has_somebody() const { return !member.empty(); }
  bool operator==(const Shift&) const = default;
};
std::string_view to_string(Shift::By by);  // "rotation"

struct Tier {
  std::string name{};
  Duration escalation_delay{};        // how long it has before the next one is paged
  std::vector<Layer> layers{};        // a later one goes before an earlier one where it holds
  std::vector<Override> overrides{};  // by time; none overlap
  Position where{};

  // The shift in which the instant lies, whole: from its handoff to the next, but for what cuts it.
  Shift shift_at(Time instant) const;
  // Empty: nobody.
  std::string on_call(Time instant) const;
  // Those that have a part in [from, to), one after the other without a gap; whole ones at both ends.
  std::vector<Shift> shifts(Time from, Time to) const;

 private:
  Shift stretch_at(Time instant) const;
};

// A team's tiers in the order in which they are paged.
struct Schedule {
  std::string name{};
  std::string team{};  // as playbooks call it; as the schedule, if nothing else is said
  Zone zone = Zone::utc();
  std::vector<Tier> tiers{};
  int loops = 0;                                  // how often the walk over the tiers begins again
  std::optional<Duration> acknowledge_timeout{};  // nothing: an acknowledgement holds for good
  std::string then{};                             // the schedule that is paged when the walk is over; empty: none
  Position where{};

  const Tier* find(std::string_view tier) const;  // null if there is none of that name
};

}  // namespace firedrill::oncall
