// Hashes for naming things; not for secrets.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace firedrill {

// 64 hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

// The same of bytes that come piece by piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void add(std::string_view bytes);
  std::string hex();  // once, at the end

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The last eight bytes of the text's MD5, big endian: what Prometheus's hashmod relabelling divides.
std::uint64_t md5_tail(std::string_view bytes);

// A 64-bit FNV-1a hash of text: stable over versions, machines and runs, so outputs may depend on it.
std::uint64_t stable_hash(std::string_view text, std::uint64_t seed = 0xcbf29ce484222325ULL);

}  // namespace firedrill
