#include "tsdb/store.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <deque>
#include <functional>
#include <limits>
#include <unordered_map>

#include "tsdb/archive.h"
#include "tsdb/codec.h"
#include "tsdb/label_index.h"

namespace firedrill::tsdb {
namespace {

// A prefix is cut off once it is this long and no shorter than what remains, so that cutting costs a constant for each
// sample.
constexpr std::size_t kTrimSamples = 256;

constexpr std::uint32_t kNone = ~std::uint32_t{0};

std::int64_t millis(Time t) {
  return t.time_since_epoch().count();
}

// Columns grow by half, not to double: there are many, and what they do not fill is lost.
template <typename T>
void make_room(std::vector<T>& column, std::size_t more) {
  if (column.capacity() - column.size() >= more) return;
  column.reserve(column.size() + std::max({std::size_t{16}, column.size() / 2, more}));
}

template <typename T>
void push(std::vector<T>& column, T value) {
  make_room(column, 1);
  column.push_back(value);
}

template <typename T>
void push(std::vector<T>& column, std::span<const T> values) {
  make_room(column, values.size());
  column.insert(column.end(), values.begin(), values.end());
}

// The times of the series that are its members. A member has the first values.size() of them.
struct TimeColumn {
  std::vector<std::int64_t> times;
  std::uint64_t first = 0;  // absolute index of times[0]
  std::vector<SeriesRef> members;
};

// What is known of a series apart from its samples.
struct Identity {
  model::Labels labels;
  std::uint32_t same_hash = kNone;
};

struct SeriesData {
  std::vector<double> values;
  std::uint64_t monotonic_from = 0;  // promql::Columns::monotonic_from
  std::uint32_t column = kNone;      // none before the first sample
  bool kept = false;
};

struct Packed {
  std::shared_ptr<const std::string> file;
  std::string_view samples;  // in it

  void read(std::vector<std::int64_t>& times, std::vector<double>& values) const {
    [[maybe_unused]] const bool read = unpack_samples(samples, times, values);
    assert(read);
  }
};

}  // namespace

// Taken from the budget at a time.
constexpr std::int64_t kSeriesAtATime = 64;
constexpr std::int64_t kBytesAtATime = 1 << 16;
// What a series costs besides its labels; these stand in its identity, and in the index twice.
constexpr std::int64_t kBytesOfSeries = 256;
constexpr std::int64_t kCopiesOfLabels = 3;
// Of a packed sample: two columns, and while it is unpacked the bytes that it is read from.
constexpr std::int64_t kBytesUnpacked = 16;
constexpr std::int64_t kBytesUnpacking = 40;

// What a store takes of the bounds. That of a copy is taken again.
struct Shares {
  explicit Shares(Budget* of)
      : series(of, Bound::series, kSeriesAtATime),
        labels(of, Bound::label_bytes, kBytesAtATime),
        samples(of, Bound::sample_bytes, kBytesAtATime) {}
  Shares(const Shares& other) : Shares(other.series.budget()) {
    series.use(other.series.have());
    labels.use(other.labels.have());
    samples.use(other.samples.have());
  }

  Share series;
  Share labels;
  Share samples;
};

struct Store::Impl {
  explicit Impl(Budget* of) : budget(of), shares(of) {}

  Budget* budget;
  Shares shares;
  std::int64_t label_bytes = 0;
  std::int64_t unpacked_bytes = 0;
  std::uint64_t weighed = 0;  // of the samples appended
  std::vector<SeriesData> series;
  std::deque<Identity> identities;  // by series, too; a deque, so that labels() stays valid as series are added
  std::deque<TimeColumn> columns;
  std::unordered_map<std::uint64_t, SeriesRef> by_hash;
  LabelIndex index;
  std::unordered_map<SeriesRef, Archive> archives;  // of kept series; never walked in hash order
  std::unordered_map<SeriesRef, Packed> packed;     // not unpacked yet; never walked
  std::uint32_t last_column = kNone;                // where the next new series may fit in
  std::uint64_t appended = 0;
  std::uint64_t dropped = 0;

  std::optional<SeriesRef> find(const model::Labels& labels, std::uint64_t hash) const {
    const auto it = by_hash.find(hash);
    if (it == by_hash.end()) return std::nullopt;
    for (SeriesRef ref = it->second; ref != kNone; ref = identities[ref].same_hash) {
      if (identities[ref].labels == labels) return ref;
    }
    return std::nullopt;
  }

  std::uint32_t new_column(SeriesRef member, std::uint64_t first) {
    columns.push_back({});
    columns.back().first = first;
    columns.back().members = {member};
    return static_cast<std::uint32_t>(columns.size() - 1);
  }

