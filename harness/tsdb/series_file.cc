#include "tsdb/series_file.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "base/format.h"
#include "tsdb/codec.h"

namespace firedrill::tsdb {
namespace {

constexpr std::string_view kMagic = "firedrill-series ";
constexpr std::string_view kVersion = "1";
constexpr int kLevel = 6;
constexpr std::size_t kMaxUnpacked = std::size_t{1} << 30;

using Texts = std::map<std::string, std::uint64_t, std::less<>>;  // to their indices

Texts label_texts(const Store& store, std::span<const SeriesRef> series) {
  Texts texts;
  for (const SeriesRef ref : series) {
    for (const model::Label& label : store.labels(ref)) {
      texts.try_emplace(label.name);
      texts.try_emplace(label.value);
    }
  }
  std::uint64_t next = 0;
  for (auto& [text, index] : texts) index = next++;
  return texts;
}

void put_labels(std::string& out, const model::Labels& labels, const Texts& texts) {
  put_varint(out, labels.size());
  for (const model::Label& label : labels) {
    put_varint(out, texts.find(label.name)->second);
    put_varint(out, texts.find(label.value)->second);
  }
}

void put_history(std::string& out, const std::vector<model::Sample>& samples) {
  std::vector<std::int64_t> times;
  std::vector<double> values;
  for (const model::Sample& sample : samples) {
    times.push_back(sample.t.time_since_epoch().count());
    values.push_back(sample.value);
  }
  put_samples(out, times, values);
}

std::vector<std::string_view> read_texts(Reader& in) {
  std::vector<std::string_view> texts;
  const std::uint64_t count = in.varint();
  if (count > in.left()) in.fail();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    texts.push_back(in.bytes(in.varint()));
    if (i > 0 && in.ok() && texts[i] <= texts[i - 1]) in.fail();
  }
  return texts;
}

model::Labels read_labels(Reader& in, const std::vector<std::string_view>& texts) {
  std::vector<model::Label> labels;
  const std::uint64_t count = in.varint();
  if (count > in.left() / 2) in.fail();
  std::uint64_t last_name = 0;
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const std::uint64_t name = in.varint();
    const std::uint64_t value = in.varint();
    const bool known = name < texts.size() && value < texts.size();
    if (!known || texts[name].empty() || texts[value].empty() || (i > 0 && name <= last_name)) {
      in.fail();
      break;
    }
    last_name = name;
    labels.push_back({std::string(texts[name]), std::string(texts[value])});
  }
  return model::Labels::from(std::move(labels));
}

// False if the series are not in order or anything in them is wrong.
bool read_all(Reader& in, Store& store) {
  const std::vector<std::string_view> texts = read_texts(in);
  const std::uint64_t count = in.varint();
  if (count > in.left()) in.fail();
  model::Labels last;
  std::vector<std::int64_t> times;
  std::vector<double> values;
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const model::Labels labels = read_labels(in, texts);
    if (i > 0 && !(last < labels)) in.fail();
    times.clear();
    values.clear();
    read_samples(in, times, values);
    if (!in.ok()) return false;
    const SeriesRef ref = store.series(labels);
    for (std::size_t k = 0; k < times.size(); ++k) store.append(ref, Time(Duration(times[k])), values[k]);
    last = labels;
  }
  return in.ok() && in.left() == 0;
}

}  // namespace

std::string encode_series(const Store& store, std::span<const SeriesRef> series) {
  std::vector<SeriesRef> ordered(series.begin(), series.end());
  std::ranges::sort(ordered, {}, [&](SeriesRef ref) -> const model::Labels& { return store.labels(ref); });
  ordered.erase(std::ranges::unique(ordered).begin(), ordered.end());

  const Texts texts = label_texts(store, ordered);
  std::string body;
  put_varint(body, texts.size());
  for (const auto& [text, index] : texts) {
    put_varint(body, text.size());
    body += text;
  }
  put_varint(body, ordered.size());
  for (const SeriesRef ref : ordered) {
    put_labels(body, store.labels(ref), texts);
    put_history(body, store.history(ref));
  }
  return std::string(kMagic) + std::string(kVersion) + "\n" + compress(body, kLevel);
}

Result<Store> decode_series(const SourcePtr& source) {
  const Position whole{source};
  std::string_view bytes = source->text;
  if (!bytes.starts_with(kMagic)) return failure(whole, "not a series file of firedrill");
  bytes.remove_prefix(kMagic.size());
  const std::string_view version = bytes.substr(0, std::min(bytes.find('\n'), std::size_t{20}));
  if (version != kVersion) {
    return failure(whole, format("series file of version \"{}\", this firedrill reads version {}", version, kVersion),
                   "use the firedrill that wrote it, or run the scenario again");
  }
  if (bytes.size() == version.size()) return failure(whole, "series file is corrupt or cut short");
  bytes.remove_prefix(version.size() + 1);
  const auto body = decompress(bytes, kMaxUnpacked);
  if (!body) return failure(whole, "series file is corrupt or cut short");
  Reader in(*body);
  Store store;
  if (!read_all(in, store)) return failure(whole, "series file is corrupt");
  return store;
}

}  // namespace firedrill::tsdb
