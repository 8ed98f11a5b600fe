// limit_ratio takes a series by a hash of its labels: XXH64 (github.com/Cyan4973/xxHash, the published algorithm) over
// Prometheus's own encoding of a label set (model/labels, "stringlabels"): each name and value behind its length.
#include <bit>
#include <cstring>

#include "promql/eval/aggregate.h"

namespace firedrill::promql {
namespace {

constexpr std::uint64_t kPrime1 = 11400714785074694791ULL;
constexpr std::uint64_t kPrime2 = 14029467366897019727ULL;
constexpr std::uint64_t kPrime3 = 1609587929392839161ULL;
constexpr std::uint64_t kPrime4 = 9650029242287828579ULL;
constexpr std::uint64_t kPrime5 = 2870177450012600261ULL;

template <typename Word>
Word read(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = std::byteswap(word);
  return word;
}

std::uint64_t mix(std::uint64_t sum, std::uint64_t input) {
  return std::rotl(sum + input * kPrime2, 31) * kPrime1;
}

std::uint64_t merge(std::uint64_t hash, std::uint64_t sum) {
  return (hash ^ mix(0, sum)) * kPrime1 + kPrime4;
}

std::uint64_t xxh64(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  std::uint64_t hash = kPrime5;
  if (text.size() >= 32) {
    std::uint64_t v1 = kPrime1 + kPrime2;
    std::uint64_t v2 = kPrime2;
    std::uint64_t v3 = 0;
    std::uint64_t v4 = 0 - kPrime1;
    for (; end - at >= 32; at += 32) {
      v1 = mix(v1, read<std::uint64_t>(at));
      v2 = mix(v2, read<std::uint64_t>(at + 8));
      v3 = mix(v3, read<std::uint64_t>(at + 16));
      v4 = mix(v4, read<std::uint64_t>(at + 24));
    }
    hash = std::rotl(v1, 1) + std::rotl(v2, 7) + std::rotl(v3, 12) + std::rotl(v4, 18);
    for (const std::uint64_t v : {v1, v2, v3, v4}) hash = merge(hash, v);
  }
  hash += text.size();
  for (; end - at >= 8; at += 8) hash = std::rotl(hash ^ mix(0, read<std::uint64_t>(at)), 27) * kPrime1 + kPrime4;
  if (end - at >= 4) {
    hash = std::rotl(hash ^ read<std::uint32_t>(at) * kPrime1, 23) * kPrime2 + kPrime3;
    at += 4;
  }
  for (; at < end; ++at) hash = std::rotl(hash ^ static_cast<unsigned char>(*at) * kPrime5, 11) * kPrime1;
  hash = (hash ^ hash >> 33) * kPrime2;
  hash = (hash ^ hash >> 29) * kPrime3;
  return hash ^ hash >> 32;
}

}  // namespace

double ratio_position(const model::Labels& labels) {
  std::string bytes;
  const auto add = [&](std::string_view text) {
    if (text.size() < 255) {
      bytes += static_cast<char>(static_cast<unsigned char>(text.size()));
    } else {
      bytes += '\xff';
      for (int shift = 0; shift < 24; shift += 8) {
        bytes += static_cast<char>(static_cast<unsigned char>(text.size() >> shift));
      }
    }
    bytes += text;
  };
  for (const model::Label& label : labels) add(label.name), add(label.value);
  return static_cast<double>(xxh64(bytes)) / 18446744073709551616.0;
}

}  // namespace firedrill::promql
