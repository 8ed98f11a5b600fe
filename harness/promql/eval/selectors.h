// Plan nodes of instant and range selectors.
#pragma once

#include <algorithm>
#include <array>

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
  // As info(), whose first argument is given, looks for info series: at the evaluation time, but only among the samples
  // that the argument's first selector or subquery would see, and only in series that have any where the whole query
  // looks.
  void look_for_info(const Expr& argument);

 private:
  // The first and last time of a sample that counts.
  struct Span {
    std::int64_t oldest;
    std::int64_t latest;
  };
  Span span(const Context& ctx) const;
  Span info_span(const Context& ctx) const;

  Selection& selection_;
  bool timestamps_;
  bool for_info_ = false;
  Modifiers first_;              // of the first selector or subquery of info()'s argument
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
  void move_on() override { moves_on_ = true; }

  // As next(), in two halves, for those who need no more of most series than where their windows lie.
  struct Place {
    Row row = 0;
    const Columns* columns = nullptr;
    // The window's samples, as indices into the columns. Equal if there is none.
    std::size_t begin = 0;
    std::size_t end = 0;

    // Whether there is no stale marker and no fall in the window.
    bool monotonic() const { return columns->first + begin >= columns->monotonic_from; }
  };
  bool next_place(Place& place) {
    if (in_chunk_ == chunk_size_ && !next_chunk()) return false;
    const std::size_t i = in_chunk_++;
    place.row = selection_.entries()[position_++].row;
    place.columns = &chunk_[i];
    find(place);
    return true;
  }
  // The window's bounds; its samples are not yet there.
  const Window& empty_window() const { return window_; }
  // Samples of the window are later than after() and not later than until().
  std::int64_t after() const { return after_; }
  std::int64_t until() const { return until_; }
  std::span<const Selection::Entry> entries() const { return selection_.entries(); }
  // Where the window of one entry lies, whose columns are put into `columns`, which has to outlive the place.
  Place place(const Selection::Entry& entry, Columns& columns) {
    columns = ctx_->data->samples(entry.series);
    Place place{entry.row, &columns};
    find(place);
    return place;
  }
  // False if all its samples are stale markers.
  bool look_into(const Place& place, Window& window);

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
  // Where the window lies in the column of times that was looked at last. Series that are sampled together share it.
  struct Found {
    const std::int64_t* times = nullptr;
    std::uint64_t first = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t size = 0;  // how many of the times were known
  };
  static constexpr std::size_t kChunk = 64;

  bool next_chunk();
  void find(Place& place) {
    const Columns& columns = *place.columns;
    const std::size_t size = columns.times.size();
    const bool shared = columns.times.data() == found_.times && columns.first == found_.first;
    // A series with fewer samples has a prefix of the times; with more, the end is known only if it lay among them.
    if (!shared || (size > found_.size && found_.end == found_.size)) seek(place);
    place.begin = std::min(found_.begin, size);
    place.end = std::min(found_.end, size);
  }
  void seek(const Place& place);
  // Copies the window's samples but for stale markers.
  void copy_without_stale(const Columns& columns, std::size_t begin, std::size_t end);
  void look_at_new(Bounds& bounds, const Columns& columns, std::uint64_t begin, std::uint64_t end) const;

  Selection& selection_;
  std::int64_t range_;
  std::vector<Bounds> bounds_;  // by row
  Context* ctx_ = nullptr;
  Window window_;
  std::int64_t after_ = 0;  // samples are later than this
  std::int64_t until_ = 0;  // and not later than this
  bool moves_on_ = false;
  bool track_falls_ = false;
  bool track_blocks_ = false;
  std::size_t position_ = 0;  // of the next entry
  std::array<SeriesRef, kChunk> series_{};
  std::array<Columns, kChunk> chunk_{};  // of the entries around the position
  std::size_t chunk_size_ = 0;
  std::size_t in_chunk_ = 0;
  Found found_;
  std::vector<std::int64_t> times_;
  std::vector<double> values_;
};

}  // namespace firedrill::promql
