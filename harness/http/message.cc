#include "http/message.h"

#include <algorithm>

#include "base/text/ascii.h"

namespace firedrill::http {
const std::string* find_header(const Headers& headers, std::string_view name) {
  const auto same = [&](const Header& header) { return ascii::same_word(header.name, name); };
  const auto it = std::ranges::find_if(headers, same);
  return it == headers.end() ? nullptr : &it->value;
}

}  // namespace firedrill::http