  // The column for a series' first sample: the one last written to, if that begins at the same time and whole.
  std::uint32_t first_column(SeriesRef ref, std::int64_t t) {
    if (last_column != kNone) {
      TimeColumn& column = columns[last_column];
      if (column.first == 0 && !column.times.empty() && column.times.front() == t) {
        column.members.push_back(ref);
        return last_column;
      }
    }
    return new_column(ref, 0);
  }

  // A column of its own for a series that no longer keeps step.
  void part(SeriesRef ref) {
    SeriesData& data = series[ref];
    TimeColumn& shared = columns[data.column];
    std::erase(shared.members, ref);
    const std::uint32_t own = new_column(ref, shared.first);
    const TimeColumn& old = columns[data.column];
    columns[own].times.assign(old.times.begin(), old.times.begin() + static_cast<std::ptrdiff_t>(data.values.size()));
    data.column = own;
  }

  bool append(SeriesRef ref, std::int64_t t, double value);
  // Whether samples at these times keep step: the first of them are in the series' column already, the others (from
  // `known` on) may be added to it.
  bool keeps_step(const SeriesData& data, std::span<const std::int64_t> times, std::size_t& known) const;
  void append_known(SeriesData& data, std::span<const double> values);
  void append(std::span<const std::int64_t> times, std::span<const SeriesRef> refs, std::span<const double> values);
  void unpack(SeriesRef ref);
  std::uint32_t column_of(std::vector<std::int64_t> times, SeriesRef member);
  void trim(TimeColumn& column, std::int64_t before);
};

bool Store::Impl::append(SeriesRef ref, std::int64_t t, double value) {
  SeriesData& data = series[ref];
  if (data.column == kNone && !packed.empty()) unpack(ref);
  if (data.column == kNone) data.column = first_column(ref, t);
  const std::size_t size = data.values.size();
  TimeColumn* column = &columns[data.column];
  if (size > 0 && t <= column->times[size - 1]) {
    const bool repeated = t == column->times[size - 1] &&
                          std::bit_cast<std::uint64_t>(value) == std::bit_cast<std::uint64_t>(data.values.back());
    if (!repeated) ++dropped;
    return repeated;
  }
  if (size == column->times.size()) {
    push(column->times, t);
  } else if (column->times[size] != t) {
    part(ref);
    column = &columns[data.column];
    push(column->times, t);
  }
  promql::note_value(data.monotonic_from, column->first + size, size > 0 ? data.values.back() : value, value);
  push(data.values, value);
  last_column = data.column;
  ++appended;
  return true;
}

// A reader may hold spans of other series: no column that is there already may be touched.
void Store::Impl::unpack(SeriesRef ref) {
  const auto it = packed.find(ref);
  if (it == packed.end()) return;
  const auto count = static_cast<std::int64_t>(packed_count(it->second.samples));
  if (!shares.samples.use(unpacked_bytes + kBytesUnpacking * count)) return;
  unpacked_bytes += kBytesUnpacked * count;
  std::vector<std::int64_t> times;
  SeriesData& data = series[ref];
  it->second.read(times, data.values);
  packed.erase(it);
  appended += times.size();
  for (std::size_t i = 0; i < data.values.size(); ++i) {
    promql::note_value(data.monotonic_from, i, data.values[i > 0 ? i - 1 : 0], data.values[i]);
  }
  if (!times.empty()) data.column = column_of(std::move(times), ref);
  shares.samples.use(unpacked_bytes);
}

// The column with exactly these times among the last ones, which series of one target stand next to each other for.
std::uint32_t Store::Impl::column_of(std::vector<std::int64_t> times, SeriesRef member) {
  constexpr std::size_t kLookBack = 8;
  for (std::size_t i = columns.size(); i > 0 && i + kLookBack > columns.size(); --i) {
    TimeColumn& column = columns[i - 1];
    if (column.first != 0 || column.times != times) continue;
    column.members.push_back(member);
    return static_cast<std::uint32_t>(i - 1);
  }
  const std::uint32_t own = new_column(member, 0);
  columns[own].times = std::move(times);
  return own;
}

bool Store::Impl::keeps_step(const SeriesData& data, std::span<const std::int64_t> times, std::size_t& known) const {
  if (data.column == kNone) return false;
  const TimeColumn& column = columns[data.column];
  const std::size_t size = data.values.size();
  if (size == 0 || times.front() <= column.times[size - 1]) return false;
  known = std::min(column.times.size() - size, times.size());
  return std::ranges::equal(times.first(known), std::span(column.times).subspan(size, known)) &&
         std::ranges::adjacent_find(times, std::greater_equal{}) == times.end();
}

void Store::Impl::append_known(SeriesData& data, std::span<const double> values) {
  const std::uint64_t position = columns[data.column].first + data.values.size();
  double before = data.values.back();
  bool rising = true;  // and no NaN, which a stale marker is
  for (const double value : values) {
    rising = rising && value >= before;
    before = value;
  }
  if (!rising) {
    before = data.values.back();
    for (std::size_t i = 0; i < values.size(); ++i) {
      promql::note_value(data.monotonic_from, position + i, before, values[i]);
      before = values[i];
    }
  }
  push(data.values, values);
  appended += values.size();
}

// What is found out for one series, where it stands in which column and that the times fit there, holds for all that
// stand in the same place.
void Store::Impl::append(std::span<const std::int64_t> times, std::span<const SeriesRef> refs,
                         std::span<const double> values) {
  constexpr std::size_t kAhead = 8;
  std::uint32_t fitting = kNone;
  std::size_t place = 0;
  for (std::size_t i = 0; i < refs.size(); ++i) {
    if (i + kAhead < refs.size()) {
      const std::vector<double>& later = series[refs[i + kAhead]].values;
      const double* const end = later.data() + later.size();
      for (std::size_t k = 0; k <= times.size(); k += 64 / sizeof(double)) __builtin_prefetch(end + k, 1);
    }
    SeriesData& data = series[refs[i]];
    const auto own = values.subspan(i * times.size(), times.size());
    if (data.column == kNone || data.column != fitting || data.values.size() != place) {
      std::size_t known = 0;
      if (!keeps_step(data, times, known)) {
        for (std::size_t k = 0; k < times.size(); ++k) append(refs[i], times[k], own[k]);
        continue;
      }
      push(columns[data.column].times, times.subspan(known));
      fitting = data.column;
      place = data.values.size();
    }
    append_known(data, own);
    last_column = data.column;
  }
}

void Store::Impl::trim(TimeColumn& column, std::int64_t before) {
  if (column.times.size() < 2 * kTrimSamples || column.times[kTrimSamples - 1] >= before) return;
  const auto cut = static_cast<std::size_t>(std::ranges::lower_bound(column.times, before) - column.times.begin());
  if (cut < column.times.size() - cut) return;
  // Members that ended before the cut cannot keep step with what is left.
  std::vector<SeriesRef> behind;
  for (const SeriesRef member : column.members) {
    if (series[member].values.size() < cut) behind.push_back(member);
  }
  for (const SeriesRef member : behind) part(member);
  const auto length = static_cast<std::ptrdiff_t>(cut);
  for (const SeriesRef member : column.members) {
    std::vector<double>& values = series[member].values;
    if (series[member].kept) {
      archives[member].add(std::span(column.times).first(cut), std::span<const double>(values).first(cut));
    }
    values.erase(values.begin(), values.begin() + length);
  }
  column.times.erase(column.times.begin(), column.times.begin() + length);
  column.first += cut;
}

Store::Store(Budget* budget) : impl_(std::make_unique<Impl>(budget)) {}
Store::Store(const Store& other) : impl_(std::make_unique<Impl>(*other.impl_)) {}
Store::~Store() = default;
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;

SeriesRef Store::series(const model::Labels& labels) {
  const std::uint64_t hash = labels.hash();
  if (const auto known = impl_->find(labels, hash)) return *known;
  const auto ref = static_cast<SeriesRef>(impl_->series.size());
  const auto [it, fresh] = impl_->by_hash.try_emplace(hash, ref);
  impl_->series.push_back({});
  Identity& identity = impl_->identities.emplace_back();
  identity.labels = labels;
  if (!fresh) {
    identity.same_hash = it->second;
    it->second = ref;
  }
  impl_->index.add(ref, labels);
  impl_->label_bytes += kBytesOfSeries + kCopiesOfLabels * static_cast<std::int64_t>(labels.bytes());
  impl_->shares.labels.use(impl_->label_bytes);
  impl_->shares.series.use(static_cast<std::int64_t>(impl_->series.size()));
  return ref;
}

SeriesRef Store::add_packed(const model::Labels& labels, std::string_view samples,
                            const std::shared_ptr<const std::string>& file) {
  const SeriesRef ref = series(labels);
  impl_->packed.insert_or_assign(ref, Packed{file, samples});
  return ref;
}

std::optional<SeriesRef> Store::find(const model::Labels& labels) const {
  return impl_->find(labels, labels.hash());
}

bool Store::append(SeriesRef series, Time t, double value) {
  assert(series < impl_->series.size());
  return impl_->append(series, millis(t), value);
}

void Store::append(Time t, std::span<const SeriesRef> series, std::span<const double> values) {
  assert(series.size() == values.size());
  const std::int64_t ms = millis(t);
  for (std::size_t i = 0; i < series.size(); ++i) impl_->append(series[i], ms, values[i]);
}

void Store::append(std::span<const std::int64_t> times, std::span<const SeriesRef> series,
                   std::span<const double> values) {
  assert(times.size() * series.size() == values.size());
  if (!times.empty()) impl_->append(times, series, values);
}

void Store::drop_before(Time t) {
  // By index: trimming may add columns, for series that part from theirs.
  for (std::size_t i = 0; i < impl_->columns.size(); ++i) impl_->trim(impl_->columns[i], millis(t));
}

void Store::keep(SeriesRef series) {
  impl_->series[series].kept = true;
}

bool Store::has_samples(SeriesRef series) const {
  return impl_->series[series].column != kNone || impl_->packed.contains(series);
}

std::vector<model::Sample> Store::history(SeriesRef series) const {
  std::vector<std::int64_t> times;
  std::vector<double> values;
  history(series, times, values);
  std::vector<model::Sample> result(times.size());
  for (std::size_t i = 0; i < times.size(); ++i) result[i] = {Time(Duration(times[i])), values[i]};
  return result;
}

void Store::history(SeriesRef series, std::vector<std::int64_t>& times, std::vector<double>& values) const {
  times.clear();
  values.clear();
  if (const auto it = impl_->packed.find(series); it != impl_->packed.end()) return it->second.read(times, values);
  const promql::Columns recent = samples(series);
  if (const auto it = impl_->archives.find(series); it != impl_->archives.end()) {
    times.reserve(it->second.size() + recent.times.size());
    values.reserve(it->second.size() + recent.values.size());
    it->second.read(times, values);
  }
  times.insert(times.end(), recent.times.begin(), recent.times.end());
  values.insert(values.end(), recent.values.begin(), recent.values.end());
}

std::string Store::packed_history(SeriesRef series, int level) const {
  if (const auto it = impl_->packed.find(series); it != impl_->packed.end()) return std::string(it->second.samples);
  const promql::Columns recent = samples(series);
  if (const auto it = impl_->archives.find(series); it != impl_->archives.end()) {
    return it->second.packed_with(recent.times, recent.values);
  }
  if (recent.times.empty()) return {};
  std::string bytes;
  put_samples(bytes, recent.times, recent.values);
  return compress(bytes, level);
}

std::size_t Store::series_count() const {
  return impl_->series.size();
}
std::uint64_t Store::samples_appended() const {
  return impl_->appended;
}
std::uint64_t Store::samples_dropped() const {
  return impl_->dropped;
}

std::size_t Store::bytes() const {
  std::size_t total = 0;
  for (const TimeColumn& column : impl_->columns) total += column.times.capacity() * sizeof(std::int64_t);
  for (const SeriesData& data : impl_->series) total += data.values.capacity() * sizeof(double);
  return total;
}

Budget* Store::budget() const {
  return impl_->budget;
}

bool Store::weigh() {
  if (impl_->budget == nullptr) return true;
  const auto added = static_cast<std::int64_t>(impl_->appended - impl_->weighed);
  impl_->weighed = impl_->appended;
  return impl_->budget->take(Bound::samples_loaded, added) &&
         impl_->shares.samples.use(static_cast<std::int64_t>(bytes() + compressed_bytes()));
}

std::size_t Store::compressed_bytes() const {
  std::size_t total = 0;
  for (const auto& [ref, archive] : impl_->archives) total += archive.bytes();
  return total;
}

std::vector<SeriesRef> Store::select(std::span<const model::Matcher> matchers) const {
  std::vector<SeriesRef> found = impl_->index.select(matchers);
  const auto by_labels = [&](SeriesRef a, SeriesRef b) {
    return impl_->identities[a].labels < impl_->identities[b].labels;
  };
  // Series are often registered in order.
  if (!std::ranges::is_sorted(found, by_labels)) std::ranges::sort(found, by_labels);
  return found;
}

std::uint64_t Store::generation() const {
  return impl_->series.size();
}

const model::Labels& Store::labels(SeriesRef series) const {
  return impl_->identities[series].labels;
}

promql::Columns Store::samples(SeriesRef series) const {
  const SeriesData& data = impl_->series[series];
  if (data.column == kNone && !impl_->packed.empty()) impl_->unpack(series);
  if (data.column == kNone) return {};
  const TimeColumn& column = impl_->columns[data.column];
  return {std::span(column.times).first(data.values.size()), data.values, column.first, data.monotonic_from};
}

void Store::read(std::span<const SeriesRef> series, std::span<promql::Columns> columns) const {
  assert(series.size() == columns.size());
  for (std::size_t i = 0; i < series.size(); ++i) columns[i] = samples(series[i]);
}

}  // namespace firedrill::tsdb
