// Where messages of HTTP/1 begin and end in a stream of bytes, for who carries them on or only counts them: heads are
// read within bounds, bodies are gone over and never kept (RFC 9112, sections 2 to 7).
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

namespace firedrill::http {

struct HeadBounds {
  std::size_t bytes = 16 * 1024;
  std::size_t lines = 100;
};

enum class HeadFault {
  incomplete,  // more has to come
  too_large,
  malformed,  // or what two readers might read in two ways: two lengths, a length beside chunks, a folded line
};

// What the head of a message says. Views are of the bytes that were read.
struct MessageHead {
  std::size_t size = 0;          // bytes, with the empty line at its end
  std::string_view method = {};  // of a request
  std::string_view target = {};  // of a request: as it came, with its query
  int status = 0;                // of a response: 100 to 999
  bool persistent = true;        // the connection is kept behind the message, as far as this side says
  bool chunked = false;
  std::optional<std::uint64_t> length = {};
};

std::expected<MessageHead, HeadFault> read_request_head(std::string_view bytes, const HeadBounds& bounds = {});
std::expected<MessageHead, HeadFault> read_response_head(std::string_view bytes, const HeadBounds& bounds = {});

// Goes over a body, however it comes in pieces.
class BodyScanner {
 public:
  // Of a request: one without a length has no body.
  static BodyScanner of_request(const MessageHead& head);
  // Of a response to this method: one without a length ends with its connection.
  static BodyScanner of_response(const MessageHead& head, std::string_view method);

  // How many of the bytes still belong to it; what lies behind is the next message's.
  std::size_t take(std::string_view bytes);
  bool complete() const { return state_ == State::complete; }
  bool malformed() const { return state_ == State::malformed; }
  // It lasts as long as its connection.
  bool to_the_end() const { return state_ == State::to_the_end; }

 private:
  enum class State {
    sized,
    chunk_size,
    chunk_extension,
    chunk_data,
    chunk_end,
    trailer,
    to_the_end,
    complete,
    malformed
  };
  explicit BodyScanner(const MessageHead& head, bool to_the_end);
  std::size_t take_piece(std::string_view bytes);
  std::size_t take_line(std::string_view bytes);
  void end_line();

  State state_ = State::complete;
  std::uint64_t left_ = 0;   // of the body, or of the chunk
  std::size_t in_line_ = 0;  // bytes of the line at hand
  std::size_t trailer_ = 0;  // bytes of the trailer
  std::size_t digits_ = 0;   // of the chunk's size
  bool returned_ = false;    // the last byte was the first of a line's end
};

}  // namespace firedrill::http
