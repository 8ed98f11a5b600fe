// Plan nodes of instant and range selectors.
#pragma once

#include "promql/eval/selection.h"
#include "promql/functions/blocks.h"

namespace firedrill::promql {

// The latest sample of each series within the lookback, unless it is a stale marker.
class InstantSelector final : public VectorNode {
 public:
  // `timestamps`: the samples' times in seconds instead of their values, for timestamp().
  InstantSelector(Selection& selection, bool timestamps) : selection_(selection), timestamps_(timestamps) {}
  const Points& eval(Context& ctx) override;
  const Table& table() const override { return selection_.table(); }

 private:
  Selection& selection_;
  bool timestamps_;
  std::vector<Cursor> cursors_;  // by row
  Points out_;
};

class RangeSelector final : public RangeNode {
 public:
  RangeSelector(Selection& selection, Duration range) : selection_(selection), range_(range.count()) {}
  void begin(Context& ctx) override;
  bool next(Row& row, Window& window) override;
  const Table& table() const override { return selection_.table(); }
  void track_falls() override { track_falls_ = true; }
  void track_blocks() override { track_blocks_ = true; }

 private:
  struct Bounds {
    Cursor begin;
    Cursor end;
    // Found among the samples [from, checked), each looked at once, when it enters the window: absolute indices.
    std::vector<std::uint64_t> stale;  // stale markers
    std::vector<std::uint64_t> falls;  // values below the one before, where they are tracked
    std::uint64_t from = 0;
    std::uint64_t checked = 0;
    Blocks blocks;
  };
  // Copies the window's samples but for stale markers.
  void copy_without_stale(const Columns& columns, std::size_t begin, std::size_t end);
  void look_at_new(Bounds& bounds, const Columns& columns) const;

  Selection& selection_;
  std::int64_t range_;
  std::vector<Bounds> bounds_;  // by row
  Context* ctx_ = nullptr;
  Window window_;
  std::int64_t after_ = 0;  // samples are later than this
  bool track_falls_ = false;
  bool track_blocks_ = false;
  std::size_t position_ = 0;
  std::vector<std::int64_t> times_;
  std::vector<double> values_;
};

}  // namespace firedrill::promql
