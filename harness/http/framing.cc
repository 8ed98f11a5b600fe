#include "http/framing.h"

#include <algorithm>
#include <charconv>

#include "base/text/ascii.h"

namespace firedrill::http {
namespace {

using ascii::same_word;
using ascii::trimmed;

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kMostDigits = 15;     // of a chunk's size, which are hexadecimal
constexpr std::size_t kLongestLine = 4096;  // of a chunk's extension
constexpr std::size_t kLongestTrailer = 16384;

// RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
  const auto fits = [](char c) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return word || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  return !text.empty() && std::ranges::all_of(text, fits);
}

bool has_word(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (same_word(trimmed(list.substr(0, comma)), word)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

bool is_plain(std::string_view value) {
  return std::ranges::all_of(value,
                             [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 32 && c != 127); });
}

bool read_length(std::string_view value, MessageHead& head) {
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (value.empty() || error != std::errc() || end != value.data() + value.size()) return false;
  if (head.length && *head.length != length) return false;
  head.length = length;
  return true;
}

bool read_header(std::string_view line, MessageHead& head) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return false;  // a folded line, too
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!is_plain(value)) return false;
  if (same_word(name, "content-length")) return read_length(value, head);
  if (same_word(name, "transfer-encoding")) {
    if (head.chunked || !same_word(value, "chunked")) return false;
    head.chunked = true;
    return true;
  }
  if (same_word(name, "connection")) {
    if (has_word(value, "close")) head.persistent = false;
    if (has_word(value, "keep-alive")) head.persistent = true;
  }
  return true;
}

bool read_version(std::string_view text, MessageHead& head) {
  head.persistent = text == "HTTP/1.1";
  return head.persistent || text == "HTTP/1.0";
}

bool read_request_line(std::string_view line, MessageHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
  if (second == std::string_view::npos) return false;
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, second - first - 1);
  const bool visible =
      std::ranges::all_of(head.target, [](char c) { return static_cast<unsigned char>(c) > 32 && c != 127; });
  return is_token(head.method) && !head.target.empty() && visible && read_version(line.substr(second + 1), head);
}

bool read_status_line(std::string_view line, MessageHead& head) {
  constexpr std::size_t kVersion = 8;
  constexpr std::size_t kStatusEnd = 12;
  if (line.size() < kStatusEnd || line[kVersion] != ' ' || !read_version(line.substr(0, kVersion), head)) return false;
  if (line.size() > kStatusEnd && line[kStatusEnd] != ' ') return false;
  const auto [end, error] = std::from_chars(line.data() + kVersion + 1, line.data() + kStatusEnd, head.status);
  return error == std::errc() && end == line.data() + kStatusEnd && head.status >= 100;
}

std::expected<MessageHead, HeadFault> read_head(std::string_view bytes, const HeadBounds& bounds,
                                                bool (*first_line)(std::string_view, MessageHead&)) {
  MessageHead head;
  bool of_old = false;  // HTTP/1.0, which has no chunks
  std::size_t at = 0;
  for (std::size_t lines = 0;; ++lines) {
    const std::size_t end = bytes.substr(0, std::min(bytes.size(), bounds.bytes)).find(kLineEnd, at);
    if (end == std::string_view::npos) {
      return std::unexpected(bytes.size() >= bounds.bytes ? HeadFault::too_large : HeadFault::incomplete);
    }
    const std::string_view line = bytes.substr(at, end - at);
    at = end + kLineEnd.size();
    if (lines > 0 && line.empty()) break;
    if (lines > bounds.lines) return std::unexpected(HeadFault::too_large);
    if (!(lines == 0 ? first_line(line, head) : read_header(line, head))) return std::unexpected(HeadFault::malformed);
    if (lines == 0) of_old = !head.persistent;
  }
  if (head.chunked && (head.length || of_old)) return std::unexpected(HeadFault::malformed);
  head.size = at;
  return head;
}

}  // namespace

std::expected<MessageHead, HeadFault> read_request_head(std::string_view bytes, const HeadBounds& bounds) {
  return read_head(bytes, bounds, read_request_line);
}

std::expected<MessageHead, HeadFault> read_response_head(std::string_view bytes, const HeadBounds& bounds) {
  return read_head(bytes, bounds, read_status_line);
}

BodyScanner::BodyScanner(const MessageHead& head, bool to_the_end) {
  if (head.chunked) {
    state_ = State::chunk_size;
  } else if (head.length) {
    left_ = *head.length;
    state_ = left_ > 0 ? State::sized : State::complete;
  } else if (to_the_end) {
    state_ = State::to_the_end;
  }
}

BodyScanner BodyScanner::of_request(const MessageHead& head) {
  return BodyScanner(head, false);
}

BodyScanner BodyScanner::of_response(const MessageHead& head, std::string_view method) {
  constexpr int kNoContent = 204;
  constexpr int kNotModified = 304;
  const bool none = method == "HEAD" || head.status < 200 || head.status == kNoContent || head.status == kNotModified;
  return none ? BodyScanner(MessageHead{}, false) : BodyScanner(head, true);
}

std::size_t BodyScanner::take(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && state_ != State::complete && state_ != State::malformed) {
    taken += take_piece(bytes.substr(taken));
  }
  return taken;
}

std::size_t BodyScanner::take_piece(std::string_view bytes) {
  switch (state_) {
    case State::to_the_end:
      return bytes.size();
    case State::sized:
    case State::chunk_data: {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
      left_ -= count;
      if (left_ == 0) state_ = state_ == State::sized ? State::complete : State::chunk_end;
      return count;
    }
    default:
      return take_line(bytes);
  }
}

// A byte of what stands between chunks, or behind them.
std::size_t BodyScanner::take_line(std::string_view bytes) {
  const char c = bytes.front();
  if ((c == '\n') != returned_) {  // one never comes without the other
    state_ = State::malformed;
    return 1;
  }
  returned_ = c == '\r';
  if (c == '\n') end_line();
  if (c == '\n' || c == '\r') return 1;
  ++in_line_;
  if (state_ == State::chunk_size) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const std::size_t digit = kDigits.find(ascii::lower(c));
    if (digit != std::string_view::npos && digits_ < kMostDigits) {
      left_ = left_ * 16 + digit;
      ++digits_;
    } else {
      state_ = digits_ > 0 && (c == ';' || c == ' ') ? State::chunk_extension : State::malformed;
    }
  } else if (state_ == State::chunk_end || in_line_ > kLongestLine) {
    state_ = State::malformed;
  } else if (state_ == State::trailer && ++trailer_ > kLongestTrailer) {
    state_ = State::malformed;
  }
  return 1;
}

void BodyScanner::end_line() {
  const bool empty = in_line_ == 0;
  in_line_ = 0;
  switch (state_) {
    case State::chunk_size:
    case State::chunk_extension:
      if (digits_ == 0) {
        state_ = State::malformed;
      } else {
        state_ = left_ > 0 ? State::chunk_data : State::trailer;
      }
      digits_ = 0;
      return;
    case State::chunk_end:
      state_ = State::chunk_size;
      return;
    case State::trailer:
      if (empty) state_ = State::complete;
      return;
    default:
      return;
  }
}

}  // namespace firedrill::http
