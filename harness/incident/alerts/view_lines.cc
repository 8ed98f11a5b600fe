#include "incident/alerts/view_lines.h"

#include <algorithm>

#include "base/maths.h"

namespace firedrill::incident {
namespace {

// Series that are kept apart; of more only a few are shown.
constexpr std::size_t kMostTracks = 256;

// Without a threshold nothing is near.
bool nearer(double a, double b) {
  return maths::is_nan(b) ? !maths::is_nan(a) : a > b;
}

}  // namespace

double Nearness::of(double value, double threshold) const {
  // An infinite value at an infinite threshold lies on it.
  const double beyond = value == threshold ? 0 : value - threshold;
  const double distance = beyond < 0 ? -beyond : beyond;
  switch (op_) {
    case promql::BinaryOp::lt:
    case promql::BinaryOp::le:
      return -beyond;
    case promql::BinaryOp::eq:
      return -distance;
    case promql::BinaryOp::ne:
      return distance;
    default:
      return beyond;
  }
}

std::size_t ViewLines::slice_of(Time t) const {
  const std::int64_t slice = (t - window_.from - 1ms) / window_.slice;
  return std::min(window_.slices - 1, static_cast<std::size_t>(std::max<std::int64_t>(0, slice)));
}

void ViewLines::begin(Time t, double threshold, bool marked) {
  now_ = t;
  threshold_ = threshold;
  marked_ = marked;
  looked_.resize(window_.slices);
  looked_[slice_of(t)] = true;
  if (maths::is_nan(threshold)) return;
  if (any_threshold_ && threshold != constant_) moves_ = true;
  constant_ = threshold;
  any_threshold_ = true;
}

void ViewLines::keep(Track& track, const Kept& kept) const {
  track.slices.resize(window_.slices);
  Slice& slice = track.slices[slice_of(kept.t)];
  if (!slice.any || nearer(kept.nearness, slice.nearest.nearness)) slice.nearest = kept;
  if (!slice.any || nearer(slice.farthest.nearness, kept.nearness)) slice.farthest = kept;
  slice.any = true;
  if (!track.any || nearer(kept.nearness, track.best)) track.best = kept.nearness;
  track.any = true;
  if (!marked_) return;
  // Of a crowd the nearest one at that time.
  if (track.marked.empty() || track.marked.back().t != kept.t) {
    track.marked.push_back(kept);
  } else if (nearer(kept.nearness, track.marked.back().nearness)) {
    track.marked.back() = kept;
  }
}

void ViewLines::add(std::uint32_t row, double value) {
  if (maths::is_nan(value)) return;
  const Kept kept{now_, value, threshold_, nearness_.of(value, threshold_)};
  const auto [it, added] = track_of_.try_emplace(row, tracks_.size());
  if (added && tracks_.size() < kMostTracks) {
    tracks_.emplace_back();
    tracks_.back().row = row;
  } else if (added) {
    it->second = kMostTracks;
    ++crowd_.series;
  }
  keep(it->second == kMostTracks ? crowd_ : tracks_[it->second], kept);
}

// The nearest of both at each time that is kept.
void ViewLines::join(Track& into, const Track& other) {
  into.series += other.series;
  if (into.slices.size() < other.slices.size()) into.slices.resize(other.slices.size());
  for (std::size_t i = 0; i < other.slices.size(); ++i) {
    const Slice& theirs = other.slices[i];
    Slice& ours = into.slices[i];
    if (!theirs.any) continue;
    if (!ours.any || nearer(theirs.nearest.nearness, ours.nearest.nearness)) ours = theirs;
  }
  std::vector<Kept> both;
  std::ranges::merge(into.marked, other.marked, std::back_inserter(both), {}, &Kept::t, &Kept::t);
  into.marked.clear();
  for (const Kept& kept : both) {
    if (into.marked.empty() || into.marked.back().t != kept.t) {
      into.marked.push_back(kept);
    } else if (nearer(kept.nearness, into.marked.back().nearness)) {
      into.marked.back() = kept;
    }
  }
}

AlertView::Line ViewLines::line_of(const Track& track, std::vector<Kept>& drawn) const {
  AlertView::Line line;
  line.labels = track.labels;
  std::vector<Kept> kept = track.marked;
  for (std::size_t i = 0; i < window_.slices; ++i) {
    const bool any = i < track.slices.size() && track.slices[i].any;
    line.values.push_back(any ? track.slices[i].nearest.value : maths::nan());
    if (any) {
      kept.push_back(track.slices[i].nearest);
      kept.push_back(track.slices[i].farthest);
    } else if (looked_[i]) {
      const Time middle = window_.from + window_.slice * static_cast<std::int64_t>(i) + window_.slice / 2;
      kept.push_back({middle, maths::nan(), maths::nan(), maths::nan()});
    }
  }
  std::ranges::stable_sort(kept, {}, &Kept::t);
  const auto repeats = std::ranges::unique(kept, {}, &Kept::t);
  kept.erase(repeats.begin(), repeats.end());
  for (const Kept& point : kept) line.points.push_back({point.t, point.value});
  drawn.insert(drawn.end(), kept.begin(), kept.end());
  return line;
}

void ViewLines::fill_thresholds(AlertView& view, std::vector<Kept>& drawn, const std::vector<Track>& tracks) const {
  view.threshold_moves = moves_;
  view.threshold = any_threshold_ ? constant_ : maths::nan();
  if (!moves_) return;
  std::ranges::stable_sort(drawn, {}, &Kept::t);
  for (const Kept& point : drawn) {
    const bool known = !view.threshold_points.empty() && view.threshold_points.back().t == point.t;
    if (!known && !maths::is_nan(point.threshold)) view.threshold_points.push_back({point.t, point.threshold});
  }
  for (std::size_t i = 0; i < window_.slices; ++i) {
    const Kept* nearest = nullptr;
    for (const Track& track : tracks) {
      if (i >= track.slices.size() || !track.slices[i].any) continue;
      const Kept& kept = track.slices[i].nearest;
      if (nearest == nullptr || nearer(kept.nearness, nearest->nearness)) nearest = &kept;
    }
    view.thresholds.push_back(nearest == nullptr ? maths::nan() : nearest->threshold);
  }
}

void ViewLines::fill(AlertView& view) {
  std::ranges::stable_sort(tracks_, [](const Track& a, const Track& b) {
    return nearer(a.best, b.best) || (!nearer(b.best, a.best) && a.labels < b.labels);
  });
  const bool too_many = crowd_.series > 0 || tracks_.size() > window_.most_lines;
  const std::size_t apart = too_many ? std::min(tracks_.size(), window_.most_lines - 1) : tracks_.size();
  std::vector<Kept> drawn;
  for (std::size_t i = 0; i < apart; ++i) view.lines.push_back(line_of(tracks_[i], drawn));
  if (too_many) {
    for (std::size_t i = apart; i < tracks_.size(); ++i) join(crowd_, tracks_[i]);
    for (Slice& slice : crowd_.slices) slice.farthest = slice.nearest;
    view.lines.push_back(line_of(crowd_, drawn));
    view.lines.back().others = crowd_.series;
    tracks_.resize(apart);
    tracks_.push_back(crowd_);
  }
  fill_thresholds(view, drawn, tracks_);
}

}  // namespace firedrill::incident
