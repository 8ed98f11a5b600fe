#include "http/message.h"

#include <algorithm>

namespace firedrill::http {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

const std::string* find_header(const Headers& headers, std::string_view name) {
  const auto same = [&](const Header& header) { return std::ranges::equal(header.name, name, {}, lower, lower); };
  const auto it = std::ranges::find_if(headers, same);
  return it == headers.end() ? nullptr : &it->value;
}

}  // namespace firedrill::http
