#include "tsdb/codec.h"

#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <limits>
#include <memory>
#include <new>
#include <optional>

#include "base/time.h"

namespace firedrill::tsdb {
namespace {

constexpr char kWhole = 0;                            // differences of whole numbers
constexpr char kPlanes = 1;                           // XOR of neighbours, in byte planes
constexpr char kThousandths = 2;                      // of columns only: whole numbers of thousandths
constexpr std::size_t kFirstPiece = 1 << 16;          // of what is decompressed
constexpr double kLargestWhole = 9007199254740992.0;  // 2^53: below it differences are exact

bool is_whole(double value) {
  if (!(value > -kLargestWhole && value < kLargestWhole)) return false;
  // Bits, not values: −0 is not 0.
  return std::bit_cast<std::uint64_t>(static_cast<double>(static_cast<std::int64_t>(value))) ==
         std::bit_cast<std::uint64_t>(value);
}

// Differences wrap around on purpose: times near the ends of int64 must survive too.
std::int64_t difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

// Never by as little as is asked for: who appends block after block would copy everything with each.
template <typename T>
void make_room(std::vector<T>& column, std::size_t more) {
  const std::size_t wanted = column.size() + more;
  if (wanted > column.capacity()) column.reserve(std::max(wanted, 2 * column.capacity()));
}

void put_whole(std::string& out, std::span<const double> values) {
  std::int64_t last = 0;
  for (const double value : values) {
    const auto whole = static_cast<std::int64_t>(value);
    put_signed(out, whole - last);
    last = whole;
  }
}

void put_planes(std::string& out, std::span<const double> values) {
  const std::size_t begin = out.size();
  out.resize(begin + values.size() * 8);
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto bits = std::bit_cast<std::uint64_t>(values[i]);
    const std::uint64_t changed = bits ^ last;
    last = bits;
    for (std::size_t plane = 0; plane < 8; ++plane) {
      out[begin + plane * values.size() + i] = static_cast<char>(changed >> (56 - 8 * plane));
    }
  }
}

void read_whole(Reader& in, std::uint64_t count, std::vector<double>& values) {
  std::int64_t last = 0;
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    last = sum(last, in.signed_varint());
    if (!is_whole(static_cast<double>(last))) in.fail();
    values.push_back(static_cast<double>(last));
  }
}

void read_planes(Reader& in, std::uint64_t count, std::vector<double>& values) {
  const std::string_view planes = in.bytes(count * 8);
  if (!in.ok()) return;
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t plane = 0; plane < 8; ++plane) {
      last ^= static_cast<std::uint64_t>(static_cast<unsigned char>(planes[plane * count + i])) << (56 - 8 * plane);
    }
    values.push_back(std::bit_cast<double>(last));
  }
}

constexpr std::size_t kPiece = 1 << 14;  // of what is looked at
// What compress() makes is read back through a window of two megabytes; a frame that asks for more memory is not ours.
constexpr int kMaxWindowLog = 24;

ZSTD_DCtx* decompressor() {
  // Made once a thread, as the compressor.
  thread_local const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
  if (context == nullptr) throw std::bad_alloc();
  ZSTD_DCtx_reset(context.get(), ZSTD_reset_session_and_parameters);
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kMaxWindowLog);
  return context.get();
}

// A frame's bytes, one after the other.
class Unpacking {
 public:
  explicit Unpacking(std::string_view frame)
      : context_(decompressor()),
        in_{frame.data(), frame.size(), 0},
        piece_(std::make_unique_for_overwrite<char[]>(kPiece)) {}

