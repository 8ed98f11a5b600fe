#include "ruletest/series_feed.h"

#include <algorithm>

#include "base/format.h"

namespace firedrill::ruletest {
namespace {

using promql::SeriesRun;

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r\n\v\f";
  const std::size_t begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1);
}

}  // namespace

std::expected<void, InputError> SeriesFeed::add(const std::string& line, const Position& where) {
  auto parsed = promql::parse_series_runs(line);
  if (!parsed) return std::unexpected(InputError{parsed.error().what, parsed.error().remedy, where});
  const std::size_t known = store_->series_count();
  const tsdb::SeriesRef ref = store_->series(parsed->labels);
  const bool fresh = store_->series_count() > known;
  Cursor& cursor = fresh ? cursors_.emplace_back() : *std::ranges::find(cursors_, ref, &Cursor::series);
  cursor.series = ref;
  cursor.runs = std::move(parsed->runs);
  cursor.where = where;
  return {};
}

std::expected<SeriesFeed, InputError> SeriesFeed::make(const Test& test, tsdb::Store& store) {
  SeriesFeed feed(test, store);
  for (const InputSeries& input : test.input) {
    const std::string entry = input.series + " " + input.values;
    for (std::size_t begin = 0; begin <= entry.size() && !feed.cut_short_;) {
      const std::size_t end = std::min(entry.find('\n', begin), entry.size());
      const std::string_view line = trim(std::string_view(entry).substr(begin, end - begin));
      begin = end + 1;
      if (line.empty() || line.starts_with('#')) {
        feed.cut_short_ = input.where;
      } else if (auto added = feed.add(std::string(line), input.where); !added) {
        return std::unexpected(std::move(added.error()));
      }
    }
    if (feed.cut_short_) {
      // The line that ends the input does no harm behind the last series.
      if (&input == &test.input.back()) feed.cut_short_.reset();
      break;
    }
  }
  feed.measure(test);
  return feed;
}

void SeriesFeed::measure(const Test& test) {
  for (std::size_t i = 0; i < cursors_.size(); ++i) {
    std::uint64_t count = 0;
    for (const SeriesRun& run : cursors_[i].runs) count = std::min<std::uint64_t>(count + run.count, 1'000'000'000'000);
    if (count == 0 || !enter_run(cursors_[i], 0)) continue;
    active_.push_back(i);
    // Saturating: a trillion values of a day each are beyond any time.
    const auto steps = static_cast<std::int64_t>(count - 1);
    const std::int64_t limit = Time::max().time_since_epoch().count() / 4;
    const bool far = interval_.count() > 0 && steps > limit / interval_.count();
    const Time last = test.start + (far ? Duration(limit) : interval_ * steps);
    end_ = std::max(end_.value_or(last), last);
  }
}

bool SeriesFeed::enter_run(Cursor& cursor, std::size_t run) {
  while (run < cursor.runs.size() && cursor.runs[run].count == 0) ++run;
  cursor.run = run;
  if (run == cursor.runs.size()) return false;
  cursor.left = cursor.runs[run].count;
  cursor.current = cursor.runs[run].first;
  return true;
}

bool SeriesFeed::advance(Cursor& cursor) {
  if (--cursor.left == 0) return enter_run(cursor, cursor.run + 1);
  const SeriesRun& run = cursor.runs[cursor.run];
  if (run.kind == SeriesRun::Kind::rising) cursor.current += run.step;
  return true;
}

std::expected<void, InputError> SeriesFeed::append(Time t) {
  const std::uint64_t dropped = store_->samples_dropped();
  store_->append(t, refs_, values_);
  if (store_->samples_dropped() == dropped) return {};
  for (const Cursor& cursor : cursors_) {
    const auto times = store_->samples(cursor.series).times;
    if (times.empty() || times.back() == t.time_since_epoch().count()) continue;
    return std::unexpected(InputError{format("out of order sample of {}", store_->labels(cursor.series).to_string()),
                                      "a rule has written the series too", cursor.where});
  }
  return std::unexpected(InputError{"duplicate sample for timestamp", "a rule has written the series too", {}});
}

// All values of a series at one time: the first counts (promtool 2.42 takes an interval of 0 so).
void SeriesFeed::load_at_once() {
  for (const std::size_t i : active_) {
    Cursor& cursor = cursors_[i];
    const auto given = std::ranges::find_if(
        cursor.runs, [](const SeriesRun& r) { return r.kind != SeriesRun::Kind::absent && r.count > 0; });
    if (given != cursor.runs.end()) store_->append(cursor.series, next_, given->first);
  }
  active_.clear();
}

std::expected<void, InputError> SeriesFeed::load_until(Time t) {
  if (interval_ <= Duration::zero()) {
    load_at_once();
    return {};
  }
  for (; next_ <= t && !active_.empty(); next_ += interval_) {
    refs_.clear();
    values_.clear();
    bool ended = false;
    for (std::size_t& i : active_) {
      Cursor& cursor = cursors_[i];
      if (cursor.runs[cursor.run].kind != SeriesRun::Kind::absent) {
        refs_.push_back(cursor.series);
        values_.push_back(cursor.current);
      }
      if (!advance(cursor)) {
        i = cursors_.size();
        ended = true;
      }
    }
    if (ended) std::erase(active_, cursors_.size());
    if (auto appended = append(next_); !appended) return appended;
  }
  return {};
}

}  // namespace firedrill::ruletest
