// Samples as few bytes: what the series file and the compressed blocks of a store are made of.
//
// Times are written as differences of differences, values as differences where all of them are whole numbers (counters
// mostly are), else as the XOR of neighbours in eight byte planes: first all the highest bytes, and so on. Both leave
// long runs of zeros, which zstd then removes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::tsdb {

// LEB128; negative numbers zig-zagged, so that small ones of either sign are short.
void put_varint(std::string& out, std::uint64_t value);
void put_signed(std::string& out, std::int64_t value);

// Reads what was put, believing nothing: past the end or past ten bytes a read fails, and every later one too.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  std::uint64_t varint();
  std::int64_t signed_varint();
  std::string_view bytes(std::uint64_t count);
  std::size_t left() const { return rest_.size(); }
  bool ok() const { return ok_; }
  void fail() {
    ok_ = false;
    rest_ = {};
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

// The spans have equal length; times rise strictly.
void put_samples(std::string& out, std::span<const std::int64_t> times, std::span<const double> values);
// Appends to both vectors. Fails the reader if the samples are cut short, their times do not rise beyond what is in
// `times` already, or nonsense.
void read_samples(Reader& in, std::vector<std::int64_t>& times, std::vector<double>& values);

// A column of numbers without times, of any values; as many are read back as were put.
void put_column(std::string& out, std::span<const double> values);
// At most `most` values, in place of what was in the vector. Fails the reader where put_column() wrote no such thing.
void read_column(Reader& in, std::uint64_t most, std::vector<double>& values);

// The samples of a series are packed as frames of compress()ed put_samples() one behind the other, later ones in later
// frames. What is to be said of them before they are unpacked.
struct FrameCheck {
  enum class Finding { sound, corrupt, too_many };
  Finding finding = Finding::corrupt;
  std::uint64_t samples = 0;  // as the frames claim, up to the first that is not sound
};
// Whether the frames hold samples and nothing else, looked at piece by piece, so that it costs a few hundred kilobytes
// whatever they hold. What claims more than `most` is not looked at further.
FrameCheck check_frames(std::string_view frames, std::uint64_t most);
// How many samples they claim to hold; 0 if they are none.
std::uint64_t packed_count(std::string_view frames);
// Appends the samples of all frames. False if they are not what check_frames() calls sound.
bool unpack_samples(std::string_view frames, std::vector<std::int64_t>& times, std::vector<double>& values);

// zstd, one frame, single-threaded, with a checksum: same input, same bytes.
std::string compress(std::string_view bytes, int level);
// Nothing if it is not one whole frame, or larger than `limit` when unpacked.
std::optional<std::string> decompress(std::string_view frame, std::size_t limit);

}  // namespace firedrill::tsdb
