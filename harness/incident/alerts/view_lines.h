// The lines of an alert's view: what is kept of the values that its rule saw, slice by slice.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "incident/alerts/view.h"
#include "promql/parse/ast.h"

namespace firedrill::incident {

// How near values come to firing, on a scale on which 0 is the threshold and more is nearer, or farther beyond.
class Nearness {
 public:
  explicit Nearness(promql::BinaryOp op) : op_(op) {}
  // NaN where one of them is.
  double of(double value, double threshold) const;

 private:
  promql::BinaryOp op_;
};

class ViewLines {
 public:
  ViewLines(const ViewWindow& window, promql::BinaryOp op) : window_(window), nearness_(op) {}

  // The next evaluation: times rise. At a `marked` one every value is kept.
  void begin(Time t, double threshold, bool marked);
  // A value of it; `row` names the series, in the numbers of a promql::Query.
  void add(std::uint32_t row, double value);

  // Fills lines and thresholds of the view. `labels_of` gives those of a row, without the name.
  template <typename LabelsOf>
  void finish(AlertView& view, const LabelsOf& labels_of) && {
    for (Track& track : tracks_) track.labels = labels_of(track.row);
    fill(view);
  }

 private:
  struct Kept {
    Time t;
    double value = 0;
    double threshold = 0;
    double nearness = 0;
  };
  struct Slice {
    bool any = false;
    Kept nearest, farthest;
  };
  // A series; or all that came when there were too many to keep apart.
  struct Track {
    std::uint32_t row = 0;
    model::Labels labels;
    std::size_t series = 1;
    std::vector<Slice> slices;
    std::vector<Kept> marked;
    double best = 0;
    bool any = false;
  };

  void keep(Track& track, const Kept& kept) const;
  static void join(Track& into, const Track& other);
  void fill(AlertView& view);
  AlertView::Line line_of(const Track& track, std::vector<Kept>& drawn) const;
  void fill_thresholds(AlertView& view, std::vector<Kept>& drawn, const std::vector<Track>& tracks) const;
  std::size_t slice_of(Time t) const;

  ViewWindow window_;
  Nearness nearness_;
  std::vector<Track> tracks_;
  Track crowd_{0, {}, 0, {}, {}, 0, false};
  std::map<std::uint32_t, std::size_t> track_of_;
  std::vector<bool> looked_;  // by slice
  Time now_;
  double threshold_ = 0;
  bool marked_ = false;
  bool moves_ = false;
  double constant_ = 0;
  bool any_threshold_ = false;
};

}  // namespace firedrill::incident
