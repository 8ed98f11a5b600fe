#include "record/truth.h"

#include <algorithm>
#include <iterator>

#include "base/text/format.h"
#include "tsdb/codec.h"

namespace firedrill::record {
namespace {

double sum(std::span<const double> values) {
  double total = 0;
  for (const double value : values) total += value;
  return total;
}

constexpr std::size_t kMaxServices = 100'000;
constexpr std::size_t kMaxName = 4096;

// A percentile follows from the buckets wherever these are known, and is not written then.
struct Percentile {
  double TruthMinute::* member;
  double q;
};
constexpr Percentile kPercentiles[] = {
    {&TruthMinute::p50_s, 0.50}, {&TruthMinute::p95_s, 0.95}, {&TruthMinute::p99_s, 0.99}};

const Percentile* percentile_of(const TruthColumn& column) {
  const auto it = std::ranges::find(kPercentiles, column.member, &Percentile::member);
  return it == std::end(kPercentiles) ? nullptr : &*it;
}

bool follows(const ServiceTruth& truth, const Percentile& percentile, std::span<const double> bounds) {
  return std::ranges::all_of(truth.minutes, [&](const TruthMinute& minute) {
    return minute.buckets.size() == bounds.size() + 1 &&
           minute.*percentile.member == bucket_quantile(bounds, minute.buckets, percentile.q);
  });
}

// Most buckets are empty: of each minute those from the first to the last used one are written.
struct Buckets {
  std::vector<double> size, first, used, counts;

