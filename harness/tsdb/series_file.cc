#include "tsdb/series_file.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bounds/activity.h"
#include "base/bounds/budget.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "tsdb/codec.h"

namespace firedrill::tsdb {
namespace {

constexpr std::string_view kMagic = "firedrill-series ";
constexpr std::string_view kVersion = "3";
constexpr int kLevel = 3;  // higher ones cost a run more than they save
constexpr std::string_view kRemedy = "copy the record's folder anew, or run the scenario again";
// Of the directory, unpacked: a million series with the longest of names take less.
constexpr std::size_t kMaxDirectory = std::size_t{1} << 26;
constexpr std::uint64_t kMaxTexts = 1 << 22;
// Of one series: what a query can hold at most (promql::Options::max_held), and more than a year at one a second.
constexpr std::uint64_t kMaxSamples = 50'000'000;

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

std::vector<std::string_view> read_texts(Reader& in) {
  std::vector<std::string_view> texts;
  const std::uint64_t count = in.varint();
  if (count > in.left() || count > kMaxTexts) in.fail();
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

// A file on its way to becoming a store. Of one that is not trusted every frame is looked at.
struct Opening {
  std::shared_ptr<const std::string> file;
  bool trusted;
  Budget* budget;
};

constexpr std::string_view kCorrupt = "series file is corrupt or cut short";

std::string too_many(const model::Labels& labels, std::uint64_t samples) {
  return format("the samples of {} are said to be {}, and no series is read that has more than {}", labels.to_string(),
                describe_count(static_cast<double>(samples)), describe_count(static_cast<double>(kMaxSamples)));
}

// What is wrong with a series' samples, or nothing.
std::string look_at(std::string_view frame, const model::Labels& labels, const Opening& opening) {
  const FrameCheck check = check_frames(frame, kMaxSamples);
  if (check.finding == FrameCheck::Finding::too_many) return too_many(labels, check.samples);
  if (check.finding == FrameCheck::Finding::corrupt) return std::string(kCorrupt);
  if (opening.budget != nullptr) {
    opening.budget->take(Bound::samples_decoded, static_cast<std::int64_t>(check.samples));
  }
  return {};
}

// What is wrong: the series are not in order, or anything in them. Nothing if all is well, or the budget is exceeded.
std::string read_all(Reader& in, Reader& frames, const Opening& opening, Store& store) {
  const std::vector<std::string_view> texts = read_texts(in);
  const std::uint64_t count = in.varint();
  if (count > in.left()) in.fail();
  model::Labels last;
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    if (opening.budget != nullptr && opening.budget->exceeded()) return {};
    const model::Labels labels = read_labels(in, texts);
    if (i > 0 && !(last < labels)) in.fail();
    const std::string_view frame = frames.bytes(in.varint());
    if (!in.ok() || !frames.ok()) return std::string(kCorrupt);
    if (frame.empty()) {
      store.series(labels);
    } else {
      if (!opening.trusted) {
        if (std::string wrong = look_at(frame, labels, opening); !wrong.empty()) return wrong;
      }
      store.add_packed(labels, frame, opening.file);
    }
    last = labels;
  }
  return in.ok() && in.left() == 0 && frames.left() == 0 ? std::string() : std::string(kCorrupt);
}

}  // namespace

bool has_samples(const Store& store, SeriesRef series) {
  return store.has_samples(series);
}

namespace {

// Those that are kept, and all others that ever had a sample, in order of labels.
std::vector<SeriesRef> with_others(const Store& store, const std::set<SeriesRef>& kept) {
  std::vector<SeriesRef> ordered(kept.begin(), kept.end());
  for (const SeriesRef ref : store.select({})) {
    if (!kept.contains(ref) && has_samples(store, ref)) ordered.push_back(ref);
  }
  std::ranges::sort(ordered, {}, [&](SeriesRef ref) -> const model::Labels& { return store.labels(ref); });
  return ordered;
}

}  // namespace

Store only(const Store& store, std::span<const SeriesRef> series) {
  constexpr int kFast = 1;
  const std::set<SeriesRef> kept(series.begin(), series.end());
  const std::vector<SeriesRef> ordered = with_others(store, kept);
  auto frames = std::make_shared<std::string>();
  std::vector<std::size_t> ends;
  for (const SeriesRef ref : ordered) {
    if (kept.contains(ref)) *frames += store.packed_history(ref, kFast);
    ends.push_back(frames->size());
  }
  Store out(store.budget());
  std::size_t begin = 0;
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    const std::string_view samples = std::string_view(*frames).substr(begin, ends[i] - begin);
    samples.empty() ? out.series(store.labels(ordered[i])) : out.add_packed(store.labels(ordered[i]), samples, frames);
    begin = ends[i];
  }
  return out;
}