  bool ok() const { return ok_; }
  void fail() { ok_ = false; }
  // Whether all has been read, the frame is whole and nothing follows it.
  bool at_end() {
    if (position_ == filled_) refill();
    return ok_ && position_ == filled_ && whole_ && in_.pos == in_.size;
  }
  unsigned char byte() {
    if (position_ == filled_) refill();
    if (position_ < filled_) return static_cast<unsigned char>(piece_[position_++]);
    ok_ = false;
    return 0;
  }
  void skip(std::uint64_t count) {
    while (count > 0 && ok_) {
      if (position_ == filled_) refill();
      if (position_ == filled_) return fail();
      const auto some = std::min<std::uint64_t>(count, filled_ - position_);
      position_ += some;
      count -= some;
    }
  }
  std::uint64_t varint() {
    // Nearly all are of one byte.
    if (position_ < filled_ && static_cast<unsigned char>(piece_[position_]) < 0x80) {
      return static_cast<unsigned char>(piece_[position_++]);
    }
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 70 && ok_; shift += 7) {
      const std::uint64_t next = byte();
      if (shift == 63 && next > 1) break;
      value |= (next & 0x7f) << shift;
      if (next < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }
  std::int64_t signed_varint() { return unzigzag(varint()); }

 private:
  void refill() {
    position_ = filled_ = 0;
    while (ok_ && filled_ == 0 && !whole_) {
      ZSTD_outBuffer out{piece_.get(), kPiece, 0};
      const std::size_t before = in_.pos;
      const std::size_t result = ZSTD_decompressStream(context_, &out, &in_);
      if (ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation) throw std::bad_alloc();
      whole_ = result == 0;
      filled_ = out.pos;
      if (ZSTD_isError(result) || (!whole_ && filled_ == 0 && in_.pos == before)) ok_ = false;
    }
  }

  ZSTD_DCtx* context_;
  ZSTD_inBuffer in_;
  std::unique_ptr<char[]> piece_;
  std::size_t position_ = 0;
  std::size_t filled_ = 0;
  bool whole_ = false;
  bool ok_ = true;
};

// `before`: the last time of the frames before this one, and then of this one.
bool check_times(Unpacking& in, std::uint64_t count, std::optional<std::int64_t>& before) {
  constexpr std::int64_t kFarthestTime = kFarthest.count();
  std::int64_t last = 0;
  std::int64_t last_difference = 0;
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    last_difference = sum(last_difference, in.signed_varint());
    last = sum(last, last_difference);
    if ((before && last <= *before) || last > kFarthestTime || last < -kFarthestTime) return false;
    before = last;
  }
  return in.ok();
}

bool check_values(Unpacking& in, std::uint64_t count) {
  const auto mode = static_cast<char>(in.byte());
  if (mode == kPlanes) {
    in.skip(count * 8);
    return in.ok();
  }
  std::int64_t last = 0;
  for (std::uint64_t i = 0; i < count && in.ok() && mode == kWhole; ++i) {
    last = sum(last, in.signed_varint());
    if (!is_whole(static_cast<double>(last))) return false;
  }
  return in.ok() && mode == kWhole;
}

// Takes the first frame off; nothing if there is no whole one.
std::optional<std::string_view> take_frame(std::string_view& frames) {
  const std::size_t size = ZSTD_findFrameCompressedSize(frames.data(), frames.size());
  if (frames.empty() || ZSTD_isError(size)) return std::nullopt;
  const std::string_view frame = frames.substr(0, size);
  frames.remove_prefix(size);
  return frame;
}

}  // namespace

FrameCheck check_frames(std::string_view frames, std::uint64_t most) {
  FrameCheck check;
  std::optional<std::int64_t> last;
  do {
    const auto frame = take_frame(frames);
    if (!frame) return check;
    Unpacking in(*frame);
    const std::uint64_t count = in.varint();
    if (!in.ok() || count == 0) return check;
    if (count > most - check.samples) {
      return {FrameCheck::Finding::too_many, count > most ? count : check.samples + count};
    }
    check.samples += count;
    if (!check_times(in, count, last) || !check_values(in, count) || !in.at_end()) return check;
  } while (!frames.empty());
  check.finding = FrameCheck::Finding::sound;
  return check;
}

std::uint64_t packed_count(std::string_view frames) {
  std::uint64_t total = 0;
  while (const auto frame = take_frame(frames)) {
    Unpacking in(*frame);
    const std::uint64_t count = in.varint();
    if (!in.ok()) return 0;
    total += count;
  }
  return total;
}

bool unpack_samples(std::string_view frames, std::vector<std::int64_t>& times, std::vector<double>& values) {
  while (const auto frame = take_frame(frames)) {
    const auto bytes = decompress(*frame, std::numeric_limits<std::int32_t>::max());
    if (!bytes) return false;
    Reader in(*bytes);
    read_samples(in, times, values);
    if (!in.ok()) return false;
  }
  return frames.empty();
}

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

