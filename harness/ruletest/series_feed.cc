#include "ruletest/series_feed.h"

#include <algorithm>

#include "base/text/format.h"
#include "ruletest/input_place.h"

namespace firedrill::ruletest {
namespace {

using promql::SeriesRun;

// So many samples of each series are made and appended at once.
constexpr std::size_t kBlock = 64;
// Of so many series: their values are appended while they are in the first cache.
constexpr std::size_t kSeriesAtOnce = 32;

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r\n\v\f";
  const std::size_t begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1);
}

}  // namespace

std::string not_unique(std::string_view label) {
  return format("label name {} is not unique: invalid sample", model::quote(label));
}

std::expected<void, InputError> SeriesFeed::add(const InputSeries& input, std::string_view line, std::size_t offset,
                                                promql::Version version) {
  const Position& where = input.where;
  auto parsed = promql::parse_series_runs(std::string(line), version);
  if (!parsed) {
    const promql::TextRange& range = parsed.error().where;
    return std::unexpected(InputError{parsed.error().what, parsed.error().remedy,
                                      place_in(input, offset + range.begin, range.end - range.begin)});
  }
  if (parsed->labels.empty() && !parsed->runs.empty()) {
    return std::unexpected(InputError{"empty labelset: invalid sample", "a series needs a name or a label", where});
  }
  const auto has_values = [](const SeriesRun& run) { return run.kind != SeriesRun::Kind::absent && run.count > 0; };
  if (!parsed->repeated.empty() && std::ranges::any_of(parsed->runs, has_values)) {
    return std::unexpected(InputError{not_unique(parsed->repeated), "give each label once", input.series_at});
  }
  const std::size_t known = store_->series_count();
  const tsdb::SeriesRef ref = store_->series(parsed->labels);
  const bool fresh = store_->series_count() > known;
  Cursor& cursor = fresh ? cursors_.emplace_back() : *std::ranges::find(cursors_, ref, &Cursor::series);
  cursor.series = ref;
  cursor.runs = std::move(parsed->runs);
  cursor.where = where;
  return {};
}

std::expected<SeriesFeed, InputError> SeriesFeed::make(const Test& test, promql::Version version, tsdb::Store& store) {
  SeriesFeed feed(test, store);
  for (const InputSeries& input : test.input) {
    const std::string entry = input.series + " " + input.values;
    for (std::size_t begin = 0; begin <= entry.size() && !feed.cut_short_;) {
      const std::size_t end = std::min(entry.find('\n', begin), entry.size());
      const std::string_view line = trim(std::string_view(entry).substr(begin, end - begin));
      begin = end + 1;
      if (line.empty() || line.starts_with('#')) {
        feed.cut_short_ = input.where;
      } else if (auto added = feed.add(input, line, static_cast<std::size_t>(line.data() - entry.data()), version);
                 !added) {
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
    const std::uint64_t count = promql::count_values(cursors_[i].runs);
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

InputError SeriesFeed::out_of_order() const {
  const std::string remedy = "a rule has written the series too";
  for (std::size_t i = 0; i < refs_.size(); ++i) {
    const promql::Columns columns = store_->samples(refs_[i]);
    for (std::size_t k = 0; k < times_.size(); ++k) {
      const auto at = std::ranges::lower_bound(columns.times, times_[k]) - columns.times.begin();
      const double value = values_[i * times_.size() + k];
      const auto place = static_cast<std::size_t>(at);
      if (place < columns.times.size() && columns.times[place] == times_[k] && columns.values[place] == value) continue;
      const auto cursor = std::ranges::find(cursors_, refs_[i], &Cursor::series);
      return {format("out of order sample of {}", store_->labels(refs_[i]).to_string()), remedy, cursor->where};
    }
  }
  return {"duplicate sample for timestamp", remedy, {}};
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
  while (next_ <= t && !active_.empty()) {
    times_.clear();
    for (; next_ <= t && times_.size() < kBlock; next_ += interval_) times_.push_back(next_.time_since_epoch().count());
    bool ended = false;
    for (std::size_t done = 0; done < active_.size(); done += kSeriesAtOnce) {
      const auto some = std::span(active_).subspan(done, std::min(kSeriesAtOnce, active_.size() - done));
      if (auto fed = feed_some(some, ended); !fed) return fed;
    }
    if (ended) std::erase(active_, cursors_.size());
  }
  return {};
}

std::expected<void, InputError> SeriesFeed::feed_some(std::span<std::size_t> some, bool& ended) {
  refs_.clear();
  values_.clear();
  const std::uint64_t dropped = store_->samples_dropped();
  for (std::size_t& i : some) {
    Cursor& cursor = cursors_[i];
    if (cursor.left > times_.size() && cursor.runs[cursor.run].kind != SeriesRun::Kind::absent) {
      refs_.push_back(cursor.series);
      make_values(cursor, times_.size());
    } else if (!feed(cursor)) {
      i = cursors_.size();
      ended = true;
    }
  }
  store_->append(times_, refs_, values_);
  if (store_->samples_dropped() != dropped) return std::unexpected(out_of_order());
  return {};
}

void SeriesFeed::make_values(Cursor& cursor, std::size_t count) {
  const SeriesRun& run = cursor.runs[cursor.run];
  const bool rising = run.kind == SeriesRun::Kind::rising;  // nothing is added to -0, which would become 0
  double value = cursor.current;
  for (std::size_t i = 0; i < count; ++i) {
    values_.push_back(value);
    if (rising) value += run.step;
  }
  cursor.current = value;
  cursor.left -= count;
}

bool SeriesFeed::feed(Cursor& cursor) {
  const std::span<const std::int64_t> times = times_;
  const std::size_t others = values_.size();
  for (std::size_t done = 0; done < times.size();) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(cursor.left, times.size() - done));
    if (cursor.runs[cursor.run].kind == SeriesRun::Kind::absent) {
      cursor.left -= count;
    } else {
      make_values(cursor, count);
      store_->append(times.subspan(done, count), {&cursor.series, 1}, std::span(values_).subspan(others));
      values_.resize(others);
    }
    done += count;
    if (cursor.left == 0 && !enter_run(cursor, cursor.run + 1)) return false;
  }
  return true;
}

}  // namespace firedrill::ruletest
