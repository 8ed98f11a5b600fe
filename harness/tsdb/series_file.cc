#include "tsdb/series_file.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/format.h"
#include "tsdb/codec.h"

namespace firedrill::tsdb {
namespace {

constexpr std::string_view kMagic = "firedrill-series ";
constexpr std::string_view kVersion = "2";
constexpr int kLevel = 6;
constexpr std::string_view kRemedy = "copy the record's folder anew, or run the scenario again";
constexpr std::size_t kMaxDirectory = std::size_t{1} << 28;
constexpr std::size_t kMaxSeries = std::size_t{1} << 30;  // bytes of one series' samples

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

// Packs one series after the other, in the same memory.
class Packer {
 public:
  // Empty if the series has no samples.
  std::string pack(const Store& store, SeriesRef series) {
    store.history(series, times_, values_);
    if (times_.empty()) return {};
    bytes_.clear();
    put_samples(bytes_, times_, values_);
    return compress(bytes_, kLevel);
  }

 private:
  std::vector<std::int64_t> times_;
  std::vector<double> values_;
  std::string bytes_;
};

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

// Whether a frame holds the samples of a series and nothing else.
bool sound(std::string_view frame) {
  const auto bytes = decompress(frame, kMaxSeries);
  if (!bytes) return false;
  Reader in(*bytes);
  std::vector<std::int64_t> times;
  std::vector<double> values;
  read_samples(in, times, values);
  return in.ok() && in.left() == 0 && !times.empty();
}

// A file on its way to becoming a store.
struct Opening {
  std::shared_ptr<const std::string> file;
  bool trusted;
};

// False if the series are not in order or anything in them is wrong.
bool read_all(Reader& in, Reader& frames, const Opening& opening, Store& store) {
  const std::vector<std::string_view> texts = read_texts(in);
  const std::uint64_t count = in.varint();
  if (count > in.left()) in.fail();
  model::Labels last;
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const model::Labels labels = read_labels(in, texts);
    if (i > 0 && !(last < labels)) in.fail();
    const std::string_view frame = frames.bytes(in.varint());
    if (!in.ok() || !frames.ok()) return false;
    if (frame.empty()) {
      store.series(labels);
    } else if (opening.trusted || sound(frame)) {
      store.add_packed(labels, frame, opening.file);
    } else {
      return false;
    }
    last = labels;
  }
  return in.ok() && in.left() == 0 && frames.left() == 0;
}

}  // namespace

bool has_samples(const Store& store, SeriesRef series) {
  return store.has_samples(series);
}

std::string encode_series(const Store& store, std::span<const SeriesRef> series) {
  const std::set<SeriesRef> kept(series.begin(), series.end());
  std::vector<SeriesRef> ordered(kept.begin(), kept.end());
  for (const SeriesRef ref : store.select({})) {
    if (!kept.contains(ref) && has_samples(store, ref)) ordered.push_back(ref);
  }
  std::ranges::sort(ordered, {}, [&](SeriesRef ref) -> const model::Labels& { return store.labels(ref); });

  const Texts texts = label_texts(store, ordered);
  std::string body;
  put_varint(body, texts.size());
  for (const auto& [text, index] : texts) {
    put_varint(body, text.size());
    body += text;
  }
  put_varint(body, ordered.size());
  // The frames stand behind the directory, which has their lengths: it is put in front of them when it is known.
  std::string out;
  out.reserve(store.compressed_bytes() + store.bytes() / 4);
  Packer packer;
  for (const SeriesRef ref : ordered) {
    const std::string frame = kept.contains(ref) ? packer.pack(store, ref) : std::string();
    put_labels(body, store.labels(ref), texts);
    put_varint(body, frame.size());
    out += frame;
  }
  const std::string directory = compress(body, kLevel);
  std::string head = std::string(kMagic) + std::string(kVersion) + "\n";
  put_varint(head, directory.size());
  head += directory;
  out.insert(0, head);
  return out;
}

namespace {

Result<Store> open_series(const Position& whole, const Opening& opening) {
  std::string_view bytes = *opening.file;
  if (!bytes.starts_with(kMagic)) return failure(whole, "not a series file of firedrill", std::string(kRemedy));
  bytes.remove_prefix(kMagic.size());
  const std::string_view version = bytes.substr(0, std::min(bytes.find('\n'), std::size_t{20}));
  if (version != kVersion) {
    return failure(whole, format("series file of version \"{}\", this firedrill reads version {}", version, kVersion),
                   "use the firedrill that wrote it, or run the scenario again");
  }
  if (bytes.size() == version.size())
    return failure(whole, "series file is corrupt or cut short", std::string(kRemedy));
  bytes.remove_prefix(version.size() + 1);
  Reader frames(bytes);
  const std::string_view directory = frames.bytes(frames.varint());
  const auto body = frames.ok() ? decompress(directory, kMaxDirectory) : std::nullopt;
  if (!body) return failure(whole, "series file is corrupt or cut short", std::string(kRemedy));
  Reader in(*body);
  Store store;
  if (!read_all(in, frames, opening, store)) {
    return failure(whole, "series file is corrupt or cut short", std::string(kRemedy));
  }
  return store;
}

}  // namespace

Result<Store> decode_series(const SourcePtr& source) {
  return open_series(Position{source}, {{source, &source->text}, false});
}

Store reopen_series(const std::shared_ptr<const std::string>& file) {
  auto store = open_series({}, {file, true});
  assert(store);
  return std::move(*store);
}

}  // namespace firedrill::tsdb