void put_signed(std::string& out, std::int64_t value) {
  put_varint(out, (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
}

std::uint64_t Reader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 70; shift += 7) {
    if (rest_.empty()) break;
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    if (shift == 63 && byte > 1) break;
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  fail();
  return 0;
}

std::int64_t Reader::signed_varint() {
  return unzigzag(varint());
}

std::string_view Reader::bytes(std::uint64_t count) {
  if (count > rest_.size()) {
    fail();
    return {};
  }
  const std::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

void put_samples(std::string& out, std::span<const std::int64_t> times, std::span<const double> values) {
  assert(times.size() == values.size());
  put_varint(out, times.size());
  std::int64_t last = 0;
  std::int64_t last_difference = 0;
  for (const std::int64_t t : times) {
    const std::int64_t d = difference(t, last);
    put_signed(out, difference(d, last_difference));
    last = t;
    last_difference = d;
  }
  const bool whole = std::ranges::all_of(values, is_whole);
  out += whole ? kWhole : kPlanes;
  whole ? put_whole(out, values) : put_planes(out, values);
}

void read_samples(Reader& in, std::vector<std::int64_t>& times, std::vector<double>& values) {
  const std::uint64_t count = in.varint();
  // Each sample takes at least two bytes, so that a count which the input cannot hold is refused before memory is.
  if (count > in.left() / 2) return in.fail();
  make_room(times, count);
  make_room(values, count);
  std::int64_t last = 0;
  std::int64_t last_difference = 0;
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    last_difference = sum(last_difference, in.signed_varint());
    last = sum(last, last_difference);
    if (!times.empty() && last <= times.back()) in.fail();
    times.push_back(last);
  }
  const std::string_view mode = in.bytes(1);
  if (!in.ok()) return;
  if (mode[0] == kWhole) return read_whole(in, count, values);
  if (mode[0] == kPlanes) return read_planes(in, count, values);
  in.fail();
}

void put_column(std::string& out, std::span<const double> values) {
  constexpr double kUnit = 1000;
  put_varint(out, values.size());
  if (std::ranges::all_of(values, is_whole)) {
    out += kWhole;
    return put_whole(out, values);
  }
  const auto thousandths = [](double value) {
    const double scaled = value * kUnit;
    const bool small = scaled > -kLargestWhole && scaled < kLargestWhole;
    return small ? static_cast<double>(static_cast<std::int64_t>(scaled + (scaled < 0 ? -0.5 : 0.5))) : scaled;
  };
  const bool exact = std::ranges::all_of(values, [&](double value) {
    return is_whole(thousandths(value)) &&
           std::bit_cast<std::uint64_t>(thousandths(value) / kUnit) == std::bit_cast<std::uint64_t>(value);
  });
  out += exact ? kThousandths : kPlanes;
  if (!exact) return put_planes(out, values);
  std::vector<double> scaled(values.size());
  std::ranges::transform(values, scaled.begin(), thousandths);
  put_whole(out, scaled);
}

void read_column(Reader& in, std::uint64_t most, std::vector<double>& values) {
  constexpr double kUnit = 1000;
  values.clear();
  const std::uint64_t count = in.varint();
  if (count > most || count > in.left()) return in.fail();
  values.reserve(count);
  const std::string_view mode = in.bytes(1);
  if (!in.ok()) return;
  if (mode[0] == kPlanes) return read_planes(in, count, values);
  if (mode[0] != kWhole && mode[0] != kThousandths) return in.fail();
  read_whole(in, count, values);
  if (mode[0] == kWhole) return;
  for (double& value : values) value /= kUnit;
}

std::string compress(std::string_view bytes, int level) {
  // Made once a thread: for a small block, making it takes longer than compressing.
  thread_local const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), &ZSTD_freeCCtx);
  if (context == nullptr) throw std::bad_alloc();
  ZSTD_CCtx_reset(context.get(), ZSTD_reset_session_and_parameters);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  const std::size_t bound = ZSTD_compressBound(bytes.size());
  const auto frame = std::make_unique_for_overwrite<char[]>(bound);
  const std::size_t size = ZSTD_compress2(context.get(), frame.get(), bound, bytes.data(), bytes.size());
  if (ZSTD_isError(size)) throw std::bad_alloc();  // there is room for all, so that only memory can be missing
  return std::string(frame.get(), size);
}

std::optional<std::string> decompress(std::string_view frame, std::size_t limit) {
  // Unpacked piece by piece: the size that the frame claims is believed only as far as it costs nothing.
  ZSTD_DCtx* const context = decompressor();
  ZSTD_inBuffer in{frame.data(), frame.size(), 0};
  const std::size_t first = std::clamp<unsigned long long>(ZSTD_getFrameContentSize(frame.data(), frame.size()), 1,
                                                           kFirstPiece);  // errors are huge
  std::string bytes;
  while (true) {
    const std::size_t filled = bytes.size();
    bytes.resize(std::min(limit + 1, std::max(filled * 2, first)));
    ZSTD_outBuffer out{bytes.data() + filled, bytes.size() - filled, 0};
    const std::size_t result = ZSTD_decompressStream(context, &out, &in);
    if (ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation) throw std::bad_alloc();
    bytes.resize(filled + out.pos);
    if (ZSTD_isError(result) || bytes.size() > limit) return std::nullopt;
    if (result == 0) break;
    if (in.pos == in.size && out.pos < out.size) return std::nullopt;  // cut short
  }
  if (in.pos != in.size) return std::nullopt;
  return bytes;
}

}  // namespace firedrill::tsdb