std::string encode_series(const Store& store, std::span<const SeriesRef> series, std::string_view beside) {
  const std::set<SeriesRef> kept(series.begin(), series.end());
  const std::vector<SeriesRef> ordered = with_others(store, kept);
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
  for (const SeriesRef ref : ordered) {
    const std::string frame = kept.contains(ref) ? store.packed_history(ref, kLevel) : std::string();
    put_labels(body, store.labels(ref), texts);
    put_varint(body, frame.size());
    out += frame;
  }
  const std::string directory = compress(body, kLevel);
  std::string head = std::string(kMagic) + std::string(kVersion) + "\n";
  put_varint(head, directory.size());
  head += directory;
  const std::string packed = compress(beside, kLevel);
  put_varint(head, packed.size());
  head += packed;
  out.insert(0, head);
  return out;
}

namespace {

// The parts of a file, none of them unpacked.
struct Parts {
  std::string_view directory, beside, frames;
};

Result<Parts> split(const Position& whole, std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) return failure(whole, "not a series file of firedrill", std::string(kRemedy));
  bytes.remove_prefix(kMagic.size());
  const std::string_view version = bytes.substr(0, std::min(bytes.find('\n'), std::size_t{20}));
  if (version != kVersion) {
    return failure(whole, format("series file of version \"{}\", this firedrill reads version {}", version, kVersion),
                   "use the firedrill that wrote it, or run the scenario again");
  }
  if (bytes.size() == version.size()) return failure(whole, std::string(kCorrupt), std::string(kRemedy));
  bytes.remove_prefix(version.size() + 1);
  Reader in(bytes);
  Parts parts;
  parts.directory = in.bytes(in.varint());
  parts.beside = in.bytes(in.varint());
  parts.frames = in.bytes(in.left());
  if (!in.ok()) return failure(whole, std::string(kCorrupt), std::string(kRemedy));
  return parts;
}

Result<Store> open_series(const Position& whole, const Opening& opening) {
  const auto parts = split(whole, *opening.file);
  if (!parts) return std::unexpected(parts.error());
  Reader frames(parts->frames);
  const auto body = decompress(parts->directory, kMaxDirectory);
  if (!body) return failure(whole, std::string(kCorrupt), std::string(kRemedy));
  Reader in(*body);
  Store store(opening.budget);
  const Activity activity(whole);
  if (std::string wrong = read_all(in, frames, opening, store); !wrong.empty()) {
    return failure(whole, std::move(wrong), std::string(kRemedy));
  }
  if (opening.budget != nullptr && opening.budget->exceeded()) return failure({opening.budget->diagnostic()});
  return store;
}

}  // namespace

Result<Store> decode_series(const SourcePtr& source, Budget* budget) {
  return open_series(Position{source}, {{source, &source->text}, false, budget});
}

Store reopen_series(const std::shared_ptr<const std::string>& file, Budget* budget) {
  auto store = open_series({}, {file, true, budget});
  // What we have written ourselves can be read, unless the budget is exceeded: then nothing more is made of it.
  assert(store || (budget != nullptr && budget->exceeded()));
  return store ? std::move(*store) : Store(budget);
}

Result<std::string> read_beside(const SourcePtr& source, std::size_t limit) {
  const Position whole{source};
  const auto parts = split(whole, source->text);
  if (!parts) return std::unexpected(parts.error());
  auto beside = decompress(parts->beside, limit);
  if (!beside) return failure(whole, std::string(kCorrupt), std::string(kRemedy));
  return std::move(*beside);
}

}  // namespace firedrill::tsdb
