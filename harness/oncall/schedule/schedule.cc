#include "oncall/schedule/schedule.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace firedrill::oncall {
namespace {

bool is_one_shift(const Shift& a, const Shift& b) {
  return a.member == b.member && a.by == b.by && a.layer == b.layer && a.turn == b.turn;
}

Shift by_layer(const Layer& layer, std::int64_t turn) {
  const auto count = static_cast<std::int64_t>(layer.members.size());
  return {.member = layer.members[static_cast<std::size_t>(((turn % count) + count) % count)],
          .by = layer.name.empty() ? Shift::By::rotation : Shift::By::layer,
          .layer = layer.name,
          .turn = turn};
}

Shift by_override(const Override& override) {
  return {.member = override.member, .by = Shift::By::override, .turn = override.from.time_since_epoch().count()};
}

// Takes its person into a stretch of time.
void hand_to(Shift& stretch, Shift holder) {
  holder.from = stretch.from;
  holder.to = stretch.to;
  stretch = std::move(holder);
}

void cut(Shift& stretch, Time instant, Time edge) {
  if (edge <= instant) stretch.from = std::max(stretch.from, edge);
  if (edge > instant) stretch.to = std::min(stretch.to, edge);
}

// Goes over a time from edge to edge, with every layer's state beside it: what stretch_at says, of a long time.
class Sweep {
 public:
  Sweep(const Tier& tier, Time from, Time to) : tier_(tier), from_(from), to_(to), holding_(tier.layers.size()) {
    for (std::size_t i = 0; i < tier.layers.size(); ++i) add_edges(i);
    for (const Override& each : tier.overrides) {
      add_edge(each.from);
      add_edge(each.to);
    }
    std::ranges::stable_sort(edges_, {}, &Edge::t);
  }

  std::vector<Shift> shifts() {
    std::vector<Shift> all;
    std::size_t next = 0;
    for (Time t = from_; t < to_;) {
      for (; next < edges_.size() && edges_[next].t <= t; ++next) {
        if (edges_[next].layer < holding_.size()) holding_[edges_[next].layer] += edges_[next].change;
      }
      Shift shift = holder(t);
      shift.from = t;
      shift.to = next < edges_.size() ? std::min(edges_[next].t, to_) : to_;
      t = shift.to;
      if (!all.empty() && is_one_shift(all.back(), shift)) {
        all.back().to = shift.to;
      } else {
        all.push_back(std::move(shift));
      }
    }
    return all;
  }

 private:
  static constexpr std::size_t kNoLayer = SIZE_MAX;
  struct Edge {
    Time t{};
    std::size_t layer = kNoLayer;
    int change = 0;  // in how many of its windows hold
  };

  void add_edge(Time t) {
    if (t >= from_ && t < to_) edges_.push_back({.t = t});
  }

  void add_edges(std::size_t index) {
    const Layer& layer = tier_.layers[index];
    if (layer.restrictions.empty()) {
      holding_[index] = 1;
    } else {
      for (const Stretch& each : stretches_of(layer.restrictions, layer.rotation.zone, from_, to_)) {
        edges_.push_back({std::max(each.from, from_), index, 1});
        edges_.push_back({each.to, index, -1});
      }
    }
    const std::int64_t first = layer.rotation.turn_at(from_);
    for (std::int64_t turn = first;; ++turn) {
      const Time start = layer.rotation.start_of(turn);
      if (start >= to_) break;
      add_edge(start);
    }
  }

  Shift holder(Time t) {
    const auto stand_in =
        std::ranges::find_if(tier_.overrides, [&](const Override& each) { return each.from <= t && t < each.to; });
    if (stand_in != tier_.overrides.end()) return by_override(*stand_in);
    for (std::size_t i = tier_.layers.size(); i-- > 0;) {
      if (holding_[i] > 0 && !tier_.layers[i].members.empty()) {
        return by_layer(tier_.layers[i], tier_.layers[i].rotation.turn_at(t));
      }
    }
    return {.by = Shift::By::nobody};
  }

  const Tier& tier_;
  Time from_;
  Time to_;
  std::vector<int> holding_;  // by layer, how many of its windows do
  std::vector<Edge> edges_;
};

}  // namespace

std::string_view to_string(Shift::By by) {
  switch (by) {
    case Shift::By::rotation:
      return "rotation";
    case Shift::By::layer:
      return "layer";
    case Shift::By::override:
      return "override";
    case Shift::By::nobody:
      return "nobody";
  }
  std::unreachable();
}

// Around the instant nothing changes from the last edge to the next one, whichever layer it is of.
Shift Tier::stretch_at(Time instant) const {
  Shift stretch{.from = Time::min(), .to = Time::max(), .by = Shift::By::nobody};
  for (const Layer& layer : layers) {
    bool holds = true;
    if (!layer.restrictions.empty()) {
      const WindowsAt at = windows_at(layer.restrictions, layer.rotation.zone, instant);
      cut(stretch, instant, at.since);
      cut(stretch, instant, at.until);
      holds = at.inside;
    }
    if (!holds || layer.members.empty()) continue;
    const std::int64_t turn = layer.rotation.turn_at(instant);
    cut(stretch, instant, layer.rotation.start_of(turn));
    cut(stretch, instant, layer.rotation.start_of(turn + 1));
    hand_to(stretch, by_layer(layer, turn));
  }
  for (const Override& each : overrides) {
    cut(stretch, instant, each.from);
    cut(stretch, instant, each.to);
    if (instant < each.from || instant >= each.to) continue;
    hand_to(stretch, by_override(each));
  }
  return stretch;
}

Shift Tier::shift_at(Time instant) const {
  Shift shift = stretch_at(instant);
  while (shift.from > Time::min()) {
    const Shift before = stretch_at(shift.from - Duration{1});
    if (!is_one_shift(before, shift)) break;
    shift.from = before.from;
  }
  while (shift.to < Time::max()) {
    const Shift after = stretch_at(shift.to);
    if (!is_one_shift(after, shift)) break;
    shift.to = after.to;
  }
  return shift;
}

std::string Tier::on_call(Time instant) const {
  return stretch_at(instant).member;
}

std::vector<Shift> Tier::shifts(Time from, Time to) const {
  if (from >= to) return {};
  const Time begin = shift_at(from).from;
  const Time end = shift_at(to - Duration{1}).to;
  return Sweep(*this, begin, end).shifts();
}

const Tier* Schedule::find(std::string_view tier) const {
  const auto found = std::ranges::find(tiers, tier, &Tier::name);
  return found == tiers.end() ? nullptr : &*found;
}

}  // namespace firedrill::oncall
