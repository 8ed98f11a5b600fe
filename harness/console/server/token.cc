#include "console/server/token.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <system_error>

#include "base/text/format.h"

namespace firedrill::console {
namespace {

int value_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

std::optional<std::string> decode_base64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int value = value_of(c);
    if (value < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xFF);
  }
  return out;
}

// Without an early end.
bool same(std::string_view given, std::string_view token) {
  unsigned differences = given.size() == token.size() ? 0U : 1U;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const char c = i < given.size() ? given[i] : '\0';
    differences |= static_cast<unsigned char>(c) ^ static_cast<unsigned char>(token[i]);
  }
  return differences == 0;
}

// Schemes have no case.
bool take_scheme(std::string_view& text, std::string_view scheme) {
  if (text.size() <= scheme.size() || text[scheme.size()] != ' ') return false;
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    if ((text[i] | 0x20) != scheme[i]) return false;
  }
  text.remove_prefix(scheme.size() + 1);
  return true;
}

}  // namespace

std::expected<std::string, std::string> make_token() {
  std::array<unsigned char, 32> bytes{};
  if (::getentropy(bytes.data(), bytes.size()) != 0) {
    return std::unexpected(format("the system gives no chance: {}", std::generic_category().message(errno)));
  }
  std::string token;
  for (const unsigned char byte : bytes) token += format("{:02x}", byte);
  return token;
}

bool is_token(std::string_view given, std::string_view token) {
  return !token.empty() && same(given, token);
}

bool bears(const http::Request& request, std::string_view token) {
  const std::string* header = http::find_header(request.headers, "Authorization");
  if (header == nullptr || token.empty()) return false;
  std::string_view given = *header;
  if (take_scheme(given, "bearer")) return same(given, token);
  if (!take_scheme(given, "basic")) return false;
  const auto pair = decode_base64(given);
  if (!pair) return false;
  const auto colon = pair->find(':');
  return colon != std::string::npos && same(std::string_view(*pair).substr(colon + 1), token);
}

}  // namespace firedrill::console
