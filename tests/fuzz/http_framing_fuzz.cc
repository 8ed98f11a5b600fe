// Any bytes as a message of HTTP: its head, and its body in pieces.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/framing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace firedrill::http;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t piece = size == 0 ? 1 : 1 + data[size - 1] % 7;
  for (const auto& head : {read_request_head(text), read_response_head(text)}) {
    if (!head) continue;
    if (head->size > size) std::abort();
    BodyScanner body = BodyScanner::of_response(*head, "GET");
    std::string_view rest = text.substr(head->size);
    while (!rest.empty() && !body.complete() && !body.malformed()) {
      const std::string_view part = rest.substr(0, piece);
      const std::size_t taken = body.take(part);
      if (taken > part.size() || (taken < part.size() && !body.complete() && !body.malformed())) std::abort();
      rest.remove_prefix(taken);
    }
  }
  return 0;
}