  void add(const std::vector<double>& buckets) {
    const auto is_used = [](double count) { return count != 0; };
    const auto begin = std::ranges::find_if(buckets, is_used);
    const auto end = std::find_if(buckets.rbegin(), std::make_reverse_iterator(begin), is_used).base();
    size.push_back(static_cast<double>(buckets.size()));
    first.push_back(static_cast<double>(begin - buckets.begin()));
    used.push_back(static_cast<double>(end - begin));
    counts.insert(counts.end(), begin, end);
  }
};

void put_service(std::string& out, const ServiceTruth& truth, std::span<const double> bounds) {
  tsdb::put_varint(out, truth.service.size());
  out += truth.service;
  out += truth.entry_point ? '\1' : '\0';
  tsdb::put_varint(out, truth.minutes.size());
  std::vector<double> values(truth.minutes.size());
  for (const TruthColumn& column : kTruthColumns) {
    const Percentile* percentile = percentile_of(column);
    const bool written = percentile == nullptr || !follows(truth, *percentile, bounds);
    out += written ? '\1' : '\0';
    if (!written) continue;
    std::ranges::transform(truth.minutes, values.begin(), column.member);
    tsdb::put_column(out, values);
  }
  Buckets buckets;
  for (const TruthMinute& minute : truth.minutes) buckets.add(minute.buckets);
  for (const auto* column : {&buckets.size, &buckets.first, &buckets.used, &buckets.counts}) {
    tsdb::put_column(out, *column);
  }
}

bool whole_below(double value, std::size_t most) {
  return value >= 0 && value <= static_cast<double>(most) &&
         static_cast<double>(static_cast<std::size_t>(value)) == value;
}

bool read_buckets(tsdb::Reader& in, std::size_t bounds, std::vector<TruthMinute>& minutes) {
  std::vector<double> size, first, used, counts;
  for (auto* column : {&size, &first, &used}) {
    tsdb::read_column(in, minutes.size(), *column);
    if (!in.ok() || column->size() != minutes.size()) return false;
  }
  tsdb::read_column(in, minutes.size() * (bounds + 1), counts);
  if (!in.ok()) return false;
  std::size_t next = 0;
  for (std::size_t i = 0; i < minutes.size(); ++i) {
    if (!whole_below(size[i], bounds + 1) || !whole_below(first[i], bounds + 1) || !whole_below(used[i], bounds + 1)) {
      return false;
    }
    const auto from = static_cast<std::size_t>(first[i]);
    const auto count = static_cast<std::size_t>(used[i]);
    if (from + count > static_cast<std::size_t>(size[i]) || count > counts.size() - next) return false;
    minutes[i].buckets.assign(static_cast<std::size_t>(size[i]), 0);
    std::copy_n(counts.begin() + static_cast<std::ptrdiff_t>(next), count,
                minutes[i].buckets.begin() + static_cast<std::ptrdiff_t>(from));
    next += count;
  }
  return next == counts.size();
}

bool read_service(tsdb::Reader& in, std::span<const double> bounds, std::size_t most, ServiceTruth& truth) {
  const std::uint64_t length = in.varint();
  if (length > kMaxName) return false;
  truth.service = in.bytes(length);
  const std::string_view entry_point = in.bytes(1);
  const std::uint64_t minutes = in.varint();
  if (!in.ok() || minutes > most) return false;
  truth.entry_point = entry_point[0] != '\0';
  truth.minutes.resize(minutes);
  std::vector<double> values;
  std::vector<const Percentile*> derived;
  for (const TruthColumn& column : kTruthColumns) {
    const std::string_view written = in.bytes(1);
    if (!in.ok()) return false;
    if (written[0] == '\0') {
      derived.push_back(percentile_of(column));
      if (derived.back() == nullptr) return false;
      continue;
    }
    tsdb::read_column(in, minutes, values);
    if (!in.ok() || values.size() != minutes) return false;
    for (std::size_t i = 0; i < minutes; ++i) truth.minutes[i].*column.member = values[i];
  }
  if (!read_buckets(in, bounds.size(), truth.minutes)) return false;
  for (const Percentile* percentile : derived) {
    for (TruthMinute& minute : truth.minutes) {
      if (minute.buckets.size() != bounds.size() + 1) return false;
      minute.*percentile->member = bucket_quantile(bounds, minute.buckets, percentile->q);
    }
  }
  return true;
}

}  // namespace

double bucket_quantile(std::span<const double> bounds, std::span<const double> buckets, double q) {
  const double total = sum(buckets);
  if (total <= 0 || bounds.empty()) return 0;
  const double rank = q * total;
  double below = 0;
  for (std::size_t i = 0; i < buckets.size() && i < bounds.size(); ++i) {
    if (below + buckets[i] >= rank && buckets[i] > 0) {
      const double lower = i == 0 ? 0 : bounds[i - 1];
      return lower + (bounds[i] - lower) * ((rank - below) / buckets[i]);
    }
    below += buckets[i];
  }
  return bounds.back();
}

std::string encode_truth(std::span<const ServiceTruth> truth, std::span<const double> latency_bounds_s) {
  std::string out;
  tsdb::put_varint(out, truth.size());
  for (const ServiceTruth& service : truth) put_service(out, service, latency_bounds_s);
  return out;
}

std::expected<std::vector<ServiceTruth>, std::string> decode_truth(std::string_view bytes,
                                                                   std::span<const double> latency_bounds_s,
                                                                   std::size_t most_minutes) {
  tsdb::Reader in(bytes);
  const std::uint64_t services = in.varint();
  std::vector<ServiceTruth> truth;
  bool good = in.ok() && services <= std::min(in.left(), kMaxServices);
  for (std::uint64_t i = 0; good && i < services; ++i) {
    good = read_service(in, latency_bounds_s, most_minutes, truth.emplace_back());
  }
  if (good && in.left() == 0) return truth;
  return std::unexpected(format("the minutes of service {} are cut short, out of bounds, or more than the {} judged",
                                truth.size(), most_minutes));
}

std::size_t largest_truth(std::size_t services, std::size_t minutes, std::size_t bounds) {
  constexpr std::size_t kLongestNumber = 10;
  const std::size_t numbers = minutes * (std::size(kTruthColumns) + bounds + 1 + 3);
  return kLongestNumber * (1 + services * (numbers + 64)) + services * kMaxName;
}

}  // namespace firedrill::record
